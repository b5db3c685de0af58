//! What a baseline says of a result: known failure, unexpected pass, or what it was.

use std::collections::BTreeSet;

use time::Date;

use super::entry::Entry;
use super::seen::Seen;
use super::{Baseline, Conditions};
use crate::engine::{CaseResult, Known, Outcome};
use crate::judge::Check;

/// What the entries of a case say of its result.
#[derive(Debug)]
enum Verdict<'e> {
    /// Nothing: it passes, and what is listed does not count.
    Nothing,
    /// It fails, and all that fails is listed.
    Known(&'e Entry),
    /// It fails, and not all that fails is listed.
    Open(&'e Entry, String),
    /// What is listed does not fail any more.
    Stale(&'e Entry, String),
}

impl Baseline {
    /// The result with what the list says of its case: a listed failure is a known failure, a listed case that passes an
    /// unexpected pass. An entry that has expired does not count, but for what it lists in vain. Cases that were not judged are left as
    /// they are.
    pub fn apply(&self, mut result: CaseResult, conditions: &Conditions) -> CaseResult {
        let lenient = conditions.lenient;
        let entries: Vec<&Entry> = self.entries_of(&result.name).collect();
        let Some(seen) = Seen::of(&result, conditions).filter(|_| !entries.is_empty()) else { return result };
        let (entry, outcome, reason) = match self.verdict(&entries, &seen, conditions.today) {
            Verdict::Nothing => return result,
            Verdict::Known(entry) => (entry, Outcome::KnownFailure, None),
            Verdict::Open(entry, reason) => (entry, Outcome::Fail, Some(reason)),
            Verdict::Stale(entry, _) if lenient && seen.failed => (entry, Outcome::KnownFailure, None),
            Verdict::Stale(entry, _) if lenient => (entry, Outcome::Pass, None),
            Verdict::Stale(entry, reason) => (entry, Outcome::UnexpectedPass, Some(reason)),
        };
        // What gates then is the list, whatever the evidence of the case.
        result.gates |= outcome == Outcome::UnexpectedPass;
        result.outcome = outcome;
        result.known = Some(self.known(entry));
        result.reason = result.reason.into_iter().chain(reason).reduce(|one, other| format!("{one}; {other}"));
        result
    }

    fn verdict<'e>(&self, entries: &[&'e Entry], seen: &Seen, today: Date) -> Verdict<'e> {
        let (expired, counting): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.has_expired(today));
        let open: BTreeSet<Check> =
            seen.counting.iter().copied().filter(|check| !counting.iter().any(|entry| entry.covers(*check))).collect();
        let lapsed = expired.iter().find(|entry| entry.checks.is_none() || open.iter().any(|check| entry.covers(*check)));
        if seen.failed && (!open.is_empty() || counting.is_empty()) {
            return match lapsed {
                Some(entry) => Verdict::Open(entry, self.expiry_of(entry)),
                None => Verdict::Open(entries[0], self.unlisted(entries, &open)),
            };
        }
        let stale = entries.iter().find_map(|entry| Some((*entry, self.staleness(entry, seen)?)));
        match (stale, counting.first()) {
            (Some((entry, reason)), _) if !seen.flaky && !seen.inconclusive => Verdict::Stale(entry, reason),
            (Some(_), Some(entry)) if seen.flaky => Verdict::Known(entry),
            (_, Some(entry)) if seen.failed => Verdict::Known(entry),
            _ => Verdict::Nothing,
        }
    }

    /// What the entry lists in vain, in words.
    fn staleness(&self, entry: &Entry, seen: &Seen) -> Option<String> {
        let place = self.place(entry);
        match entry.without_finding(&seen.found) {
            None if seen.failed => None,
            None if seen.found.is_empty() => Some(format!("passes, although {place} lists it; take the entry out")),
            None => {
                let left = quoted(&seen.found);
                Some(format!("passes, although {place} lists it; take the entry out, or list {left} alone, which does not gate"))
            }
            Some(gone) if gone.is_empty() => None,
            Some(gone) => {
                let what = if entry.checks.as_ref() == Some(&gone) { "the entry" } else { "that" };
                Some(format!("nothing is wrong any more with {}, although {place} lists it; take {what} out", quoted(&gone)))
            }
        }
    }

    fn expiry_of(&self, entry: &Entry) -> String {
        let day = entry.expires.map(|day| format!(" on {day}")).unwrap_or_default();
        format!("{} listed it, but expired{day}", self.place(entry))
    }

    fn unlisted(&self, entries: &[&Entry], open: &BTreeSet<Check>) -> String {
        let listed = entries.iter().filter_map(|entry| entry.checks.clone()).flatten().collect();
        format!("{} lists {} of it, not {}", self.place(entries[0]), quoted(&listed), quoted(open))
    }

    fn place(&self, entry: &Entry) -> String {
        format!("{}:{}", self.file, entry.line)
    }

    fn known(&self, entry: &Entry) -> Known {
        Known {
            reason: entry.reason.clone(),
            link: entry.link.clone(),
            expires: entry.expires.map(|day| day.to_string()),
            file: self.file.clone(),
            line: entry.line,
        }
    }
}

