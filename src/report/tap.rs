//! The Test Anything Protocol, version 14: a test point per case, with a block of YAML where there is something to say.

use super::figures::{both, outcomes};
use super::plain;
use super::run_result::RunResult;
use super::verdict::Verdict;
use crate::engine::{CaseResult, Outcome};
use crate::report::untrusted;

/// It is red where the run's exit code is: `not ok` without a directive is a case that gates. Failures that do not gate are `TODO`,
/// what was not judged is `SKIP`; a run that was interrupted, or that observed too little, bails out after its last case.
pub(super) fn render(result: &RunResult) -> String {
    if Verdict::of(result) == Verdict::Nothing {
        return "TAP version 14\n1..0 # no case was run\n".to_owned();
    }
    let head = ["TAP version 14".to_owned(), format!("1..{}", result.cases.len())];
    let about = format!("# {} {}", text(&result.target), text(result.target_version.as_deref().unwrap_or_default()));
    let points = result.cases.iter().zip(1..).flat_map(|(case, number)| point(case, number, result));
    let figures = [outcomes(result), both(&result.summary.total)].map(|line| format!("# {line}"));
    let lines = head.into_iter().chain([about.trim_end().to_owned()]).chain(points).chain(figures).chain(bail_out(result));
    lines.map(|line| line + "\n").collect()
}

fn bail_out(result: &RunResult) -> Option<String> {
    match Verdict::of(result) {
        Verdict::Interrupted => Some("Bail out! The run was interrupted; cases that had not begun are not here.".to_owned()),
        Verdict::NoResult(reasons) => Some(format!("Bail out! Too little was observed: {}", text(&reasons.join("; ")))),
        Verdict::Nothing | Verdict::Conforms | Verdict::Failed => None,
    }
}

fn point(case: &CaseResult, number: usize, result: &RunResult) -> Vec<String> {
    let status = if matches!(case.outcome, Outcome::Fail | Outcome::KnownFailure) || stale(case) { "not ok" } else { "ok" };
    let directive = directive(case).map(|directive| format!(" # {directive}")).unwrap_or_default();
    let mut lines = vec![format!("{status} {number} - {}{directive}", text(&case.name))];
    if case.outcome != Outcome::Pass || case.flaky.is_some() {
        lines.extend(block(case, result));
    }
    lines
}

/// A case that passed against its baseline counts as a failure, unless that does not gate.
fn stale(case: &CaseResult) -> bool {
    case.outcome == Outcome::UnexpectedPass && case.gates
}

fn directive(case: &CaseResult) -> Option<String> {
    match case.outcome {
        Outcome::KnownFailure => Some("TODO known failure".to_owned()),
        Outcome::Fail if !case.gates => Some(format!("TODO does not gate{}", standing(case))),
        Outcome::Unsupported | Outcome::Blocked | Outcome::Skipped | Outcome::Indeterminate => {
            Some(format!("SKIP {}", text(&plain::headline(case))))
        }
        _ => None,
    }
}

fn standing(case: &CaseResult) -> String {
    if case.evidence.gates() { String::new() } else { format!(": {}", case.evidence.standing()) }
}

fn block(case: &CaseResult, result: &RunResult) -> Vec<String> {
    let place = plain::place(case).map(|place| format!("{}/{place}", result.cases_folder));
    let members = [
        ("outcome", Some(case.outcome.to_string())),
        ("message", Some(plain::headline(case))),
        ("about", case.about.clone()),
        ("evidence", Some(plain::evidence(&case.evidence))),
        ("at", place),
        ("baseline", case.known.as_ref().map(plain::known)),
        ("flaky", case.flaky.as_ref().map(plain::flaky_line)),
        ("reproduce", Some(result.reproduce(&case.name))),
    ];
    let members = members.into_iter().filter_map(|(name, value)| Some(format!("  {name}: {}", scalar(&value?))));
    let listed = case.findings.iter().map(|finding| format!("    - {}", scalar(&plain::finding_text(finding))));
    let findings = (!case.findings.is_empty()).then(|| "  findings:".to_owned()).into_iter().chain(listed);
    ["  ---".to_owned()].into_iter().chain(members).chain(findings).chain(["  ...".to_owned()]).collect()
}

