//! JUnit XML, for CI systems: a test suite per operation, a test case per case.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::collected::Collected;
use super::output::Output;
use super::plain::{finding_line, finding_text};
use super::reproduce::Reproduce;
use super::untrusted;
use crate::engine::{CaseResult, Event, Outcome, Reporter, Summary};

/// Writes the report when the run ends. A failure is a `failure`, what could not be observed an `error`, what a target does
/// not have is `skipped`.
#[derive(Debug)]
pub struct Junit<O> {
    output: O,
    reproduce: Reproduce,
    collected: Collected,
}

impl<O: Output> Junit<O> {
    /// A report that goes to `output`; `reproduce` ends each failure.
    pub fn new(output: O, reproduce: Reproduce) -> Self {
        Self { output, reproduce, collected: Collected::default() }
    }

    fn document(&self, summary: &Summary) -> Report {
        let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
        for result in &self.collected.results {
            let suite = suites.entry(&result.operation).or_insert_with(|| TestSuite::new(&result.operation));
            suite.add_test_case(self.case(result));
        }
        let mut report = Report::new("cognito-conformance");
        report.set_time(Duration::try_from_secs_f64(summary.seconds).unwrap_or_default());
        report.add_test_suites(suites.into_values());
        report
    }

    fn case(&self, result: &CaseResult) -> TestCase {
        let mut case = TestCase::new(&result.name, self.status(result));
        case.set_classname(&result.operation).set_time(result.time);
        case
    }

    fn status(&self, result: &CaseResult) -> TestCaseStatus {
        let reason = untrusted::line(result.reason.as_deref().unwrap_or_default());
        let mut status = match result.outcome {
            Outcome::Pass => return TestCaseStatus::success(),
            Outcome::Fail if !result.gates => TestCaseStatus::skipped(),
            Outcome::Fail | Outcome::UnexpectedPass => TestCaseStatus::non_success(NonSuccessKind::Failure),
            Outcome::Blocked | Outcome::Indeterminate => TestCaseStatus::non_success(NonSuccessKind::Error),
            Outcome::KnownFailure | Outcome::Unsupported | Outcome::Skipped => TestCaseStatus::skipped(),
        };
        status.set_type(result.outcome.to_string());
        status.set_message(message(result, &reason));
        status.set_description(self.text(result, &reason));
        status
    }

    fn text(&self, result: &CaseResult, reason: &str) -> String {
        let about = result.about.clone().into_iter();
        let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        let findings = result.findings.iter().map(finding_text);
        let repro = Some(format!("reproduce: {}", self.reproduce.command(&result.name)));
        about.chain(reason).chain(findings).chain(repro).collect::<Vec<_>>().join("\n")
    }
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

impl<O: Output> Reporter for Junit<O> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let Some(summary) = self.collected.take(event) else { return Ok(()) };
        let document = self.document(summary).to_string().map_err(io::Error::other)?;
        self.output.put(document.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn xml() -> String {
        let mut text = Vec::new();
        samples::play(&mut Junit::new(&mut text, Reproduce::new(["--target", "moto"])));
        String::from_utf8(text).expect("UTF-8")
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
