//! The list of cases: a line for each, with how it ended at every target. The rest of a case is the island's.

use serde::Serialize;

use super::merged::Merged;
use super::name::Name;
use super::visible;
use crate::engine::{CaseResult, Outcome};
use crate::report::plain;

/// The cases of one operation.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    operation: String,
    cases: Vec<Row>,
}

/// A case in a line.
#[derive(Debug, Serialize)]
struct Row {
    name: Name,
    /// How it ended at each target.
    cells: Vec<Cell>,
    /// Evidence, and whether it was generated.
    tags: String,
    /// What differs, why it was not judged, or else the claim. Told of a single target only.
    brief: String,
}

/// How a case ended at one target.
#[derive(Debug, Serialize)]
struct Cell {
    /// The outcome, or `absent`.
    outcome: String,
    /// It failed, and does not gate.
    soft: bool,
    /// It passed, but not at the first try.
    flaky: bool,
}

/// The values that the list can be filtered by, those that occur.
#[derive(Debug, Serialize)]
pub(super) struct Filters {
    /// Outcomes, each with how many cases ended so at some target.
    outcomes: Vec<(String, usize)>,
    evidence: Vec<String>,
    checks: Vec<String>,
}

/// The list by operation; its order is the island's.
pub(super) fn sections(cases: &[Merged<'_>]) -> Vec<Section> {
    let by_operation = cases.chunk_by(|one, other| one.case.operation == other.case.operation);
    let section =
        |cases: &[Merged<'_>]| Section { operation: visible::line(&cases[0].case.operation), cases: cases.iter().map(row).collect() };
    by_operation.map(section).collect()
}

fn row(merged: &Merged<'_>) -> Row {
    let case = merged.case;
    let generated = if case.generated { ", generated" } else { "" };
    Row {
        name: Name::of(case),
        cells: merged.results.iter().map(|result| cell(*result)).collect(),
        tags: format!("{}{generated}", case.evidence.standing()),
        brief: if let [Some(only)] = merged.results[..] { brief(only) } else { String::new() },
    }
}

fn cell(result: Option<&CaseResult>) -> Cell {
    let Some(result) = result else { return Cell { outcome: "absent".to_owned(), soft: false, flaky: false } };
    let soft = result.outcome == Outcome::Fail && !result.gates;
    Cell { outcome: result.outcome.to_string(), soft, flaky: result.flaky.is_some() }
}

fn brief(result: &CaseResult) -> String {
    match (result.outcome, plain::main_finding(result), &result.reason) {
        (Outcome::Fail | Outcome::KnownFailure, Some(finding), _) => visible::line(&plain::finding_line(finding)),
        (Outcome::Pass | Outcome::UnexpectedPass, ..) | (.., None) => claim(result),
        (.., Some(reason)) => visible::line(reason),
    }
}

fn claim(case: &CaseResult) -> String {
    case.about.as_deref().map(visible::line).unwrap_or_default()
}

/// What the list can be filtered by.
pub(super) fn filters(cases: &[Merged<'_>]) -> Filters {
    let counted = Outcome::ALL.iter().map(|outcome| (outcome.to_string(), cases.iter().filter(|case| case.has(*outcome)).count()));
    let mut evidence: Vec<_> = cases.iter().map(|case| (case.case.evidence.contested.is_some(), case.case.evidence.level)).collect();
    evidence.sort_unstable();
    let mut evidence: Vec<_> =
        evidence.iter().map(|(contested, level)| if *contested { "contested".to_owned() } else { level.to_string() }).collect();
    evidence.dedup();
    let findings = cases.iter().flat_map(|case| case.results.iter().flatten()).flat_map(|result| &result.findings);
    let mut checks: Vec<_> = findings.map(|finding| finding.check).collect();
    checks.sort_unstable();
    checks.dedup();
    Filters {
        outcomes: counted.filter(|(_, count)| *count > 0).collect(),
        evidence,
        checks: checks.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::merged::merge;
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_line_says_what_differs_and_why_not_judged() {
        let results = [samples::result()];
        let sections = sections(&merge(&results));
        let rows: Vec<_> = sections.iter().flat_map(|section| &section.cases).collect();
        let row = |name: &str| rows.iter().find(|row| row.name.name == name).expect("is there");
        assert_eq!(row("GetUser::token_garbage").brief, "status: expected 400, got 500");
        assert_eq!(row("GetUser::token_garbage").name.short, "token_garbage");
        assert_eq!(row("SetUserMFAPreference::sms_on").brief, "SetUserPoolMfaConfig answered 500");
        assert!(row("SetUserSettings::same_twice").cells[0].soft);
        assert_eq!(row("SetUserSettings::same_twice").tags, "inferred");
    }

    #[test]
    fn only_values_that_occur_can_be_filtered_by() {
        let results = [samples::result()];
        let filters = filters(&merge(&results));
        assert_eq!(filters.evidence, ["aws-verified", "documented", "inferred"]);
        assert_eq!(filters.checks, ["status", "error", "body", "message"]);
        assert_eq!(filters.outcomes.iter().map(|(_, count)| count).sum::<usize>(), 13);
    }
}