/// A JSON string, which YAML reads as the same.
fn scalar(text: &str) -> String {
    untrusted::json(&serde_json::Value::from(text).to_string())
}

/// Text of a test point or a directive, in which `#` and `\` are escaped.
fn text(text: &str) -> String {
    untrusted::line(text).replace('\\', r"\\").replace('#', r"\#")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::Summary;
    use rstest::rstest;
    use serde_json::Value;

    /// The lines of the test point of this name.
    fn lines(name: &str) -> Vec<String> {
        let text = render(&samples::result());
        let from = text.lines().skip_while(|line| !line.contains(&format!(" - {name}"))).map(str::to_owned);
        let mut lines: Vec<_> = from.collect();
        let end = lines.iter().skip(1).position(|line| !line.starts_with("  ")).map_or(lines.len(), |at| at + 1);
        lines.truncate(end);
        lines
    }

    #[rstest]
    #[case("SetUserSettings::turns_sms_on", "not ok 12 - SetUserSettings::turns_sms_on")]
    #[case("SetUserSettings::attribute_missing", "ok 8 - SetUserSettings::attribute_missing")]
    #[case("SetUserSettings::same_twice", "not ok 10 - SetUserSettings::same_twice # TODO does not gate: inferred")]
    #[case("GetUser::signed_out", "not ok 4 - GetUser::signed_out # TODO known failure")]
    #[case("GetUser::signed_in", "not ok 3 - GetUser::signed_in")]
    #[case("GetUser::fresh", "ok 2 - GetUser::fresh")]
    #[case(
        "SetUserMFAPreference::sms_on",
        "ok 6 - SetUserMFAPreference::sms_on # SKIP blocked by fixture mfa_pool: SetUserPoolMfaConfig answered 500"
    )]
    #[case("VerifySoftwareToken::code_wrong", "ok 13 - VerifySoftwareToken::code_wrong # SKIP no answer within 10 s")]
    fn a_point_for_each_case(#[case] name: &str, #[case] line: &str) {
        assert_eq!(lines(name)[0], line);
    }

    #[rstest]
    #[case("SetUserSettings::turns_sms_on", "at", "cases/mfa/set_user_settings.yaml:21:9")]
    #[case(
        "SetUserSettings::same_twice",
        "message",
        r"does not gate: error: expected success, got NotAuthorizedException: \u{1b}[2J<b>no\n"
    )]
    #[case("GetUser::signed_in", "baseline", "tokens are not read (targets/moto.known.yaml:7)")]
    #[case("GetUser::fresh", "message", "flaky: passed at try 2; before: status: expected 200, got 500")]
    fn the_block_is_yaml(#[case] name: &str, #[case] member: &str, #[case] value: &str) {
        let lines = lines(name);
        let yaml = lines[2..lines.len() - 1].join("\n");
        assert_eq!((lines[1].as_str(), lines[lines.len() - 1].as_str()), ("  ---", "  ..."));
        let block: Value = serde_saphyr::from_str(&yaml).expect("YAML");
        assert_eq!(block[member], value, "{yaml}");
    }

    #[test]
    fn begins_and_ends_as_the_protocol_says() {
        let text = render(&samples::result());
        assert!(text.starts_with("TAP version 14\n1..13\n# moto 5.2.5\nok 1 - "), "{text}");
        assert!(
            text.ends_with(
                "\n# divergence 66.7% of 9 judged cases, coverage 69.2% of 13 cases\n\
             Bail out! Too little was observed: nothing was observed of 1 of 13 cases: time-outs, throttling, or the connection\n"
            ),
            "{text}"
        );
        assert!(!render(&samples::observed()).contains("Bail out!"), "failures are a result");
    }

    #[test]
    fn a_run_that_is_no_result_bails_out() {
        let summary = Summary { interrupted: true, ..Summary::default() };
        assert!(render(&RunResult { summary, ..RunResult::default() }).contains("\nBail out! The run was interrupted"));
        assert_eq!(render(&RunResult::default()), "TAP version 14\n1..0 # no case was run\n");
    }

    #[test]
    fn what_a_directive_is_made_of_is_escaped() {
        assert_eq!(text("a # SKIP b\\"), r"a \# SKIP b\\");
    }
}
