//! Cases that pass at a later try: marked, in every way to look at a run, and never passed over.

use cognito_conformance::engine::{CaseResult, Gathered, Outcome};
use rstest::rstest;

use super::engine::{RefusesAtFirst, Stage, outcomes};

const CASE: &str = "SetUserSettings::administrator_sees_the_setting";

/// One case on a server that refuses the operation which it looks with so many times.
fn run(refusals: usize, retries: u32, strict: bool) -> Gathered {
    let stage = Stage::set(RefusesAtFirst::new("AdminGetUser", refusals));
    stage.run(&[CASE.to_owned()], |config| (config.retries, config.strict) = (retries, strict))
}

fn only(gathered: &Gathered) -> &CaseResult {
    assert_eq!(gathered.results.len(), 1);
    &gathered.results[0]
}

#[rstest]
#[case::no_retries(1, 0)]
#[case::too_few(2, 1)]
fn what_never_passes_fails(#[case] refusals: usize, #[case] retries: u32) {
    let gathered = run(refusals, retries, false);
    let result = only(&gathered);
    assert_eq!((result.outcome, result.flaky.is_none()), (Outcome::Fail, true));
    assert_eq!((gathered.summary.total.gating, gathered.summary.total.flaky), (1, 0));
}

#[test]
fn what_passes_later_is_flaky_and_tells_what_was_wrong() {
    let gathered = run(2, 5, false);
    let result = only(&gathered);
    let flaky = result.flaky.as_ref().expect("marked");
    assert_eq!((result.outcome, result.findings.len(), flaky.passed_at), (Outcome::Pass, 0, 3));
    assert!(flaky.findings[0].fault.actual().contains("NotAuthorizedException"), "{flaky:?}");
    assert_eq!((gathered.summary.total.gating, gathered.summary.total.flaky), (0, 1));
    assert!(result.exchanges.iter().all(|exchange| exchange.status == Some(200)), "the try that stands is shown");
}

#[test]
fn what_passes_later_has_not_passed_when_strict() {
    let gathered = run(1, 5, true);
    let result = only(&gathered);
    assert_eq!((result.outcome, result.flaky.as_ref().map(|flaky| flaky.passed_at)), (Outcome::Fail, Some(2)));
    assert!(!result.findings.is_empty(), "the findings of the try that failed");
    assert_eq!((gathered.summary.total.gating, gathered.summary.total.flaky), (1, 1));
}

#[test]
fn what_passes_at_once_is_tried_once() {
    let stage = Stage::set(RefusesAtFirst::new("AdminGetUser", 0));
    let once = stage.run(&[CASE.to_owned()], |_| ());
    let with_retries = stage.run(&[CASE.to_owned()], |config| config.retries = 5);
    assert_eq!(once.summary.requests, with_retries.summary.requests);
}

/// A control decides about all that is derived from it, so it gets as many tries as a case; that it needed them is told once.
#[rstest]
#[case::no_retries(0, Outcome::Fail, Outcome::Blocked, 0)]
#[case::retries(1, Outcome::Pass, Outcome::Pass, 1)]
fn a_control_may_be_flaky_too(#[case] retries: u32, #[case] control: Outcome, #[case] derived: Outcome, #[case] flaky: usize) {
    let stage = Stage::set(RefusesAtFirst::new("SetUserSettings", 1));
    let names = ["SetUserSettings::base_request_is_accepted", "SetUserSettings::request_refused::token_missing"].map(str::to_owned);
    // One at a time: the control is the first to call the operation, whoever asks for it.
    let gathered = stage.run(&names, |config| (config.retries, config.jobs) = (retries, 1));
    let ended = outcomes(&gathered);
    assert_eq!((ended[&names[0]], ended[&names[1]], gathered.summary.total.flaky), (control, derived, flaky));
}
