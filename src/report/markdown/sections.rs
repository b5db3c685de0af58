//! What is told beside the failures.

use super::inline::{cell, code, link, prose};
use crate::engine::{CaseResult, Known, Outcome, Tally};
use crate::report::cause::{self, Cause};
use crate::report::figures::{count, outcomes, percent, weather};
use crate::report::plain;
use crate::report::run_result::{NOT_SEEN, RunResult};
use crate::report::verdict::Verdict;

/// Rows of a table, or items of a list, that are shown without a click.
const OPEN: usize = 15;
/// Cases that are named under one cause.
const CASES: usize = 8;

/// What ran against what, the verdict, and the two figures.
pub(super) fn heading(result: &RunResult) -> Vec<String> {
    let version = result.target_version.as_deref().map(|version| format!(" {}", prose(version))).unwrap_or_default();
    let tally = &result.summary.total;
    let figures = format!(
        "| | |\n| --- | --- |\n| **divergence** | {} of {} |\n| **coverage** | {} of {} |",
        percent(tally.divergence()),
        count(tally.judged(), "judged case"),
        percent(tally.coverage()),
        count(tally.total(), "case"),
    );
    let title = format!("## Cognito conformance: {}{version}", prose(&result.target));
    let weather = weather(&result.summary.weather).map(|met| format!("On the way, and not counted: {met}."));
    [title, verdict(result), figures, format!("{}.{}", outcomes(result), run(result))].into_iter().chain(weather).collect()
}

fn verdict(result: &RunResult) -> String {
    let gating = |outcome| result.cases.iter().filter(|case| case.outcome == outcome && case.gates).count();
    match Verdict::of(result) {
        Verdict::Nothing => "**Nothing to run**: no case was selected.".to_owned(),
        Verdict::Conforms => "**Conforms**: no case fails that gates.".to_owned(),
        Verdict::Interrupted => "**Interrupted**: cases that had not begun are not counted.".to_owned(),
        Verdict::NoResult(reasons) => format!("**No result**, too little was observed: {}.", prose(&reasons.join("; "))),
        Verdict::Failed => {
            let failures = (gating(Outcome::Fail), "failure that gates", "failures that gate");
            let stale = (gating(Outcome::UnexpectedPass), "stale entry of the baseline", "stale entries of the baseline");
            let told = [failures, stale].into_iter().filter(|(number, _, _)| *number > 0);
            let told = told.map(|(number, one, more)| format!("{number} {}", if number == 1 { one } else { more }));
            format!("**Red**: {}.", told.collect::<Vec<_>>().join(" and "))
        }
    }
}

