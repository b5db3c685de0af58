//! GitHub annotations: workflow commands that the runner reads from a step's output.
//!
//! GitHub shows ten errors and ten warnings of a step and drops the rest unsaid. So findings that have one cause make one
//! annotation, the most telling come first, and what has no room is counted in the notice at the end.
//!
//! - `command`: a workflow command
//! - `failures`, `stale`, `unobserved`: what is told

mod command;
mod failures;
mod stale;
mod unobserved;

use self::command::{Annotation, Level};
use super::figures::{both, count, outcomes};
use super::run_result::RunResult;

/// Annotations of one level that GitHub shows of one step.
const SHOWN: usize = 10;
/// Stale entries of the baseline that have room beside any number of failures.
const STALE: usize = 3;

/// Errors are what turns the run red, at the place that its reader has to look at: the expectation, or the line of the baseline.
pub(super) fn render(result: &RunResult) -> String {
    let (errors, warnings) = (errors(result), warnings(result));
    let left_out: Vec<_> = [left_out(&errors, "error"), left_out(&warnings, "warning")].into_iter().flatten().collect();
    let told = errors.into_iter().take(SHOWN).chain(warnings.into_iter().take(SHOWN)).chain([notice(result, &left_out)]);
    told.map(|annotation| annotation.to_string()).collect()
}

/// What turns the run red.
fn errors(result: &RunResult) -> Vec<Annotation> {
    let failures = failures::of(result, true);
    let mut stale = stale::of(&result.cases, true);
    let room = SHOWN.saturating_sub(failures.len()).max(STALE).min(stale.len());
    let last = stale.split_off(room);
    unobserved::no_result(result).into_iter().chain(stale).chain(failures).chain(last).collect()
}

/// What a reader should know although it does not turn the run red.
fn warnings(result: &RunResult) -> Vec<Annotation> {
    [unobserved::of(result), stale::of(&result.cases, false), unobserved::flaky(result), failures::of(result, false)].concat()
}

fn left_out(annotations: &[Annotation], noun: &str) -> Option<String> {
    let left = annotations.len().saturating_sub(SHOWN);
    (left > 0).then(|| count(left, noun))
}

fn notice(result: &RunResult, left_out: &[String]) -> Annotation {
    let left_out = (!left_out.is_empty())
        .then(|| format!("GitHub shows {SHOWN} of a kind; left out here: {}. The whole is in the other reports.", left_out.join(", ")));
    let lines = [both(&result.summary.total), outcomes(result)].into_iter().chain(left_out).collect();
    Annotation { level: Level::Notice, place: None, title: "cognito conformance".to_owned(), lines }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::{CaseResult, Outcome};
    use crate::judge::{Check, Fault};
    use rstest::rstest;

    fn lines(result: &RunResult) -> Vec<String> {
        render(result).lines().map(str::to_owned).collect()
    }

    /// Operations whose one case fails each in its own way.
    fn failures(number: u16) -> Vec<CaseResult> {
        let fault = |actual| Fault::WrongStatus { expected: vec![200], actual };
        let findings = |actual| vec![samples::finding(Check::Status, "request", "", fault(actual))];
        let case = |at: u16| CaseResult {
            findings: findings(at),
            ..samples::case(&format!("Operation{at}::works"), Outcome::Fail, r#"documented "x""#)
        };
        (0..number).map(case).collect()
    }

    #[rstest]
    #[case::failure(
        "::error file=cases/mfa/set_user_settings.yaml,line=21,col=9,title=SetUserSettings%3A%3Aturns_sms_on::\
         SMS, turned on, shows in GetUser.%0Athen 1, GetUser: body $.MFAOptions: expected [{\"DeliveryMedium\":\"SMS\"}], got nothing%0A\
         evidence: aws-verified (2023), amplify-js#11260%0A\
         reproduce: cognito-conformance run --exact SetUserSettings::turns_sms_on --target moto"
    )]
    #[case::one_cause(
        "::error file=cases/mfa/set_user_settings.yaml,line=21,col=9,title=SetUserSettings%3A 2 cases differ in the same way::\
         request, GetUser: error: expected InvalidParameterException, got success%0A\
         cases: SetUserSettings::medium_unknown, SetUserSettings::token_missing%0A"
    )]
    #[case::stale(
        "::error file=targets/moto.known.yaml,line=7,title=GetUser%3A%3Asigned_in does not fail as listed here::\
         passes, although targets/moto.known.yaml:7 lists it; take the entry out%0Alisted: tokens are not read"
    )]
    #[case::does_not_gate(
        "::warning file=cases/mfa/set_user_settings.yaml,line=21,col=9,title=SetUserSettings%3A%3Asame_twice (does not gate)::"
    )]
    #[case::flaky(
        "::warning file=cases/mfa/set_user_settings.yaml,line=21,col=9,title=GetUser%3A%3Afresh (flaky)::\
         flaky: passed at try 2; before: status: expected 200, got 500%0A"
    )]
    #[case::blocked("::warning title=2 cases blocked::by fixture mfa_pool: SetUserPoolMfaConfig answered 500%0A")]
    #[case::indeterminate("::warning title=1 case indeterminate::no answer within 10 s: VerifySoftwareToken::code_wrong%0A")]
    #[case::figures("::notice title=cognito conformance::divergence 66.7%25 of 9 judged cases, coverage 69.2%25 of 13 cases%0A3 passed")]
    fn each_is_at_its_place(#[case] line: &str) {
        let lines = lines(&samples::result());
        assert!(lines.iter().any(|told| told.starts_with(line)), "{lines:#?}");
    }

    #[test]
    fn no_more_than_github_shows_and_the_rest_is_counted() {
        let lines = lines(&samples::of(failures(14)));
        assert_eq!(lines.iter().filter(|line| line.starts_with("::error ")).count(), SHOWN);
        assert!(lines.last().is_some_and(|line| line.contains("left out here: 4 errors.")), "{lines:#?}");
    }

    #[test]
    fn stale_entries_have_room_beside_many_failures() {
        let stale = samples::named("GetUser::signed_in");
        let lines = lines(&samples::of(failures(14).into_iter().chain([stale]).collect()));
        assert!(lines.iter().any(|line| line.contains("does not fail as listed")), "{lines:#?}");
    }

    #[test]
    fn a_run_that_observed_too_little_is_an_error() {
        let lines = lines(&samples::result());
        let reason = "::error title=Too little was observed to call this a result::nothing was observed of 1 of 13 cases";
        assert!(lines[0].starts_with(reason), "{lines:#?}");
        assert!(!render(&samples::observed()).contains("Too little"));
    }
}
