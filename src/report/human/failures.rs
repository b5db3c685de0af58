//! The failures of each operation, as a maintainer of the target wants to read them.

use std::collections::BTreeMap;

use super::group::{Group, group};
use super::paint::Style;
use super::{Look, more};
use crate::engine::{CaseResult, Outcome};
use crate::judge::Finding;
use crate::report::figures::count;
use crate::report::plain::evidence;
use crate::report::run_result::RunResult;
use crate::report::untrusted;

/// Groups of findings that are told of one operation.
const GROUPS: usize = 12;
/// Cases that are listed in one group.
const CASES: usize = 8;
/// Lines of a diff.
const DIFF: usize = 20;

/// The section on failures; empty where none failed.
pub(super) fn lines(result: &RunResult, look: &Look) -> Vec<String> {
    let mut operations: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in result.cases.iter().filter(|case| matches!(case.outcome, Outcome::Fail | Outcome::UnexpectedPass)) {
        operations.entry(&case.operation).or_default().push(case);
    }
    let blocks = operations.into_iter().map(|(operation, cases)| operation_lines(operation, &cases, result, look));
    blocks.collect::<Vec<_>>().join(&String::new())
}

fn operation_lines(operation: &str, cases: &[&CaseResult], result: &RunResult, look: &Look) -> Vec<String> {
    let heading = look.paint.apply(&format!("{operation}: {} failed", cases.len()), Style::Title);
    let groups = group(cases, result.strict);
    let mut lines = vec![heading];
    for group in groups.iter().take(GROUPS) {
        lines.push(String::new());
        lines.extend(group_lines(group, result, look));
    }
    if groups.len() > GROUPS {
        lines.extend([String::new(), format!("  {}", more(groups.len() - GROUPS))]);
    }
    lines
}

fn group_lines(group: &Group<'_>, result: &RunResult, look: &Look) -> Vec<String> {
    let mut lines = match group.cases.as_slice() {
        [case] => single(case, look),
        cases => several(cases, look),
    };
    lines.extend(group.findings.iter().flat_map(|finding| finding_lines(finding, result, look)));
    if let Some(case) = group.cases.first() {
        lines.push(format!("  {} {}", look.paint.apply("reproduce:", Style::Faint), result.reproduce(&case.name)));
    }
    lines
}

fn single(case: &CaseResult, look: &Look) -> Vec<String> {
    let name = format!("  {}{}", look.paint.apply(&case.name, Style::Bad), mark(case, look));
    let reason = match case.outcome {
        Outcome::UnexpectedPass => Some("passed, although it is listed as a known failure; take it off the list".to_owned()),
        _ => case.reason.as_deref().map(untrusted::line),
    };
    let about = case.about.iter().cloned().chain(reason).map(|text| format!("  {text}"));
    std::iter::once(name).chain(about).chain([format!("  evidence: {}", evidence(&case.evidence))]).collect()
}

fn several(cases: &[&CaseResult], look: &Look) -> Vec<String> {
    let mut lines = vec![format!("  {} differ in the same way:", count(cases.len(), "case"))];
    for case in cases.iter().take(CASES) {
        let name = look.paint.apply(&case.name, Style::Bad);
        lines.push(format!("    {name}{}  {}", mark(case, look), evidence(&case.evidence)));
    }
    if cases.len() > CASES {
        lines.push(format!("    {}", more(cases.len() - CASES)));
    }
    lines
}

fn mark(case: &CaseResult, look: &Look) -> String {
    if case.gates {
        return String::new();
    }
    let reason = if case.evidence.gates() { String::new() } else { format!(": {}", case.evidence.standing()) };
    format!(" {}", look.paint.apply(&format!("(does not gate{reason})"), Style::Warning))
}

fn finding_lines(finding: &Finding, result: &RunResult, look: &Look) -> Vec<String> {
    let path = if finding.path.is_empty() { String::new() } else { format!(" {}", untrusted::line(&finding.path)) };
    let mark = if result.strict || finding.check.gates() { "" } else { " (does not gate)" };
    let mut lines = vec![
        format!("    {}, {}: {}{path}{}", finding.step, finding.operation, finding.check, look.paint.apply(mark, Style::Warning)),
        format!("      expected  {}", look.paint.apply(&untrusted::line(&finding.fault.expected()), Style::Good)),
        format!("      actual    {}", look.paint.apply(&untrusted::line(&finding.fault.actual()), Style::Bad)),
    ];
    lines.extend(diff_lines(finding, look));
    let place = finding.place.as_ref().map_or_else(|| "the service model".to_owned(), |place| format!("{}/{place}", result.cases_folder));
    lines.push(format!("      at        {}", look.paint.apply(&place, Style::Faint)));
    lines
}

fn diff_lines(finding: &Finding, look: &Look) -> Vec<String> {
    let Some(diff) = finding.fault.diff() else { return Vec::new() };
    let lines = untrusted::lines(diff.trim_end(), DIFF).into_iter();
    let painted = lines.map(|line| match line.chars().next() {
        Some('-') => look.paint.apply(&line, Style::Good),
        Some('+') => look.paint.apply(&line, Style::Bad),
        _ => line,
    });
    painted.map(|line| format!("        {line}")).collect()
}
