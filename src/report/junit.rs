//! JUnit XML, for CI systems: a test suite per operation, a test case per case. Keeps to the schema of Jenkins' xUnit plugin
//! (`junit-10.xsd`), which is stricter than what Jenkins' JUnit plugin and GitLab read.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use super::plain;
use super::run_result::RunResult;
use super::verdict::Verdict;
use crate::engine::{CaseResult, Flaky, Outcome};

/// It is red where the run's exit code is: a `failure` is a case that gates, an `error` a case that was not observed in a run that
/// ends for it with exit code 3. All else that did not pass is `skipped`, with its reason.
///
/// # Errors
/// The result holds what XML cannot express.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    let lost = matches!(Verdict::of(result), Verdict::NoResult(_));
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &result.cases {
        let suite = suites.entry(&case.operation).or_insert_with(|| TestSuite::new(&case.operation));
        suite.add_test_case(test_case(case, lost, result));
    }
    for suite in suites.values_mut() {
        let time = suite.test_cases.iter().filter_map(|case| case.time).sum();
        suite.set_time(time);
    }
    let mut report = Report::new("cognito-conformance");
    report.set_time(Duration::try_from_secs_f64(result.summary.seconds).unwrap_or_default());
    report.add_test_suites(suites.into_values());
    let skipped = format!(" skipped=\"{}\"", report.skipped);
    let text = report.to_string().map_err(io::Error::other)?;
    // The schema has this attribute on `testsuite` only; the first one stands on `testsuites`. Inside of values quotes are escaped.
    Ok(text.replacen(&skipped, "", 1))
}

fn test_case(case: &CaseResult, lost: bool, result: &RunResult) -> TestCase {
    let mut row = TestCase::new(&case.name, status(case, lost, result));
    row.set_classname(&case.operation).set_time(case.time);
    if let Some(flaky) = &case.flaky {
        // For readers that pass over `flakyFailure`.
        row.set_system_out(plain::passed_at(flaky));
    }
    row
}

fn status(case: &CaseResult, lost: bool, result: &RunResult) -> TestCaseStatus {
    let mut status = match case.outcome {
        Outcome::Pass => return passed(case),
        Outcome::UnexpectedPass if !case.gates => return TestCaseStatus::success(),
        Outcome::Fail | Outcome::UnexpectedPass if case.gates => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Blocked | Outcome::Indeterminate if lost => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::skipped(),
    };
    status.set_type(case.outcome.to_string());
    status.set_message(plain::headline(case));
    status.set_description(text(case, result));
    status
}

fn passed(case: &CaseResult) -> TestCaseStatus {
    let mut status = TestCaseStatus::success();
    if let Some(flaky) = &case.flaky {
        status.add_rerun(first_try(case, flaky));
    }
    status
}

fn first_try(case: &CaseResult, flaky: &Flaky) -> TestRerun {
    let kind = if flaky.reason.is_some() { NonSuccessKind::Error } else { NonSuccessKind::Failure };
    let mut rerun = TestRerun::new(kind);
    rerun.set_type("flaky").set_message(plain::headline(case)).set_description(plain::ending(case).join("\n"));
    rerun
}

