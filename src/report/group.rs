//! One defect, one report: the findings of an operation's cases, brought together where they say the same.

use crate::engine::CaseResult;
use crate::judge::{Check, Fault, Finding};
use crate::report::ids::without_ids;

/// Findings that the same cases share, or a failed case without findings.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The cases; the first one stands for all.
    pub(super) cases: Vec<&'a CaseResult>,
    /// What is wrong in each of them, as the first of them has it.
    pub(super) findings: Vec<&'a Finding>,
}

impl Group<'_> {
    /// Whether it turns the run red: some case gates, and (outside a strict run, where all do) some check does.
    pub(super) fn gates(&self, strict: bool) -> bool {
        let checks = strict || self.findings.is_empty() || self.findings.iter().any(|finding| finding.check.gates());
        checks && self.cases.iter().any(|case| case.gates)
    }
}

/// Groups the findings of these cases of one operation: what gates first, then by how many cases share it.
pub(super) fn group<'a>(cases: &[&'a CaseResult], strict: bool) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (finding, sharing) in shared(cases) {
        match groups.iter_mut().find(|group| same_cases(&group.cases, &sharing)) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { cases: sharing, findings: vec![finding] }),
        }
    }
    let silent = cases.iter().filter(|case| case.findings.is_empty());
    groups.extend(silent.map(|case| Group { cases: vec![case], findings: Vec::new() }));
    for group in &mut groups {
        // The first one stands for all, in what is shown and in the command that reproduces it.
        group.cases.sort_by_key(|case| !case.gates);
    }
    groups.sort_by_key(|group| (!group.gates(strict), std::cmp::Reverse(group.cases.len())));
    groups
}

/// Each distinct finding with the cases that have it, in the order of first appearance.
fn shared<'a>(cases: &[&'a CaseResult]) -> Vec<(&'a Finding, Vec<&'a CaseResult>)> {
    let mut keys: Vec<Key> = Vec::new();
    let mut shared: Vec<(&'a Finding, Vec<&'a CaseResult>)> = Vec::new();
    for case in cases {
        for finding in &case.findings {
            let key = Key::of(finding);
            match keys.iter().position(|known| *known == key) {
                Some(at) if shared[at].1.last().is_some_and(|last| last.name == case.name) => {}
                Some(at) => shared[at].1.push(case),
                None => {
                    keys.push(key);
                    shared.push((finding, vec![case]));
                }
            }
        }
    }
    shared
}

fn same_cases(one: &[&CaseResult], other: &[&CaseResult]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.name == other.name)
}

/// What makes two findings the same: all but the step, the place, and values that are new in every run.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    check: Check,
    operation: String,
    path: String,
    expected: String,
    actual: String,
}

impl Key {
    fn of(finding: &Finding) -> Self {
        Self {
            check: finding.check,
            operation: finding.operation.clone(),
            path: finding.path.clone(),
            expected: without_ids(&finding.fault.expected()),
            actual: without_ids(&what_came(&finding.fault)),
        }
    }
}

/// Of a wrong error its type alone: its message tells of the request that was refused.
pub(super) fn what_came(fault: &Fault) -> String {
    match fault {
        Fault::WrongError { actual: Some(name), .. } => name.clone(),
        other => other.actual(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Outcome;
    use crate::report::samples::{case, finding};

    fn failed(name: &str, messages: &[&str]) -> CaseResult {
        let fault = |message: &str| Fault::RefusedWrongly { actual: None, message: Some(message.to_owned()) };
        let findings = messages.iter().map(|message| finding(Check::Error, "request", "", fault(message))).collect();
        CaseResult { findings, ..case(name, Outcome::Fail, r#"documented "x""#) }
    }

    fn names(groups: &[Group<'_>]) -> Vec<Vec<String>> {
        groups.iter().map(|group| group.cases.iter().map(|case| case.name.clone()).collect()).collect()
    }

    #[test]
    fn what_many_share_is_told_once_and_what_is_their_own_apart() {
        let results = [failed("A::one", &["shared"]), failed("A::two", &["own", "shared", "also own"])];
        let groups = group(&results.iter().collect::<Vec<_>>(), false);
        assert_eq!(names(&groups), [vec!["A::one", "A::two"], vec!["A::two"]]);
        assert_eq!(groups[1].findings.len(), 2);
    }

    #[test]
    fn ids_of_the_run_do_not_keep_findings_apart() {
        let results = [failed("A::one", &["no user cc-1a2b3c4d5e"]), failed("A::two", &["no user cc-9f8e7d6c5b"])];
        assert_eq!(group(&results.iter().collect::<Vec<_>>(), false).len(), 1);
    }

    #[test]
    fn messages_of_a_wrong_error_do_not_keep_findings_apart() {
        let wrong = |name: &str, message: &str| {
            let fault = Fault::WrongError {
                expected: vec!["InvalidParameterException".to_owned()],
                actual: Some("NotAuthorizedException".to_owned()),
                message: Some(message.to_owned()),
            };
            CaseResult { findings: vec![finding(Check::Error, "request", "", fault)], ..failed(name, &[]) }
        };
        let results = [wrong("A::one", "not a token"), wrong("A::two", "70000!")];
        assert_eq!(group(&results.iter().collect::<Vec<_>>(), false).len(), 1);
    }

    #[test]
    fn a_case_that_gates_stands_for_its_group() {
        let results = [CaseResult { gates: false, ..failed("A::one", &["x"]) }, failed("A::two", &["x"])];
        assert_eq!(names(&group(&results.iter().collect::<Vec<_>>(), false)), [vec!["A::two", "A::one"]]);
    }

    #[test]
    fn what_gates_comes_first() {
        let soft = CaseResult { gates: false, ..failed("A::soft", &["x"]) };
        let softer = CaseResult { gates: false, ..failed("A::softer", &["x"]) };
        let results = [soft, softer, failed("A::hard", &["y"])];
        let groups = group(&results.iter().collect::<Vec<_>>(), false);
        assert_eq!(names(&groups), [vec!["A::hard"], vec!["A::soft", "A::softer"]]);
    }
}
