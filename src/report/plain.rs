//! A result as plain lines, for formats that have no more than text.

use super::figures::count;
use super::untrusted;
use crate::case::Evidence;
use crate::engine::CaseResult;
use crate::judge::Finding;

/// What is wrong with a case: the claim, why it is believed, and every finding.
pub fn of(result: &CaseResult) -> String {
    let sources = result.evidence.sources.iter().map(|source| format!("{}: {}", source.level, source.source));
    let place = result.place.as_ref().map(|place| format!("cases/{place}"));
    let reason = result.reason.as_deref().map(|reason| format!("{}: {}", result.outcome, untrusted::line(reason)));
    let findings = result.findings.iter().map(finding_text);
    result.about.clone().into_iter().chain(sources).chain(place).chain(reason).chain(findings).collect::<Vec<_>>().join("\n")
}

/// A finding in a line.
pub(super) fn finding_line(finding: &Finding) -> String {
    let (expected, actual) = (untrusted::line(&finding.fault.expected()), untrusted::line(&finding.fault.actual()));
    format!("{} {}: expected {expected}, got {actual}", finding.check, finding.path).replace(" :", ":")
}

/// A finding with its step, its place and its difference.
pub(super) fn finding_text(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let head = format!("{}, {}: {}{place}", finding.step, finding.operation, finding_line(finding));
    let diff = finding.fault.diff().map(|diff| untrusted::lines(diff, 40)).unwrap_or_default();
    std::iter::once(head).chain(diff).collect::<Vec<_>>().join("\n")
}

/// Why a claim is believed, in a line: the strongest source, and how many others there are.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    let Some(source) = evidence.sources.iter().find(|source| source.level == evidence.level) else { return evidence.standing() };
    let year = source.year.map(|year| format!(" ({year})")).unwrap_or_default();
    let others = evidence.sources.len() - 1;
    let others = if others > 0 { format!(" and {}", count(others, "other source")) } else { String::new() };
    let contested = evidence.contested.as_ref().map(|how| format!("; contested: {how}")).unwrap_or_default();
    format!("{}{year}, {}{others}{contested}", source.level, source.source)
}