fn text(case: &CaseResult, result: &RunResult) -> String {
    let about = case.about.clone().into_iter();
    let evidence = format!("evidence: {}", plain::evidence(&case.evidence));
    let place = plain::place(case).map(|place| format!("at: {}/{place}", result.cases_folder));
    let reproduce = format!("reproduce: {}", result.reproduce(&case.name));
    about.chain([evidence]).chain(plain::ending(case)).chain(place).chain([reproduce]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use rstest::rstest;

    fn xml() -> String {
        render(&samples::observed()).expect("renders")
    }

    /// The test case of this name, as XML.
    fn row(name: &str) -> String {
        let xml = xml();
        let from = xml.split(&format!("<testcase name=\"{name}\"")).nth(1).expect("is there");
        from.split("</testcase>").next().expect("ends").to_owned()
    }

    #[test]
    fn only_what_gates_is_red() {
        let xml = xml();
        assert!(xml.contains(r#"<testsuites name="cognito-conformance" tests="12" failures="5" errors="0" time="0.000">"#), "{xml}");
        assert!(xml.contains(r#"<testsuite name="SetUserSettings" tests="5" skipped="1" errors="0" failures="3" time="0.015">"#), "{xml}");
    }

    #[rstest]
    #[case("SetUserSettings::turns_sms_on", "<failure message=\"body $.MFAOptions: expected [{&quot;DeliveryMedium")]
    #[case("SetUserSettings::turns_sms_on", "reproduce: cognito-conformance run --exact SetUserSettings::turns_sms_on --target moto")]
    #[case("SetUserSettings::same_twice", "<skipped message=\"does not gate: error: expected success")]
    #[case("GetUser::signed_out", "<skipped message=\"known: tokens are never revoked: error: expected NotAuthorizedException")]
    #[case("GetUser::signed_out", "https://example.com/1")]
    #[case("GetUser::signed_in", "<failure message=\"passes, although targets/moto.known.yaml:7 lists it; take the entry out\"")]
    #[case("GetUser::fresh", "<flakyFailure message=\"flaky: passed at try 2; before: status: expected 200, got 500\" type=\"flaky\"")]
    #[case("GetUser::fresh", "<system-out>flaky: passed at try 2</system-out>")]
    #[case("SetUserMFAPreference::sms_on", "<skipped message=\"blocked by fixture mfa_pool: SetUserPoolMfaConfig answered 500\"")]
    fn each_outcome_has_its_element(#[case] name: &str, #[case] expected: &str) {
        let row = row(name);
        assert!(row.contains(expected), "{row}");
    }

    #[test]
    fn a_run_that_observed_too_little_has_errors() {
        let xml = render(&samples::result()).expect("renders");
        assert!(xml.contains(r#"failures="5" errors="3" time="1.250""#), "{xml}");
        assert!(xml.contains(r#"<error message="no answer within 10 s" type="indeterminate">"#), "{xml}");
    }

    type Names = &'static [&'static str];

    /// What `junit-10.xsd` of Jenkins' xUnit plugin says: the attributes that an element must have, all that it may have, and the
    /// elements that it may have inside.
    const SCHEMA: [(&str, Names, Names, Names); 9] = [
        ("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
        ("testsuite", &["name", "tests", "failures", "errors"], &["name", "tests", "failures", "errors", "skipped", "time"], &["testcase"]),
        (
            "testcase",
            &["name"],
            &["name", "time", "classname", "group"],
            &["skipped", "error", "failure", "flakyFailure", "flakyError", "system-out"],
        ),
        ("failure", &[], &["type", "message"], &[]),
        ("error", &[], &["type", "message"], &[]),
        ("skipped", &[], &["type", "message"], &[]),
        ("flakyFailure", &["type"], &["type", "message"], &[]),
        ("flakyError", &["type"], &["type", "message"], &[]),
        ("system-out", &[], &[], &[]),
    ];

    fn attributes(tag: &str) -> Vec<&str> {
        tag.split("=\"").map(|piece| piece.rsplit(['"', ' ']).next().unwrap_or_default()).take(tag.matches("=\"").count()).collect()
    }

    #[test]
    fn keeps_to_the_schema_of_jenkins() {
        let xml = xml();
        let mut open: Vec<&str> = Vec::new();
        let tags = xml.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag).filter(|tag| !tag.starts_with('?'));
        for tag in tags {
            if tag.starts_with('/') {
                open.pop();
                continue;
            }
            let name = tag.split([' ', '/']).next().unwrap_or_default();
            let (_, required, allowed, _) =
                SCHEMA.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("<{name}> is not known"));
            let found = attributes(tag);
            assert!(found.iter().all(|attribute| allowed.contains(attribute)), "<{tag}>");
            assert!(required.iter().all(|attribute| found.contains(attribute)), "<{tag}>");
            let parent = SCHEMA.iter().find(|(known, ..)| open.last() == Some(known));
            assert!(parent.map_or(name == "testsuites", |(.., inside)| inside.contains(&name)), "<{tag}> in {open:?}");
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        quick_junit::Report::deserialize_from_str(&xml).expect("valid XML");
    }
}
