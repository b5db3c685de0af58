//! A result as plain lines, for formats that have no more than text. What a target sent is cleaned here.

use super::figures::count;
use super::untrusted;
use crate::case::{Evidence, Place};
use crate::engine::{CaseResult, Flaky, Known, Outcome};
use crate::judge::Finding;

/// Lines of a difference.
const DIFF: usize = 40;

/// What is wrong with a case: the claim, why it is believed, and every finding.
pub fn of(result: &CaseResult) -> String {
    let sources = result.evidence.sources.iter().map(|source| format!("{}: {}", source.level, source.source));
    let place = result.place.as_ref().map(|place| format!("cases/{place}"));
    result.about.clone().into_iter().chain(sources).chain(place).chain(ending(result)).collect::<Vec<_>>().join("\n")
}

/// How a case ended, in lines: the reason, the baseline's entry, the tries, every finding.
pub(super) fn ending(case: &CaseResult) -> Vec<String> {
    let reason = case.reason.as_deref().map(|reason| format!("{}: {}", case.outcome, untrusted::line(reason)));
    let known = case.known.as_ref().map(|entry| format!("baseline: {}", known(entry)));
    let flaky = case.flaky.as_ref().into_iter().flat_map(flaky_lines);
    let findings = case.findings.iter().map(finding_text);
    reason.into_iter().chain(known).chain(flaky).chain(findings).collect()
}

/// What is to be said of a case in one line: the finding that counts, the reason, or what became of the baseline's entry.
pub(super) fn headline(case: &CaseResult) -> String {
    let wrong = main_finding(case).map_or_else(|| reason(case), finding_line);
    match (case.outcome, &case.known, &case.flaky) {
        (Outcome::UnexpectedPass, _, _) if case.reason.is_some() => reason(case),
        (Outcome::UnexpectedPass, Some(entry), _) => format!("passes, although {} lists it", entry_place(entry)),
        (Outcome::UnexpectedPass, None, _) => "passes, although it is listed as a known failure".to_owned(),
        (Outcome::KnownFailure, Some(entry), _) => format!("known: {}: {wrong}", untrusted::line(&entry.reason)),
        (Outcome::Fail, _, _) if !case.gates => format!("does not gate: {wrong}"),
        (Outcome::Blocked, _, _) => blocked(case),
        (Outcome::Pass, _, Some(flaky)) => flaky_line(flaky),
        _ => wrong,
    }
}

fn reason(case: &CaseResult) -> String {
    case.reason.as_deref().map_or_else(|| case.outcome.to_string(), untrusted::line)
}

/// The cause, and what happened where the cause does not say it.
fn blocked(case: &CaseResult) -> String {
    let reason = case.reason.as_deref().filter(|reason| case.cause.as_deref() != Some(reason));
    let told = case.cause.as_deref().into_iter().chain(reason).map(untrusted::line);
    format!("blocked by {}", told.collect::<Vec<_>>().join(": "))
}

/// The finding that counts: the first one of a check that gates, else the first.
pub(super) fn main_finding(case: &CaseResult) -> Option<&Finding> {
    case.findings.iter().find(|finding| finding.check.gates()).or_else(|| case.findings.first())
}

/// Where to look: the expectation that did not hold, else the case.
pub(super) fn place(case: &CaseResult) -> Option<&Place> {
    main_finding(case).and_then(|finding| finding.place.as_ref()).or(case.place.as_ref())
}

/// An entry of a baseline: why, since when no more, where.
pub(super) fn known(entry: &Known) -> String {
    let until = entry.expires.iter().map(|day| format!("expires {day}"));
    let more = std::iter::once(entry_place(entry)).chain(until).chain(entry.link.clone()).collect::<Vec<_>>().join(", ");
    format!("{} ({})", untrusted::line(&entry.reason), untrusted::line(&more))
}

/// Where an entry of a baseline stands: `known.yaml:12`.
pub(super) fn entry_place(entry: &Known) -> String {
    format!("{}:{}", entry.file, entry.line)
}

/// At which try a case passed, and what was wrong before, in a line.
pub(super) fn flaky_line(flaky: &Flaky) -> String {
    let before = flaky.reason.as_deref().map(untrusted::line).or_else(|| flaky.findings.first().map(finding_line));
    passed_at(flaky) + &before.map(|before| format!("; before: {before}")).unwrap_or_default()
}

fn flaky_lines(flaky: &Flaky) -> Vec<String> {
    let reason = flaky.reason.as_deref().map(untrusted::line);
    std::iter::once(passed_at(flaky) + ", before:").chain(reason).chain(flaky.findings.iter().map(finding_text)).collect()
}

/// `flaky: passed at try 2`.
pub(super) fn passed_at(flaky: &Flaky) -> String {
    format!("flaky: passed at try {}", flaky.passed_at)
}

/// The strongest source, and how many others there are.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    let Some(source) = evidence.sources.iter().find(|source| source.level == evidence.level) else { return evidence.standing() };
    let year = source.year.map(|year| format!(" ({year})")).unwrap_or_default();
    let others = evidence.sources.len() - 1;
    let others = if others > 0 { format!(" and {}", count(others, "other source")) } else { String::new() };
    let contested = evidence.contested.as_ref().map(|how| format!("; contested: {how}")).unwrap_or_default();
    format!("{}{year}, {}{others}{contested}", source.level, source.source)
}

/// A finding in a line.
pub(super) fn finding_line(finding: &Finding) -> String {
    let (expected, actual) = (untrusted::line(&finding.fault.expected()), untrusted::line(&finding.fault.actual()));
    let path = if finding.path.is_empty() { String::new() } else { format!(" {}", untrusted::line(&finding.path)) };
    format!("{}{path}: expected {expected}, got {actual}", finding.check)
}

/// A finding with its step, its place and its difference.
pub(super) fn finding_text(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let head = format!("{}, {}: {}{place}", finding.step, finding.operation, finding_line(finding));
    let diff = finding.fault.diff().map(|diff| untrusted::lines(diff, DIFF)).unwrap_or_default();
    std::iter::once(head).chain(diff).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("SetUserSettings::turns_sms_on", r#"body $.MFAOptions: expected [{"DeliveryMedium":"SMS"}], got nothing"#)]
    #[case("SetUserSettings::same_twice", r"does not gate: error: expected success, got NotAuthorizedException: \u{1b}[2J<b>no\n")]
    #[case("SetUserMFAPreference::sms_on", "blocked by fixture mfa_pool: SetUserPoolMfaConfig answered 500")]
    #[case("VerifySoftwareToken::code_wrong", "no answer within 10 s")]
    #[case("GetUser::signed_out", "known: tokens are never revoked: error: expected NotAuthorizedException, got success")]
    #[case("GetUser::signed_in", "passes, although targets/moto.known.yaml:7 lists it; take the entry out")]
    #[case("GetUser::fresh", "flaky: passed at try 2; before: status: expected 200, got 500")]
    #[case("SetUserSettings::attribute_missing", "pass")]
    fn a_line_says_what_counts(#[case] name: &str, #[case] line: &str) {
        assert_eq!(headline(&samples::named(name)), line);
    }

    #[test]
    fn a_text_has_the_entry_and_the_tries() {
        let entry = "baseline: tokens are never revoked (targets/moto.known.yaml:3, expires 2027-01-31, https://example.com/1)";
        assert!(of(&samples::named("GetUser::signed_out")).contains(entry));
        let text = of(&samples::named("GetUser::fresh"));
        assert!(text.contains("flaky: passed at try 2, before:\nrequest, GetUser: status: expected 200, got 500"), "{text}");
    }
}
