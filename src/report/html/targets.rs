//! What was tested, when, and how it came out as a whole.

use serde::Serialize;

use super::compared::Text;
use super::scoreboard::Figures;
use super::visible;
use crate::engine::Outcome;
use crate::report::figures::{count, weather};
use crate::report::run_result::{NOT_SEEN, RunResult};
use crate::report::verdict::Verdict;

/// One target, for the head of the page.
#[derive(Debug, Serialize)]
pub(super) struct Target {
    /// The name that its column goes by.
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

/// A name for each result: the one given, else target and version.
pub(super) fn labels(results: &[RunResult], given: &[Text]) -> Vec<String> {
    let given = given.iter().map(|label| Some(label.shown())).chain(std::iter::repeat(None));
    results.iter().zip(given).map(|(result, label)| label.map_or_else(|| plain_label(result), str::to_owned)).collect()
}

fn plain_label(result: &RunResult) -> String {
    let version = result.target_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    visible::line(&format!("{}{version}", result.target))
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
    let weather = weather(&summary.weather).map(|met| ("on the way", met));
    let shard = result.shard.iter().map(|shard| ("shard", shard.to_string()));
    facts.into_iter().chain(weather).chain(shard).map(|(word, value)| (word, visible::line(&value))).collect()
}

/// What the exit code says, in words, and what else a reader must know.
fn notes(result: &RunResult) -> Vec<String> {
    let tally = &result.summary.total;
    let gating = (tally.gating > 0).then(|| gating(tally.gating, tally.count(Outcome::KnownFailure)));
    let verdict = match Verdict::of(result) {
        Verdict::Nothing => Some("There was nothing to run.".to_owned()),
        Verdict::Conforms => Some("The target conforms: no case failed that turns a gate red.".to_owned()),
        Verdict::Failed => None,
        Verdict::NoResult(reasons) => Some(format!("Too little was observed: {}.", reasons.join("; "))),
        Verdict::Interrupted => Some("The run was interrupted; cases that had not begun are not counted.".to_owned()),
    };
    let strict = result.strict.then(|| "A strict run: every evidence and every check gates.".to_owned());
    let via = result.via.as_ref().map(|via| format!("Requests of cases were sent via {}; {NOT_SEEN}.", visible::line(via)));
    let flaky = (tally.flaky > 0).then(|| format!("{} passed, but not at the first try.", count(tally.flaky, "case")));
    [verdict, gating, strict, via, flaky].into_iter().flatten().collect()
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
    fn a_column_has_the_name_that_is_given_else_its_target_and_version() {
        let other = RunResult { target_version: None, ..samples::result() };
        let results = [samples::result(), other];
        assert_eq!(labels(&results, &[]), ["moto 5.2.5", "moto"]);
        assert_eq!(labels(&results, &["before\u{1b}".into()]), ["before\\u{1b}", "moto"]);
    }

    #[test]
    fn what_the_run_comes_to_is_said_first() {
        let observed = samples::observed();
        assert_eq!(notes(&observed)[0], "5 cases turn a gate red; 1 more failed as the baseline says.");
        assert!(notes(&samples::result())[0].starts_with("Too little was observed: "), "{:?}", notes(&samples::result()));
        assert!(notes(&samples::of(vec![samples::named("GetUser::fresh")]))[0].starts_with("The target conforms"));
        let mut interrupted = observed;
        interrupted.summary.interrupted = true;
        assert!(notes(&interrupted)[0].starts_with("The run was interrupted"));
    }
}