fn run(result: &RunResult) -> String {
    let strict = result.strict.then(|| "strict".to_owned());
    let shard = result.shard.map(|shard| format!("shard {shard}"));
    let via = result.via.as_ref().map(|via| format!("via {} ({NOT_SEEN})", prose(via)));
    let facts =
        [Some(format!("Run of {}", prose(&result.started))), Some(format!("suite {}", prose(&result.suite_version))), strict, via, shard];
    format!(" {}.", facts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// A row for each operation.
pub(super) fn operations(result: &RunResult) -> Vec<String> {
    let rows: Vec<_> = result.summary.operations.iter().map(|(name, tally)| operation(name, tally)).collect();
    let head = "| operation | passed | failed | known | unsupported | blocked | skipped | indeterminate | divergence | coverage |\n\
                | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |";
    let table = std::iter::once(head.to_owned()).chain(rows.iter().cloned()).collect::<Vec<_>>().join("\n");
    if rows.is_empty() { Vec::new() } else { folded(&count(rows.len(), "operation"), table, rows.len()) }
}

fn operation(name: &str, tally: &Tally) -> String {
    let number = |outcome| tally.count(outcome).to_string();
    let numbers = [
        tally.passed().to_string(),
        number(Outcome::Fail),
        number(Outcome::KnownFailure),
        number(Outcome::Unsupported),
        number(Outcome::Blocked),
        number(Outcome::Skipped),
        number(Outcome::Indeterminate),
        percent(tally.divergence()),
        percent(tally.coverage()),
    ];
    format!("| {} | {} |", cell(name), numbers.join(" | "))
}

/// What kept cases from being judged, each cause once.
pub(super) fn causes(result: &RunResult) -> Vec<String> {
    let causes = cause::causes(&result.cases);
    let items: Vec<_> = causes.iter().map(|cause| cause_item(cause, result)).collect();
    titled("### Not judged, by cause", items)
}

fn cause_item(cause: &Cause<'_>, result: &RunResult) -> String {
    let names: Vec<_> = cause.cases.iter().take(CASES).map(|case| code(&case.name)).collect();
    let more = cause.cases.len().saturating_sub(CASES);
    let more = if more > 0 { format!(", … and {more} more") } else { String::new() };
    let head = format!("- **{}**, {}: {}", cause.outcome, count(cause.cases.len(), "case"), code(&cause.line()));
    let reproduce = cause.cases.first().filter(|_| cause.is_defect());
    let reproduce = reproduce.map(|case| format!("\n  - reproduce: {}", code(&result.reproduce(&case.name))));
    format!("{head}\n  - {}{more}{}", names.join(", "), reproduce.unwrap_or_default())
}

/// Entries of the baseline that list what does not fail any more.
pub(super) fn stale(result: &RunResult) -> Vec<String> {
    let passed = result.cases.iter().filter(|case| case.outcome == Outcome::UnexpectedPass);
    let items: Vec<_> = passed.map(stale_item).collect();
    titled("### Stale entries of the baseline\n\n`--update-baseline` takes them out.", items)
}

fn stale_item(case: &CaseResult) -> String {
    let mark = if case.gates { "" } else { " (does not gate)" };
    let entry = case.known.as_ref().map(|entry| format!("\n  - listed: {}", known_entry(entry))).unwrap_or_default();
    format!("- {}{mark}: {}{entry}", code(&case.name), prose(&plain::headline(case)))
}

fn known_entry(entry: &Known) -> String {
    let expires = entry.expires.as_deref().map(|day| format!(", expires {}", prose(day))).unwrap_or_default();
    let more = entry.link.as_deref().map(|address| format!(", {}", link(address))).unwrap_or_default();
    format!("{}{expires}{more} ({})", prose(&entry.reason), code(&plain::entry_place(entry)))
}

/// Cases that passed, but not at the first try.
pub(super) fn flaky(result: &RunResult) -> Vec<String> {
    let items = result.cases.iter().filter_map(|case| flaky_item(case, result)).collect();
    titled("### Flaky: passed, but not at the first try", items)
}

fn flaky_item(case: &CaseResult, result: &RunResult) -> Option<String> {
    let flaky = case.flaky.as_ref()?;
    let reproduce = code(&result.reproduce(&case.name));
    Some(format!("- {}: {}\n  - reproduce: {reproduce}", code(&case.name), code(&plain::flaky_line(flaky))))
}

/// What the baseline covers.
pub(super) fn known(result: &RunResult) -> Vec<String> {
    let known = result.cases.iter().filter(|case| case.outcome == Outcome::KnownFailure);
    let items: Vec<_> = known.map(known_item).collect();
    let title = format!("{}, none of which gates", count(items.len(), "known failure"));
    if items.is_empty() { Vec::new() } else { folded(&title, items.join("\n"), usize::MAX) }
}

fn known_item(case: &CaseResult) -> String {
    let entry = case.known.as_ref().map(|entry| format!(": {}", known_entry(entry))).unwrap_or_default();
    format!("- {}{entry}", code(&case.name))
}

/// What is still on the target.
pub(super) fn left_behind(result: &RunResult) -> Vec<String> {
    let items = result.left_behind.iter().map(|cause| format!("- {}", code(cause))).collect();
    titled("### Left behind on the target\n\n`cognito-conformance sweep` removes it.", items)
}

/// A title and a list; nothing where the list is empty. Each item is a part of its own, so that a long list can be cut.
fn titled(title: &str, items: Vec<String>) -> Vec<String> {
    if items.is_empty() { Vec::new() } else { std::iter::once(title.to_owned()).chain(items).collect() }
}

/// A text that is folded where it is long.
fn folded(title: &str, text: String, length: usize) -> Vec<String> {
    let open = if length > OPEN { "" } else { " open" };
    vec![format!("<details{open}><summary>{title}</summary>\n\n{text}\n\n</details>")]
}
