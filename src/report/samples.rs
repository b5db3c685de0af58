//! A small run with one case of every kind, for the tests of the formats.

use std::time::Duration;

use serde_json::json;

use super::Reproduce;
use super::run_result::{Context, RunResult};
use crate::case::{Evidence, Place};
use crate::engine::{CaseResult, Event, Flaky, Known, Outcome, Reporter, RunStarted, Summary, Weather};
use crate::judge::{Check, Fault, Finding};

/// Sends the events of the sample run to a reporter.
pub(super) fn play(reporter: &mut dyn Reporter) {
    for event in events() {
        reporter.event(&event).expect("memory takes all");
    }
}

pub(super) fn events() -> Vec<Event> {
    let mut events = vec![Event::RunStarted(started()), fixture_failed()];
    let mut summary = Summary { requests: 42, seconds: 1.25, weather: weather(), ..Summary::default() };
    for result in results() {
        summary.add(&result);
        events.push(Event::CaseFinished(Box::new(result)));
    }
    events.push(Event::CleanupFailed { cause: "DeleteUserPool us-east-1_1 answered 500".to_owned() });
    events.push(Event::RunFinished(summary));
    events
}

fn weather() -> Weather {
    Weather { throttled: 3, broken_connections: 1, seconds_waited: 2.5, ..Weather::default() }
}

/// A pipe that nobody reads any more.
pub(crate) struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The result of the sample run.
pub(super) fn result() -> RunResult {
    let context = Context { reproduce: Reproduce::new(["--target", "moto"]), cases_folder: "cases".to_owned(), min_coverage: None };
    let mut result = RunResult::begin(context);
    let ended = events().iter().filter(|event| result.take(event)).count();
    assert_eq!(ended, 1, "a run ends once");
    result.started = "2026-11-20T08:15:30Z".to_owned();
    result
}

pub(super) fn started() -> RunStarted {
    RunStarted {
        target: "moto".to_owned(),
        target_version: Some("5.2.5".to_owned()),
        endpoint: "http://127.0.0.1:5000".to_owned(),
        selected: 13,
        suite_version: "0.1.0".to_owned(),
        model: "botocore 1.44.5".to_owned(),
        run_id: "r1".to_owned(),
        strict: false,
        via: None,
        shard: None,
    }
}

fn fixture_failed() -> Event {
    Event::FixtureFailed { fixture: "mfa_pool".to_owned(), cause: "SetUserPoolMfaConfig answered 500".to_owned() }
}

