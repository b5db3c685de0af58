//! The failures of each operation, those of one cause together.

use std::collections::BTreeMap;

use super::inline::{block, code, html, prose};
use crate::engine::{CaseResult, Outcome};
use crate::judge::Finding;
use crate::report::figures::count;
use crate::report::group::{Group, group};
use crate::report::plain;
use crate::report::run_result::RunResult;
use crate::report::untrusted;

/// Groups of findings that are told of one operation.
const GROUPS: usize = 20;
/// Cases that are named in one group.
const CASES: usize = 20;
/// Lines of a difference.
const DIFF: usize = 40;

/// A title for each operation with failures, and a part for each cause.
pub(super) fn parts(result: &RunResult) -> Vec<String> {
    let mut operations: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in result.cases.iter().filter(|case| case.outcome == Outcome::Fail) {
        operations.entry(&case.operation).or_default().push(case);
    }
    operations.into_iter().flat_map(|(operation, cases)| operation_parts(operation, &cases, result)).collect()
}

fn operation_parts(operation: &str, cases: &[&CaseResult], result: &RunResult) -> Vec<String> {
    let groups = group(cases, result.strict);
    let more = groups.len().saturating_sub(GROUPS);
    let more = (more > 0).then(|| format!("… and {}; the whole is in the other reports.", count(more, "cause")));
    let told = groups.iter().take(GROUPS).map(|group| group_part(group, result));
    std::iter::once(format!("### {}: {} failed", prose(operation), cases.len())).chain(told).chain(more).collect()
}

fn group_part(group: &Group<'_>, result: &RunResult) -> String {
    let Some(case) = group.cases.first() else { return String::new() };
    let mark = if group.gates(result.strict) { String::new() } else { " (does not gate)".to_owned() };
    let head = match group.cases.as_slice() {
        [case] => html(&case.name),
        cases => format!("{} differ in the same way", count(cases.len(), "case")),
    };
    let first = group.findings.first().map(|finding| plain::finding_line(finding)).or_else(|| case.reason.clone());
    let first = first.map(|line| format!(": {}", html(&line))).unwrap_or_default();
    let alone = group.cases.len() == 1;
    let reason = case.reason.as_deref().filter(|_| alone && !group.findings.is_empty()).map(prose);
    let cases = if alone { case.about.as_deref().map(prose) } else { Some(names(&group.cases)) };
    let findings = group.findings.iter().map(|finding| finding_part(finding, result));
    let entry = case.known.as_ref().filter(|_| alone).map(|entry| format!("Baseline: {}", prose(&plain::known(entry))));
    let evidence = format!("Evidence: {}", prose(&plain::evidence(&case.evidence)));
    let reproduce = block("sh", &[untrusted::line(&result.reproduce(&case.name))]);
    let inside = cases.into_iter().chain(reason).chain(findings).chain(entry).chain([evidence, reproduce]).collect::<Vec<_>>().join("\n\n");
    format!("<details><summary>{head}{mark}{first}</summary>\n\n{inside}\n\n</details>")
}

fn names(cases: &[&CaseResult]) -> String {
    let more = cases.len().saturating_sub(CASES);
    let more = (more > 0).then(|| format!("- … and {more} more"));
    cases.iter().take(CASES).map(|case| name(case)).chain(more).collect::<Vec<_>>().join("\n")
}

fn name(case: &CaseResult) -> String {
    let reason = case.reason.as_deref().map(|reason| format!(": {}", prose(reason))).unwrap_or_default();
    format!("- {}{reason}", code(&case.name))
}

fn finding_part(finding: &Finding, result: &RunResult) -> String {
    let path = if finding.path.is_empty() { String::new() } else { format!(" {}", code(&finding.path)) };
    let mark = if result.strict || finding.check.gates() { "" } else { " (does not gate)" };
    let place = finding.place.as_ref().map_or("the service model".to_owned(), |place| code(&format!("{}/{place}", result.cases_folder)));
    let head = format!("**{}**, {}: {}{path}{mark}, expected by {place}", prose(&finding.step), prose(&finding.operation), finding.check);
    let differ = match finding.fault.diff() {
        Some(diff) => block("diff", &untrusted::lines(diff.trim_end(), DIFF)),
        None => format!("- expected {}\n- actual {}", code(&finding.fault.expected()), code(&finding.fault.actual())),
    };
    format!("{head}\n\n{differ}")
}
