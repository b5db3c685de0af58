//! What kept cases from being judged, at each target.

use serde::Serialize;

use super::name::Name;
use super::visible;
use crate::engine::Outcome;
use crate::report::cause::{self, causes};
use crate::report::run_result::{FixtureFailed, RunResult};

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
    let causes: Vec<_> = causes(&result.cases).iter().map(|cause| told(cause, result)).collect();
    let lone = result.fixtures_failed.iter().filter(|failed| !causes.iter().any(|cause| cause.name.contains(&failed.fixture)));
    let mut told: Vec<_> = lone.map(fixture).collect();
    told.extend(causes);
    told
}

fn told(cause: &cause::Cause<'_>, result: &RunResult) -> Cause {
    let first = cause.cases.first().filter(|_| cause.is_defect());
    Cause {
        outcome: cause.outcome.to_string(),
        name: cause.name.clone(),
        reason: Some(cause.reason.clone()).filter(|reason| !reason.is_empty()),
        cases: cause.cases.iter().map(|case| Name::of(case)).collect(),
        command: first.map(|case| visible::line(&result.reproduce(&case.name))),
    }
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
