//! What kept cases from being judged, each cause once, with the cases that it holds up.

use std::collections::BTreeMap;

use super::untrusted;
use crate::engine::{CaseResult, Outcome};

/// The outcomes that have causes, the worst first.
const TOLD: [Outcome; 4] = [Outcome::Indeterminate, Outcome::Blocked, Outcome::Unsupported, Outcome::Skipped];

/// Cases that one cause kept from being judged.
#[derive(Debug)]
pub(super) struct Cause<'a> {
    /// How they ended: one of [`TOLD`].
    pub(super) outcome: Outcome,
    /// The cause: a fixture, a control, an operation, a capability. Cleaned.
    pub(super) name: String,
    /// What happened. Cleaned; empty where the name says it.
    pub(super) reason: String,
    /// The cases, at least one.
    pub(super) cases: Vec<&'a CaseResult>,
}

impl Cause<'_> {
    /// Whether something is broken; what a target does not have is no defect, and needs no second look.
    pub(super) fn is_defect(&self) -> bool {
        matches!(self.outcome, Outcome::Blocked | Outcome::Indeterminate)
    }

    /// The cause and what happened, in a line.
    pub(super) fn line(&self) -> String {
        if self.reason.is_empty() { self.name.clone() } else { format!("{}: {}", self.name, self.reason) }
    }
}

/// The causes: the worst outcome first, then by how many cases they hold up.
pub(super) fn causes(cases: &[CaseResult]) -> Vec<Cause<'_>> {
    let mut causes: BTreeMap<(usize, String), Cause<'_>> = BTreeMap::new();
    for case in cases {
        let Some(rank) = TOLD.iter().position(|outcome| *outcome == case.outcome) else { continue };
        let reason = untrusted::line(case.reason.as_deref().unwrap_or_default());
        let name = case.cause.as_deref().map_or_else(|| reason.clone(), untrusted::line);
        let reason = if reason == name { String::new() } else { reason };
        let cause = causes.entry((rank, name.clone()));
        cause.or_insert_with(|| Cause { outcome: case.outcome, name, reason, cases: Vec::new() }).cases.push(case);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|((rank, _), cause)| (*rank, std::cmp::Reverse(cause.cases.len())));
    causes.into_iter().map(|(_, cause)| cause).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn the_worst_come_first_and_each_once() {
        let cases = samples::results();
        let told: Vec<_> = causes(&cases).iter().map(|cause| (cause.line(), cause.cases.len())).collect();
        let expected = [
            ("no answer within 10 s", 1),
            ("fixture mfa_pool: SetUserPoolMfaConfig answered 500", 2),
            ("AdminSetUserSettings: answers as it answers a made-up operation", 1),
        ];
        assert_eq!(told, expected.map(|(line, count)| (line.to_owned(), count)));
    }
}