/// `` `error` and `body` ``.
pub(super) fn quoted(checks: &BTreeSet<Check>) -> String {
    checks.iter().map(|check| format!("`{check}`")).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::samples::{CONDITIONS, baseline, flaky, inferred, result};
    use super::*;
    use Check::{Body, Error, Message};
    use Outcome::{Blocked, Fail, Indeterminate, KnownFailure, Pass, Skipped, UnexpectedPass, Unsupported};

    const NONE: &str = "case: SetUserSettings::a";
    const WHOLE: &str = "case: GetUser::a";
    const WILD: &str = "case: GetUser::*";
    const ERROR: &str = "case: GetUser::a, checks: [error]";
    const WILD_ERROR: &str = "case: GetUser::*, checks: [error]";
    const MESSAGE: &str = "case: GetUser::a, checks: [message]";
    const BOTH: &str = "case: GetUser::a, checks: [error, message]";
    const OLD: &str = "case: GetUser::a, expires: 2026-06-01";
    const OLD_WILD: &str = "case: GetUser::*, expires: 2026-05-31";
    const OLD_ERROR: &str = "case: GetUser::a, checks: [error], expires: 2020-01-01";
    const NOT_YET: &str = "case: GetUser::a, expires: 2026-06-02";

    fn listing(entry: &str) -> Baseline {
        baseline(&format!("known: [{{ {entry}, reason: known }}]"))
    }

    fn applied(entry: &str, ended: Outcome, found: &[Check], strict: bool, lenient: bool) -> CaseResult {
        listing(entry).apply(result("GetUser::a", ended, found), &Conditions { strict, lenient, ..CONDITIONS })
    }

    // Four outcomes and no fifth.
    #[rstest]
    #[case::not_listed(NONE, Fail, &[Error], Fail)]
    #[case::not_listed(NONE, Pass, &[], Pass)]
    #[case::not_listed(NONE, Pass, &[Message], Pass)]
    #[case::whole(WHOLE, Fail, &[Error], KnownFailure)]
    #[case::whole(WHOLE, Fail, &[Error, Body, Message], KnownFailure)]
    #[case::whole(WHOLE, Pass, &[], UnexpectedPass)]
    #[case::whole(WHOLE, Pass, &[Message], UnexpectedPass)]
    #[case::wildcard(WILD, Fail, &[Error], KnownFailure)]
    #[case::wildcard(WILD, Pass, &[], UnexpectedPass)]
    #[case::check(ERROR, Fail, &[Error], KnownFailure)]
    #[case::check(ERROR, Fail, &[Error, Message], KnownFailure)]
    #[case::check(ERROR, Fail, &[Error, Body], Fail)]
    #[case::check(ERROR, Fail, &[Body], Fail)]
    #[case::check(ERROR, Pass, &[], UnexpectedPass)]
    #[case::wildcard_check(WILD_ERROR, Fail, &[Error], KnownFailure)]
    #[case::wildcard_check(WILD_ERROR, Fail, &[Error, Body], Fail)]
    #[case::wildcard_check(WILD_ERROR, Pass, &[Message], UnexpectedPass)]
    #[case::soft_check(MESSAGE, Pass, &[Message], Pass)]
    #[case::soft_check(MESSAGE, Pass, &[], UnexpectedPass)]
    #[case::soft_check(MESSAGE, Fail, &[Error, Message], Fail)]
    #[case::one_of_two_is_mended(BOTH, Fail, &[Error], UnexpectedPass)]
    #[case::the_other_of_two_is_mended(BOTH, Pass, &[Message], UnexpectedPass)]
    #[case::two(BOTH, Fail, &[Error, Message], KnownFailure)]
    #[case::expired(OLD, Fail, &[Error], Fail)]
    #[case::expired(OLD, Pass, &[], UnexpectedPass)]
    #[case::expired(OLD_WILD, Fail, &[Error], Fail)]
    #[case::expired(OLD_ERROR, Fail, &[Error], Fail)]
    #[case::expired(OLD_ERROR, Fail, &[Body], Fail)]
    #[case::expired(OLD_ERROR, Pass, &[], UnexpectedPass)]
    #[case::not_yet_expired(NOT_YET, Fail, &[Error], KnownFailure)]
    #[case::unjudged(WHOLE, Unsupported, &[], Unsupported)]
    #[case::unjudged(WILD, Blocked, &[], Blocked)]
    #[case::unjudged(ERROR, Skipped, &[], Skipped)]
    #[case::unjudged(OLD, Indeterminate, &[], Indeterminate)]
    fn an_outcome(#[case] entry: &str, #[case] ended: Outcome, #[case] found: &[Check], #[case] outcome: Outcome) {
        let strictly = applied(entry, ended, found, false, false);
        assert_eq!(strictly.outcome, outcome, "{strictly:?}");
        let lenient = match outcome {
            UnexpectedPass if found.contains(&Error) => KnownFailure,
            UnexpectedPass => Pass,
            other => other,
        };
        let leniently = applied(entry, ended, found, false, true);
        assert_eq!(leniently.outcome, lenient, "{leniently:?}");
        assert_eq!(leniently.known, strictly.known);
    }

    #[rstest]
    #[case::whole(WHOLE, Fail, &[Message], KnownFailure)]
    #[case::check(ERROR, Fail, &[Error], KnownFailure)]
    #[case::check(ERROR, Fail, &[Error, Message], Fail)]
    #[case::check(MESSAGE, Fail, &[Message], KnownFailure)]
    #[case::check(MESSAGE, Pass, &[], UnexpectedPass)]
    #[case::two(BOTH, Fail, &[Error, Message], KnownFailure)]
    #[case::one_of_two_is_mended(BOTH, Fail, &[Message], UnexpectedPass)]
    #[case::expired(OLD, Fail, &[Message], Fail)]
    fn an_outcome_of_a_strict_run(#[case] entry: &str, #[case] ended: Outcome, #[case] found: &[Check], #[case] outcome: Outcome) {
        assert_eq!(applied(entry, ended, found, true, false).outcome, outcome);
    }

    #[rstest]
    #[case(WHOLE, &[], KnownFailure)]
    #[case(WILD_ERROR, &[], KnownFailure)]
    #[case::soft_finding_is_there(MESSAGE, &[Message], Pass)]
    #[case::expired(OLD, &[], Pass)]
    #[case::not_listed(NONE, &[], Pass)]
    fn what_passes_at_a_later_try_is_still_a_failure(#[case] entry: &str, #[case] found: &[Check], #[case] outcome: Outcome) {
        let result = listing(entry).apply(flaky(result("GetUser::a", Pass, found)), &CONDITIONS);
        assert_eq!(result.outcome, outcome);
        assert!(result.flaky.is_some());
    }

    #[rstest]
    #[case(WHOLE, Fail, &[Error], None)]
    #[case(WHOLE, Pass, &[], Some("passes, although known.yaml:1 lists it; take the entry out"))]
    #[case(WHOLE, Pass, &[Message], Some("take the entry out, or list `message` alone, which does not gate"))]
    #[case(BOTH, Fail, &[Error], Some("nothing is wrong any more with `message`, although known.yaml:1 lists it; take that out"))]
    #[case(BOTH, Pass, &[], Some("nothing is wrong any more with `error` and `message`, although known.yaml:1 lists it; take the entry out"))]
    #[case(ERROR, Fail, &[Error, Body], Some("known.yaml:1 lists `error` of it, not `body`"))]
    #[case(OLD, Fail, &[Error], Some("known.yaml:1 listed it, but expired on 2026-06-01"))]
    fn says_why(#[case] entry: &str, #[case] ended: Outcome, #[case] found: &[Check], #[case] words: Option<&str>) {
        let result = applied(entry, ended, found, false, false);
        assert_eq!(result.reason.is_some(), words.is_some(), "{:?}", result.reason);
        assert!(words.is_none_or(|words| result.reason.as_deref().is_some_and(|reason| reason.contains(words))), "{:?}", result.reason);
        let known = result.known.expect("it is listed");
        assert_eq!((known.reason.as_str(), known.file.as_str(), known.line), ("known", "known.yaml", 1));
    }

    #[test]
    fn keeps_what_was_said_before() {
        let before = CaseResult { reason: Some("a later step".to_owned()), ..result("GetUser::a", Fail, &[Error]) };
        let after = listing(OLD).apply(before, &CONDITIONS);
        assert_eq!(after.reason.as_deref(), Some("a later step; known.yaml:1 listed it, but expired on 2026-06-01"));
    }

    #[rstest]
    #[case(WHOLE, Pass, &[], true)]
    #[case(WHOLE, Fail, &[Error], false)]
    #[case(NONE, Fail, &[Error], false)]
    #[case(OLD, Fail, &[Error], false)]
    fn a_stale_entry_gates_whatever_the_evidence(
        #[case] entry: &str,
        #[case] ended: Outcome,
        #[case] found: &[Check],
        #[case] gates: bool,
    ) {
        let result = listing(entry).apply(inferred(result("GetUser::a", ended, found)), &CONDITIONS);
        assert_eq!(result.gates, gates);
    }

    /// A later step could not be sent, and before it only a message was wrong, which by itself does not fail a case.
    #[rstest]
    #[case(WHOLE, KnownFailure)]
    #[case(BOTH, KnownFailure)]
    #[case(ERROR, Fail)]
    fn a_case_that_ended_early_mends_nothing(#[case] entry: &str, #[case] outcome: Outcome) {
        assert_eq!(applied(entry, Fail, &[Message], false, false).outcome, outcome);
    }

    /// What is wrong with the shape of an operation's answers may be seen in the cases of another one.
    #[rstest]
    #[case(true, UnexpectedPass)]
    #[case(false, Pass)]
    fn only_a_whole_run_tells_that_a_shape_is_mended(
        #[case] whole: bool,
        #[case] outcome: Outcome,
        #[values("response_shape", "*")] name: &str,
    ) {
        let list = listing(&format!("case: 'GetUser::{name}'"));
        let conditions = Conditions { whole, ..CONDITIONS };
        assert_eq!(list.apply(result("GetUser::response_shape", Pass, &[]), &conditions).outcome, outcome);
        assert_eq!(list.apply(result("GetUser::response_shape", Fail, &[Check::Shape]), &conditions).outcome, KnownFailure);
    }

    /// What passes at a later try stays a failure in a strict run, with the findings of the earlier one.
    #[rstest]
    #[case(WHOLE, KnownFailure)]
    #[case(ERROR, KnownFailure)]
    #[case(MESSAGE, Fail)]
    fn what_passes_at_a_later_try_is_a_failure_of_a_strict_run(#[case] entry: &str, #[case] outcome: Outcome) {
        let result = flaky(result("GetUser::a", Fail, &[Error]));
        assert_eq!(listing(entry).apply(result, &Conditions { strict: true, ..CONDITIONS }).outcome, outcome);
    }

    #[test]
    fn several_entries_share_a_case() {
        let text = "known:\n- { case: GetUser::a, checks: [body], reason: one }\n- { case: 'GetUser::*', checks: [error], reason: two }\n";
        let of = |found: &[Check]| baseline(text).apply(result("GetUser::a", Fail, found), &CONDITIONS);
        assert_eq!(of(&[Error, Body]).outcome, KnownFailure);
        assert_eq!(of(&[Error, Body, Check::Status]).outcome, Fail);
        let stale = of(&[Body]);
        assert_eq!((stale.outcome, stale.known.map(|known| known.reason)), (UnexpectedPass, Some("two".to_owned())));
    }
}
