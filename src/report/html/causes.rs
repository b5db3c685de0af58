//! What kept cases from being judged: a cause that many cases share is told once, with the cases that it holds up.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::name::Name;
use super::visible;
use crate::engine::{CaseResult, Outcome};
use crate::report::run_result::{FixtureFailed, RunResult};

/// The causes that are told, the worst first.
const TOLD: [Outcome; 4] = [Outcome::Indeterminate, Outcome::Blocked, Outcome::Unsupported, Outcome::Skipped];

/// The causes at one target.
#[derive(Debug, Serialize)]
pub(super) struct CausesOf {
    target: String,
    causes: Vec<Cause>,
}

/// Cases that one cause kept from being judged.
#[derive(Debug, Serialize)]
struct Cause {
    outcome: String,
    name: String,
    /// More than the name, where there is more.
    reason: Option<String>,
    /// The cases that it holds up; none for a fixture that no case of the run waited for.
    cases: Vec<Name>,
    /// The command that shows it again, where a second look may help.
    command: Option<String>,
}

/// The causes of every target that has some.
pub(super) fn of_all(results: &[RunResult], labels: &[String]) -> Vec<CausesOf> {
    let all = results.iter().zip(labels).map(|(result, label)| CausesOf { target: label.clone(), causes: of(result) });
    all.filter(|of| !of.causes.is_empty()).collect()
}

fn of(result: &RunResult) -> Vec<Cause> {
    let mut groups: BTreeMap<(usize, String), Vec<&CaseResult>> = BTreeMap::new();
    for case in &result.cases {
        let Some(rank) = TOLD.iter().position(|outcome| *outcome == case.outcome) else { continue };
        let name = case.cause.as_deref().or(case.reason.as_deref()).unwrap_or_default();
        groups.entry((rank, visible::line(name))).or_default().push(case);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((rank, _), cases)| (*rank, Reverse(cases.len())));
    let causes: Vec<_> = groups.into_iter().filter_map(|((_, name), cases)| cause(name, &cases, result)).collect();
    let lone = result.fixtures_failed.iter().filter(|failed| !causes.iter().any(|cause| cause.name.contains(&failed.fixture)));
    let mut told: Vec<_> = lone.map(fixture).collect();
    told.extend(causes);
    told
}

fn cause(name: String, cases: &[&CaseResult], result: &RunResult) -> Option<Cause> {
    let first = cases.first()?;
    let again = matches!(first.outcome, Outcome::Blocked | Outcome::Indeterminate);
    Some(Cause {
        outcome: first.outcome.to_string(),
        reason: first.reason.as_deref().map(visible::line).filter(|reason| *reason != name),
        name,
        cases: cases.iter().map(|case| Name::of(case)).collect(),
        command: again.then(|| visible::line(&result.reproduce(&first.name))),
    })
}

fn fixture(failed: &FixtureFailed) -> Cause {
    let name = visible::line(&format!("fixture `{}`", failed.fixture));
    Cause { outcome: Outcome::Blocked.to_string(), name, reason: Some(visible::line(&failed.cause)), cases: Vec::new(), command: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_cause_is_told_once_with_its_cases_the_worst_first() {
        let causes = of(&samples::result());
        let told: Vec<_> = causes.iter().map(|cause| (cause.outcome.as_str(), cause.name.as_str(), cause.cases.len())).collect();
        let expected =
            [("indeterminate", "no answer within 10 s", 1), ("blocked", "fixture mfa_pool", 2), ("unsupported", "AdminSetUserSettings", 1)];
        assert_eq!(told, expected);
        assert!(causes[1].command.is_some() && causes[2].command.is_none());
    }

    #[test]
    fn a_fixture_that_no_case_names_is_told_too() {
        let mut result = samples::result();
        result.cases.clear();
        assert_eq!(of(&result)[0].name, "fixture `mfa_pool`");
    }
}
