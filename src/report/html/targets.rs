//! What was tested, when, and how it came out as a whole.

use serde::Serialize;

use super::scoreboard::Figures;
use super::visible;
use crate::engine::Outcome;
use crate::report::figures::count;
use crate::report::run_result::RunResult;

/// One target, for the head of the page.
#[derive(Debug, Serialize)]
pub(super) struct Target {
    /// Name and version, different for each target of the page.
    label: String,
    /// The run in figures.
    figures: Figures,
    /// What ran against what: a word and its value.
    facts: Vec<(&'static str, String)>,
    /// What a reader must know before the figures are read.
    notes: Vec<String>,
    /// What could not be removed from the target.
    left_behind: Vec<String>,
}

/// A name for each result; results of the same target and version are told apart by when they began, and by number if need be.
pub(super) fn labels(results: &[RunResult]) -> Vec<String> {
    let labels: Vec<_> = results.iter().map(plain_label).collect();
    let labels = told_apart(&labels, |at| format!("of {}", visible::line(&results[at].started)));
    told_apart(&labels, |at| format!("#{}", at + 1))
}

fn plain_label(result: &RunResult) -> String {
    let version = result.target_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    visible::line(&format!("{}{version}", result.target))
}

fn told_apart(labels: &[String], mark: impl Fn(usize) -> String) -> Vec<String> {
    let marked = labels.iter().enumerate().map(|(at, label)| match labels.iter().filter(|other| *other == label).count() {
        1 => label.clone(),
        _ => format!("{label} {}", mark(at)),
    });
    marked.collect()
}

/// The targets in the order of the results.
pub(super) fn all(results: &[RunResult], labels: &[String]) -> Vec<Target> {
    results.iter().zip(labels).map(|(result, label)| target(result, label.clone())).collect()
}

fn target(result: &RunResult, label: String) -> Target {
    let left_behind = result.left_behind.iter().map(|cause| visible::line(cause)).collect();
    Target { label, figures: Figures::of(&result.summary.total), facts: facts(result), notes: notes(result), left_behind }
}

fn facts(result: &RunResult) -> Vec<(&'static str, String)> {
    let summary = &result.summary;
    let requests = count(usize::try_from(summary.requests).unwrap_or(usize::MAX), "request");
    let facts = [
        ("endpoint", result.endpoint.clone()),
        ("run of", result.started.clone()),
        ("sent", format!("{requests} in {:.1} s", summary.seconds)),
        ("suite", result.suite_version.clone()),
        ("model", result.model.clone()),
    ];
    let shard = result.shard.iter().map(|shard| ("shard", shard.to_string()));
    facts.into_iter().chain(shard).map(|(word, value)| (word, visible::line(&value))).collect()
}

fn notes(result: &RunResult) -> Vec<String> {
    let tally = &result.summary.total;
    let interrupted = result.summary.interrupted.then(|| "The run was interrupted; cases that had not begun are not counted.".to_owned());
    let lost = "The endpoint stopped answering before the run was over; what had not been judged by then is indeterminate.";
    let lost = result.summary.lost.then(|| lost.to_owned());
    let strict = result.strict.then(|| "A strict run: every evidence and every check gates.".to_owned());
    let gating = (tally.gating > 0).then(|| gating(tally.gating, tally.count(Outcome::KnownFailure)));
    let flaky = (tally.flaky > 0).then(|| format!("{} passed, but not at the first try.", count(tally.flaky, "case")));
    [interrupted, lost, gating, strict, flaky].into_iter().flatten().collect()
}

fn gating(gating: usize, known: usize) -> String {
    let known = if known > 0 { format!("; {known} more failed as the baseline says") } else { String::new() };
    format!("{} a gate red{known}.", if gating == 1 { "1 case turns".to_owned() } else { format!("{gating} cases turn") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn no_two_targets_have_one_label() {
        let result = samples::result;
        let other = RunResult { target_version: None, ..result() };
        let later = RunResult { started: "2026-11-21T08:15:30Z".to_owned(), ..result() };
        let first = result().started;
        assert_eq!(labels(&[result(), other]), ["moto 5.2.5", "moto"]);
        assert_eq!(labels(&[result(), later]), [format!("moto 5.2.5 of {first}"), "moto 5.2.5 of 2026-11-21T08:15:30Z".to_owned()]);
        let twice = RunResult { started: "now".to_owned(), ..result() };
        assert_eq!(labels(&[twice.clone(), twice]), ["moto 5.2.5 of now #1", "moto 5.2.5 of now #2"]);
    }

    #[test]
    fn a_run_that_is_not_whole_says_so() {
        let mut result = samples::result();
        (result.summary.interrupted, result.summary.lost) = (true, true);
        assert!(notes(&result)[0].starts_with("The run was interrupted"));
        assert!(notes(&result)[1].starts_with("The endpoint stopped answering"));
        assert!(notes(&result)[2].starts_with("4 cases turn a gate red"), "{:?}", notes(&result));
    }
}
