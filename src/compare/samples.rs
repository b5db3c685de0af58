//! Small results, for the tests of comparisons.

use super::column::Input;
use super::{Comparison, Options};
use crate::engine::{CaseResult, Outcome, Summary};
use crate::judge::{Check, Fault, Finding};
use crate::report::{RunResult, SCHEMA_VERSION, samples};

const DOCUMENTED: &str = r#"documented "API reference""#;

/// A result of this target with these cases.
pub(super) fn input(target: &str, cases: Vec<CaseResult>) -> Input {
    let mut summary = Summary::default();
    cases.iter().for_each(|case| summary.add(case));
    let result = RunResult {
        schema_version: SCHEMA_VERSION,
        suite_version: "0.1.0".to_owned(),
        model: "botocore 1.44.5".to_owned(),
        target: target.to_owned(),
        summary,
        cases,
        ..RunResult::default()
    };
    Input { file: format!("{target}.json").into(), result }
}

pub(super) fn case(name: &str, outcome: Outcome) -> CaseResult {
    claimed(name, outcome, DOCUMENTED)
}

pub(super) fn claimed(name: &str, outcome: Outcome, evidence: &str) -> CaseResult {
    samples::case(name, outcome, evidence)
}

pub(super) fn passed(name: &str) -> CaseResult {
    case(name, Outcome::Pass)
}

pub(super) fn finding(check: Check, fault: Fault) -> Finding {
    samples::finding(check, "request", "", fault)
}

pub(super) fn refused(name: Option<&str>, message: &str) -> Fault {
    Fault::RefusedWrongly { actual: name.map(str::to_owned), message: Some(message.to_owned()) }
}

/// Two versions of one target and two other targets; one claim that most contradict, with a hostile answer.
pub(super) fn comparison() -> Comparison {
    Comparison::new(&inputs(), &Options::default()).expect("there are no families")
}

/// The results of [`comparison`].
pub(super) fn inputs() -> Vec<Input> {
    let wrong = |name: &str, error: &str| CaseResult {
        about: Some("A token is looked at before all else.".to_owned()),
        findings: vec![finding(Check::Error, refused(Some(error), "no"))],
        ..case(name, Outcome::Fail)
    };
    let hostile = "\u{1b}[2J<b>`|Exception";
    let mut older = input("moto", vec![passed("GetUser::signs_in"), wrong("GetUser::token_first", hostile), wrong("GetUser::mended", "X")]);
    older.result.target_version = Some("5.2.1".to_owned());
    let newer_cases = vec![wrong("GetUser::signs_in", "Y"), wrong("GetUser::token_first", hostile), passed("GetUser::mended")];
    let mut newer = input("moto", [newer_cases, vec![passed("SignUp::base")]].concat());
    newer.result.target_version = Some("5.2.5".to_owned());
    let others = ["awsim", "cognitox"].map(|target| input(target, vec![wrong("GetUser::token_first", hostile)]));
    [older, newer].into_iter().chain(others).collect()
}
