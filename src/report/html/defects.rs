//! Failures of one target that say the same, whatever their operation, told once: the widest defect first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::name::Name;
use super::visible;
use crate::engine::{CaseResult, Outcome};
use crate::judge::{Check, Finding};
use crate::report::group::what_came;
use crate::report::ids::without_ids;
use crate::report::run_result::RunResult;

/// Cases whose findings say the same.
#[derive(Debug, Serialize)]
pub(super) struct Defect {
    /// The operations, by name, each with its cases.
    operations: Vec<(String, Vec<Name>)>,
    /// How many cases there are.
    count: usize,
    /// Whether some case of it turns a gate red.
    gates: bool,
    /// What is wrong, as the first case has it; none where a case failed without a finding.
    findings: Vec<Difference>,
    /// Why it counts as a failure, where no finding says it.
    reason: Option<String>,
    /// The command that shows the first case again.
    command: String,
}

/// A finding in a line each.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    check: String,
    path: String,
    expected: String,
    actual: String,
    /// The step and operation that it is of, in the first case.
    at: String,
}

/// The defects of a run: what gates first, then by how many cases have it.
pub(super) fn find(result: &RunResult) -> Vec<Defect> {
    let mut groups: HashMap<Vec<Key>, Vec<&CaseResult>> = HashMap::new();
    for case in result.cases.iter().filter(|case| matches!(case.outcome, Outcome::Fail | Outcome::UnexpectedPass)) {
        groups.entry(distinct(case).into_iter().map(|(key, _)| key).collect()).or_default().push(case);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for cases in &mut groups {
        cases.sort_by_key(|case| (!case.gates, &case.name));
    }
    groups.sort_by_key(|cases| (!cases[0].gates, Reverse(cases.len()), &cases[0].name));
    groups.iter().filter_map(|cases| defect(cases, result)).collect()
}

/// What makes two findings the same: all but the step, the place, the operation, and values that are new in every run.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    check: Check,
    path: String,
    expected: String,
    actual: String,
}

impl Key {
    fn of(finding: &Finding) -> Self {
        Self {
            check: finding.check,
            path: finding.path.clone(),
            expected: without_ids(&finding.fault.expected()),
            actual: without_ids(&what_came(&finding.fault)),
        }
    }
}

/// What is wrong with a case, each thing once, the first finding of it.
fn distinct(case: &CaseResult) -> Vec<(Key, &Finding)> {
    let mut distinct: Vec<(Key, &Finding)> = Vec::new();
    // What a case that passed says is not why it is told.
    let told = case.findings.iter().filter(|_| case.outcome != Outcome::UnexpectedPass);
    for finding in told {
        let key = Key::of(finding);
        if !distinct.iter().any(|(known, _)| *known == key) {
            distinct.push((key, finding));
        }
    }
    distinct
}

fn defect(cases: &[&CaseResult], result: &RunResult) -> Option<Defect> {
    let first = cases.first()?;
    Some(Defect {
        operations: by_operation(cases),
        count: cases.len(),
        gates: first.gates,
        findings: distinct(first).into_iter().map(|(_, finding)| difference(finding)).collect(),
        reason: reason(first),
        command: visible::line(&result.reproduce(&first.name)),
    })
}

fn reason(case: &CaseResult) -> Option<String> {
    match case.outcome {
        Outcome::UnexpectedPass => Some("passed, although listed as a known failure; take it off the list".to_owned()),
        _ => case.reason.as_deref().map(visible::line),
    }
}

fn by_operation(cases: &[&CaseResult]) -> Vec<(String, Vec<Name>)> {
    let mut operations: BTreeMap<String, Vec<Name>> = BTreeMap::new();
    for case in cases {
        operations.entry(visible::line(&case.operation)).or_default().push(Name::of(case));
    }
    operations.into_iter().collect()
}

fn difference(finding: &Finding) -> Difference {
    Difference {
        check: finding.check.to_string(),
        path: visible::line(&finding.path),
        expected: visible::line(&finding.fault.expected()),
        actual: visible::line(&finding.fault.actual()),
        at: visible::line(&format!("{}, {}", finding.step, finding.operation)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn what_says_the_same_is_told_once_and_what_gates_first() {
        let defects = find(&samples::result());
        let counts: Vec<_> = defects.iter().map(|defect| (defect.count, defect.gates)).collect();
        assert_eq!(counts, [(2, true), (1, true), (1, true), (1, true), (1, false)]);
        assert_eq!(defects[0].findings[0].expected, "InvalidParameterException");
        assert_eq!(defects[0].command, "cognito-conformance run --exact SetUserSettings::medium_unknown --target moto");
    }

    #[test]
    fn a_stale_entry_of_the_baseline_is_told_without_findings() {
        let mut result = samples::result();
        result.cases.truncate(2);
        for case in &mut result.cases {
            case.outcome = Outcome::UnexpectedPass;
        }
        let defects = find(&result);
        assert_eq!((defects.len(), defects[0].count, defects[0].operations.len()), (1, 2, 2));
        assert!(defects[0].findings.is_empty() && defects[0].reason.as_ref().is_some_and(|reason| reason.contains("take it off")));
    }
}
