//! Failures, those of one cause together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::command::{Annotation, At, Level};
use crate::engine::{CaseResult, Outcome};
use crate::report::figures::count;
use crate::report::group::{Group, group};
use crate::report::plain;
use crate::report::run_result::RunResult;
use crate::report::untrusted;

/// Findings that are told of one group.
const FINDINGS: usize = 5;
/// Cases that are named in one group.
const CASES: usize = 8;

/// One for each cause, that of most cases first: those that gate, or those that do not.
pub(super) fn of(result: &RunResult, gating: bool) -> Vec<Annotation> {
    let mut operations: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in result.cases.iter().filter(|case| case.outcome == Outcome::Fail) {
        operations.entry(&case.operation).or_default().push(case);
    }
    let groups = operations.values().flat_map(|cases| group(cases, result.strict));
    let mut groups: Vec<_> = groups.filter(|group| group.gates(result.strict) == gating).collect();
    groups.sort_by_key(|group| Reverse(group.cases.len()));
    groups.iter().filter_map(|group| annotation(group, gating, result)).collect()
}

fn annotation(group: &Group<'_>, gating: bool, result: &RunResult) -> Option<Annotation> {
    let case = group.cases.first()?;
    let names: Vec<_> = group.cases.iter().map(|case| case.name.as_str()).collect();
    let title = match names.as_slice() {
        [name] => (*name).to_owned(),
        names => format!("{}: {} differ in the same way", case.operation, count(names.len(), "case")),
    };
    let (level, mark) = if gating { (Level::Error, "") } else { (Level::Warning, " (does not gate)") };
    let place = group.findings.iter().find_map(|finding| finding.place.as_ref()).or(case.place.as_ref());
    let place = place.map(|place| At::case(place, result));
    Some(Annotation { level, place, title: title + mark, lines: lines(case, &names, group, result) })
}

fn lines(case: &CaseResult, names: &[&str], group: &Group<'_>, result: &RunResult) -> Vec<String> {
    let alone = names.len() == 1;
    let about = case.about.clone().filter(|_| alone);
    let findings = group.findings.iter().take(FINDINGS);
    let findings = findings.map(|finding| format!("{}, {}: {}", finding.step, finding.operation, plain::finding_line(finding)));
    let listed = (!alone).then(|| format!("cases: {}", some(names)));
    let reason = case.reason.as_deref().filter(|_| alone).map(untrusted::line);
    let entry = case.known.as_ref().filter(|_| alone).map(|entry| format!("baseline: {}", plain::known(entry)));
    let evidence = format!("evidence: {}", plain::evidence(&case.evidence));
    let reproduce = format!("reproduce: {}", result.reproduce(&case.name));
    about.into_iter().chain(findings).chain(listed).chain(reason).chain(entry).chain([evidence, reproduce]).collect()
}

/// The first names of a list, and how many more there are.
pub(super) fn some(names: &[&str]) -> String {
    let shown = names.iter().take(CASES).copied().collect::<Vec<_>>().join(", ");
    if names.len() > CASES { format!("{shown}, … and {} more", names.len() - CASES) } else { shown }
}