pub(super) fn results() -> Vec<CaseResult> {
    let documented = r#"documented "API reference""#;
    let accepted = || Fault::AcceptedWrongly { expected: vec!["InvalidParameterException".to_owned()] };
    vec![
        CaseResult {
            about: Some("SMS, turned on, shows in GetUser.".to_owned()),
            findings: vec![finding(Check::Body, "then 1", "$.MFAOptions", missing_options())],
            ..case("SetUserSettings::turns_sms_on", Outcome::Fail, r#"aws-verified (2023) "amplify-js#11260""#)
        },
        CaseResult {
            findings: vec![finding(Check::Error, "request", "", accepted())],
            ..case("SetUserSettings::token_missing", Outcome::Fail, documented)
        },
        CaseResult {
            findings: vec![finding(Check::Error, "request", "", accepted())],
            ..case("SetUserSettings::medium_unknown", Outcome::Fail, documented)
        },
        case("SetUserSettings::attribute_missing", Outcome::Pass, documented),
        CaseResult {
            gates: false,
            findings: vec![finding(Check::Error, "request", "", refused("\u{1b}[2J<b>no\n"))],
            ..case("SetUserSettings::same_twice", Outcome::Fail, r#"inferred "sibling operation""#)
        },
        CaseResult {
            findings: vec![
                finding(Check::Status, "request", "", Fault::WrongStatus { expected: vec![400], actual: 500 }),
                finding(Check::Message, "request", "", Fault::WrongMessage { expected: "Invalid Access Token".to_owned(), actual: None }),
            ],
            ..case("GetUser::token_garbage", Outcome::Fail, documented)
        },
        blocked("SetUserMFAPreference::totp_on"),
        blocked("SetUserMFAPreference::sms_on"),
        CaseResult {
            reason: Some("answers as it answers a made-up operation".to_owned()),
            cause: Some("AdminSetUserSettings".to_owned()),
            ..case("AdminSetUserSettings::turns_sms_on", Outcome::Unsupported, documented)
        },
        CaseResult {
            reason: Some("no answer within 10 s".to_owned()),
            ..case("VerifySoftwareToken::code_wrong", Outcome::Indeterminate, documented)
        },
        CaseResult {
            gates: false,
            findings: vec![finding(
                Check::Error,
                "then 1",
                "",
                Fault::AcceptedWrongly { expected: vec!["NotAuthorizedException".to_owned()] },
            )],
            known: Some(known(3, "tokens are never revoked")),
            ..case("GetUser::signed_out", Outcome::KnownFailure, documented)
        },
        CaseResult {
            known: Some(Known { link: None, expires: None, ..known(7, "tokens are not read") }),
            reason: Some("passes, although targets/moto.known.yaml:7 lists it; take the entry out".to_owned()),
            ..case("GetUser::signed_in", Outcome::UnexpectedPass, documented)
        },
        CaseResult { flaky: Some(flaky()), ..case("GetUser::fresh", Outcome::Pass, documented) },
    ]
}

/// The result of a run of these cases.
pub(super) fn of(cases: Vec<CaseResult>) -> RunResult {
    let mut summary = Summary::default();
    cases.iter().for_each(|case| summary.add(case));
    RunResult { cases, summary, ..result() }
}

/// The sample run without the case of which nothing was observed, and so with exit code 1.
pub(super) fn observed() -> RunResult {
    of(result().cases.into_iter().filter(|case| case.outcome != Outcome::Indeterminate).collect())
}

/// The case of the sample run with this name.
pub(super) fn named(name: &str) -> CaseResult {
    results().into_iter().find(|case| case.name == name).expect("a case of the sample")
}

fn known(line: u32, reason: &str) -> Known {
    Known {
        reason: reason.to_owned(),
        link: Some("https://example.com/1".to_owned()),
        expires: Some("2027-01-31".to_owned()),
        file: "targets/moto.known.yaml".to_owned(),
        line,
    }
}

fn flaky() -> Flaky {
    let findings = vec![finding(Check::Status, "request", "", Fault::WrongStatus { expected: vec![200], actual: 500 })];
    Flaky { passed_at: 2, findings, reason: None }
}

fn blocked(name: &str) -> CaseResult {
    CaseResult {
        reason: Some("SetUserPoolMfaConfig answered 500".to_owned()),
        cause: Some("fixture mfa_pool".to_owned()),
        ..case(name, Outcome::Blocked, r#"documented "API reference""#)
    }
}

fn missing_options() -> Fault {
    let expected = r#"[{"DeliveryMedium":"SMS"}]"#.to_owned();
    Fault::WrongValue { expected, actual: None, diff: Some("-[{\"DeliveryMedium\":\"SMS\"}]\n+nothing".to_owned()) }
}

fn refused(message: &str) -> Fault {
    Fault::RefusedWrongly { actual: Some("NotAuthorizedException".to_owned()), message: Some(message.to_owned()) }
}

pub(crate) fn finding(check: Check, step: &str, path: &str, fault: Fault) -> Finding {
    let place = Place { file: "mfa/set_user_settings.yaml".into(), line: 21, column: 9 };
    Finding { check, step: step.to_owned(), operation: "GetUser".to_owned(), path: path.to_owned(), fault, place: Some(place) }
}

pub(crate) fn case(name: &str, outcome: Outcome, evidence: &str) -> CaseResult {
    let source = evidence.parse().expect("evidence reads");
    CaseResult {
        name: name.to_owned(),
        operation: name.split("::").next().unwrap_or(name).to_owned(),
        outcome,
        generated: false,
        evidence: Evidence::new(vec![source], None).expect("one source"),
        about: None,
        gates: true,
        findings: Vec::new(),
        reason: None,
        cause: None,
        exchanges: vec![],
        place: None,
        known: None,
        flaky: None,
        time: Duration::from_millis(3),
    }
}

#[test]
fn the_sample_serializes() {
    let result = serde_json::to_value(&results()[0]).expect("serializes");
    assert_eq!(result["evidence"]["sources"][0], json!({ "level": "aws-verified", "year": 2023, "source": "amplify-js#11260" }));
}
