//! JUnit XML, for CI systems: a test suite per operation, a test case per case.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::plain::{finding_line, finding_text};
use super::run_result::RunResult;
use super::untrusted;
use crate::engine::{CaseResult, Outcome};

/// A failure is a `failure`, what could not be observed an `error`, what a target does not have is `skipped`.
///
/// # Errors
/// The result holds what XML cannot express.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &result.cases {
        let suite = suites.entry(&case.operation).or_insert_with(|| TestSuite::new(&case.operation));
        suite.add_test_case(test_case(case, result));
    }
    let mut report = Report::new("cognito-conformance");
    report.set_time(Duration::try_from_secs_f64(result.summary.seconds).unwrap_or_default());
    report.add_test_suites(suites.into_values());
    report.to_string().map_err(io::Error::other)
}

fn test_case(case: &CaseResult, result: &RunResult) -> TestCase {
    let mut row = TestCase::new(&case.name, status(case, result));
    row.set_classname(&case.operation).set_time(case.time);
    row
}

fn status(case: &CaseResult, result: &RunResult) -> TestCaseStatus {
    let reason = untrusted::line(case.reason.as_deref().unwrap_or_default());
    let mut status = match case.outcome {
        Outcome::Pass => return TestCaseStatus::success(),
        Outcome::Fail if !case.gates => TestCaseStatus::skipped(),
        Outcome::Fail | Outcome::UnexpectedPass => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Blocked | Outcome::Indeterminate => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::KnownFailure | Outcome::Unsupported | Outcome::Skipped => TestCaseStatus::skipped(),
    };
    status.set_type(case.outcome.to_string());
    status.set_message(message(case, &reason));
    status.set_description(text(case, &reason, result));
    status
}

fn text(case: &CaseResult, reason: &str, result: &RunResult) -> String {
    let about = case.about.clone().into_iter();
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    let findings = case.findings.iter().map(finding_text);
    let repro = Some(format!("reproduce: {}", result.reproduce(&case.name)));
    about.chain(reason).chain(findings).chain(repro).collect::<Vec<_>>().join("\n")
}

/// What is wrong, in a line: the first finding that gates, or the reason.
fn message(result: &CaseResult, reason: &str) -> String {
    let first = result.findings.iter().find(|finding| finding.check.gates()).or_else(|| result.findings.first());
    match (result.outcome, first) {
        (Outcome::UnexpectedPass, _) => "passed, although it is listed as a known failure".to_owned(),
        (Outcome::Fail, Some(finding)) if !result.gates => format!("does not gate: {}", finding_line(finding)),
        (Outcome::Fail | Outcome::KnownFailure, Some(finding)) => finding_line(finding),
        _ => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn xml() -> String {
        render(&samples::result()).expect("renders")
    }

    #[test]
    fn counts_failures_errors_and_skips() {
        let xml = xml();
        assert!(xml.contains(r#"tests="10" skipped="2" failures="4" errors="3""#), "{xml}");
        assert!(xml.contains(r#"<testsuite name="SetUserSettings""#), "{xml}");
    }

    #[test]
    fn a_failure_says_what_is_wrong_and_how_to_see_it_again() {
        let xml = xml();
        assert!(xml.contains(r#"message="body $.MFAOptions: expected [{&quot;DeliveryMedium"#), "{xml}");
        assert!(xml.contains("reproduce: cognito-conformance run --exact SetUserSettings::turns_sms_on --target moto"), "{xml}");
    }

    #[test]
    fn what_a_target_sends_stays_text() {
        let xml = xml();
        assert!(!xml.contains('\u{1b}') && !xml.contains("<b>"), "{xml}");
        quick_junit::Report::deserialize_from_str(&xml).expect("valid XML");
    }
}
