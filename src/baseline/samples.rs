//! A small suite and results of its cases, for the tests of baselines.

use std::time::Duration;

use time::macros::date;

use super::{Baseline, Conditions};
use crate::case::{Case, Evidence, Fixtures, Origin, Suite};
use crate::engine::{CaseResult, Flaky, Outcome};
use crate::judge::{Check, Fault, Finding};

/// A whole run that is neither strict nor lenient, on the first of June.
pub(super) const CONDITIONS: Conditions = Conditions { strict: false, lenient: false, whole: true, today: date!(2026 - 06 - 01) };

pub(super) fn suite() -> Suite {
    let names = ["GetUser::a", "GetUser::b", "GetUser::c", "GetUser::response_shape", "SetUserSettings::a", "SetUserSettings::b"];
    Suite::new(names.map(case).into(), Fixtures::default())
}

fn operation(name: &str) -> String {
    name.split("::").next().unwrap_or(name).to_owned()
}

fn evidence(level: &str) -> Evidence {
    Evidence::new(vec![format!("{level} \"somewhere\"").parse().expect("evidence")], None).expect("one source")
}

fn case(name: &str) -> Case {
    Case {
        name: name.to_owned(),
        operation: operation(name),
        about: None,
        origin: Origin::Written,
        evidence: evidence("documented"),
        needs: Default::default(),
        given: Vec::new(),
        steps: Vec::new(),
        control: None,
        place: None,
    }
}

pub(super) fn finding(check: Check) -> Finding {
    let fault = Fault::RefusedWrongly { actual: Some("NotAuthorizedException".to_owned()), message: None };
    Finding { check, step: "request".to_owned(), operation: "GetUser".to_owned(), path: String::new(), fault, place: None }
}

/// A case that ended so, with a finding of each of these checks.
pub(super) fn result(name: &str, outcome: Outcome, checks: &[Check]) -> CaseResult {
    CaseResult {
        name: name.to_owned(),
        operation: operation(name),
        outcome,
        generated: false,
        evidence: evidence("documented"),
        about: None,
        gates: true,
        findings: checks.iter().copied().map(finding).collect(),
        reason: None,
        cause: None,
        exchanges: Vec::new(),
        place: None,
        known: None,
        flaky: None,
        time: Duration::ZERO,
    }
}

/// The same with evidence that gates only in a strict run.
pub(super) fn inferred(result: CaseResult) -> CaseResult {
    CaseResult { evidence: evidence("inferred"), gates: false, ..result }
}

/// The same, passed at the second try.
pub(super) fn flaky(result: CaseResult) -> CaseResult {
    CaseResult { flaky: Some(Flaky { passed_at: 2, findings: vec![finding(Check::Error)], reason: None }), ..result }
}

pub(super) fn baseline(text: &str) -> Baseline {
    match Baseline::parse("known.yaml", text, &suite()) {
        Ok(baseline) => baseline,
        Err(error) => panic!("{:?}", miette::Report::new(error)),
    }
}
