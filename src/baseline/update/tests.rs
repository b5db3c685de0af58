use rstest::rstest;
use time::macros::date;

use super::super::samples::{CONDITIONS, baseline, flaky, inferred, result};
use super::*;
use crate::engine::Outcome;
use Check::{Body, Error, Message, Status};
use Outcome::{Blocked, Fail, Indeterminate, Pass, Unsupported};

fn heading() -> Heading {
    Heading { target: Some("moto".to_owned()), version: Some("5.2.5".to_owned()), schema: Some("baseline.schema.json".to_owned()) }
}

/// The results as a run with that baseline has them, and the baseline after it.
fn update(before: &str, results: &[CaseResult], strict: bool) -> Updated {
    let (before, conditions) = (baseline(before), Conditions { strict, ..CONDITIONS });
    let results: Vec<_> = results.iter().map(|result| before.apply(result.clone(), &conditions)).collect();
    Baseline::updated(Some(&before), &results, &conditions, &heading())
}

fn gates(result: &CaseResult) -> bool {
    result.gates && matches!(result.outcome, Outcome::Fail | Outcome::UnexpectedPass)
}

#[test]
fn a_first_baseline_lists_what_fails_and_gates() {
    let results = [
        result("SetUserSettings::a", Fail, &[Status, Message]),
        result("GetUser::b", Fail, &[Error, Body, Error]),
        result("GetUser::a", Pass, &[Message]),
        inferred(result("GetUser::c", Fail, &[Error])),
        result("SetUserSettings::b", Blocked, &[]),
    ];
    let updated = Baseline::updated(None, &results, &CONDITIONS, &heading());
    let text = "# yaml-language-server: $schema=baseline.schema.json
target: moto
version: \"5.2.5\"
known:
  - case: GetUser::b
    checks: [error, body]
    reason: \"error: expected success, got NotAuthorizedException\"
  - case: SetUserSettings::a
    checks: [status]
    reason: \"status: expected success, got NotAuthorizedException\"
";
    assert_eq!(updated, Updated { text: text.to_owned(), added: 2, changed: 0, removed: 0, kept: 0 });
    assert_eq!(updated.to_string(), "2 added, 0 changed, 0 removed, 0 kept");
}

#[test]
fn a_first_baseline_of_a_strict_run_lists_all_that_fails() {
    let results = [result("GetUser::b", Fail, &[Message]), inferred(result("GetUser::c", Fail, &[Error]))];
    let updated = Baseline::updated(None, &results, &Conditions { strict: true, ..CONDITIONS }, &Heading::default());
    assert!(updated.text.starts_with("known:\n  - case: GetUser::b\n    checks: [message]\n"), "{}", updated.text);
    assert_eq!(updated.added, 2);
}

#[test]
fn without_failures_the_list_is_empty() {
    let updated = Baseline::updated(None, &[result("GetUser::b", Pass, &[])], &CONDITIONS, &Heading::default());
    assert_eq!(updated.text, "known: []\n");
    assert_eq!(baseline(&updated.text).entries.len(), 0);
}

const WRITTEN: &str = "# Ours.
target: 'moto' # the library

# From here on sorted.
known:
# Two of a kind:
-   case: SetUserSettings::b
    reason: |
      never
      # worked
    link: 'https://example.com/1'   # closed

# Slow.
- reason: expires
  expires: 2026-05-01
  # see above
  case: GetUser::c
- { case: GetUser::b, reason: one line }
- case: GetUser::a
  checks: [body, error]
  reason: 'half mended'
  # This goes with what follows.
# The end.
";

#[test]
fn what_a_person_wrote_is_kept() {
    let results = [
        result("SetUserSettings::b", Fail, &[Error]),
        result("GetUser::c", Fail, &[Error]),
        result("GetUser::b", Indeterminate, &[]),
        result("GetUser::a", Fail, &[Error]),
        result("SetUserSettings::a", Fail, &[Body]),
    ];
    let updated = update(WRITTEN, &results, false);
    let text = "# Ours.
target: 'moto' # the library

# From here on sorted.
known:
- case: GetUser::a
  checks: [error]
  reason: half mended
- { case: GetUser::b, reason: one line }

# Slow.
- case: GetUser::c
  reason: expires
- case: SetUserSettings::a
  checks: [body]
  reason: \"body: expected success, got NotAuthorizedException\"
# Two of a kind:
-   case: SetUserSettings::b
    reason: |
      never
      # worked
    link: 'https://example.com/1'   # closed
  # This goes with what follows.
# The end.
";
    assert_eq!(updated.text, text);
    assert_eq!((updated.added, updated.changed, updated.removed, updated.kept), (1, 2, 0, 2));
}

#[test]
fn a_run_that_sees_nothing_new_changes_nothing() {
    let text = "version: '5'\nknown:\n\n  # a\n  - case: GetUser::a\n    checks: [error]\n    reason: >-\n      folded\n      text\n\n# end\ntarget: last\n";
    let updated = update(text, &[result("GetUser::a", Fail, &[Error, Message]), result("GetUser::b", Pass, &[])], false);
    assert_eq!(updated.text, text);
    assert_eq!(updated.to_string(), "0 added, 0 changed, 0 removed, 1 kept");
}

#[rstest]
#[case::flow("known: [{ case: GetUser::b, reason: b }, { case: GetUser::a, reason: a }]\n")]
#[case::all_flow("# x\n{ known: [{ case: GetUser::b, reason: b }, { case: GetUser::a, reason: a }], target: moto }\n")]
#[case::anchors("known:\n- case: GetUser::b\n  reason: &r b\n- case: GetUser::a\n  reason: *r\n")]
#[case::dash_alone("known:\n-\n  case: GetUser::b\n  reason: b\n-\n  case: GetUser::a\n  reason: a\n")]
#[case::no_line_end("known:\n- case: GetUser::b\n  reason: b\n- case: GetUser::a\n  reason: a")]
#[case::list_first("known:\n- case: GetUser::b\n  reason: b\n- case: GetUser::a\n  reason: a\nversion: '1'\ntarget: moto\n")]
fn other_ways_to_write_are_understood(#[case] text: &str) {
    let updated = update(text, &[result("GetUser::a", Fail, &[Error]), result("GetUser::b", Fail, &[Error])], false);
    let (before, after) = (baseline(text), baseline(&updated.text));
    let listed = |baseline: &Baseline| baseline.entries.iter().map(Entry::listed).rev().collect::<Vec<_>>();
    let sorted: Vec<_> = after.entries.iter().map(Entry::listed).collect();
    assert_eq!(sorted, listed(&before), "{}", updated.text);
    assert_eq!(updated.text.contains("moto"), text.contains("moto"), "{}", updated.text);
}

#[test]
fn what_passes_goes_with_its_comments() {
    let text = "known:\n  # gone\n  - case: GetUser::a\n    reason: r\n  # stays\n  - case: GetUser::b\n    reason: r\n";
    let updated = update(text, &[result("GetUser::a", Pass, &[]), result("GetUser::b", Fail, &[Error])], false);
    assert_eq!(updated.text, "known:\n  # stays\n  - case: GetUser::b\n    reason: r\n");
    assert_eq!(updated.removed, 1);
}

#[rstest]
#[case::all_fail(&[result("GetUser::a", Fail, &[Error]), result("GetUser::b", Fail, &[Body])], "GetUser::*")]
#[case::one_is_not_judged(&[result("GetUser::a", Unsupported, &[]), result("GetUser::b", Fail, &[Body])], "GetUser::*")]
#[case::none_is_selected(&[], "GetUser::*")]
#[case::one_passes(
    &[result("GetUser::a", Pass, &[]), result("GetUser::b", Fail, &[Body, Message]), result("GetUser::c", Blocked, &[])],
    "GetUser::b [Body], GetUser::c, GetUser::response_shape"
)]
#[case::the_shape_is_not_seen(&[result("GetUser::a", Fail, &[Error]), result("GetUser::response_shape", Unsupported, &[])], "GetUser::*")]
#[case::one_passes_and_one_was_not_selected(&[result("GetUser::a", Pass, &[]), flaky(result("GetUser::b", Pass, &[]))], "GetUser::b, GetUser::c, GetUser::response_shape")]
fn a_wildcard_stays_while_all_of_it_fails(#[case] results: &[CaseResult], #[case] entries: &str) {
    let updated = update("known:\n- { case: 'GetUser::*', reason: all of it, link: 'https://example.com' }\n", results, false);
    let after = baseline(&updated.text);
    let shown = after.entries.iter().map(|entry| match &entry.checks {
        Some(checks) => format!("{} {:?}", entry.cases, checks.iter().collect::<Vec<_>>()),
        None => entry.cases.to_string(),
    });
    assert_eq!(shown.collect::<Vec<_>>().join(", "), entries);
    assert!(after.entries.iter().all(|entry| entry.reason == "all of it" && entry.link.is_some()), "{}", updated.text);
}

#[test]
fn a_part_of_the_cases_does_not_tell_that_a_shape_is_mended() {
    let text = "known:\n- { case: GetUser::response_shape, checks: [shape], reason: r }\n";
    let (before, results) = (baseline(text), [result("GetUser::response_shape", Pass, &[])]);
    let removed = |whole| Baseline::updated(Some(&before), &results, &Conditions { whole, ..CONDITIONS }, &heading()).removed;
    assert_eq!((removed(false), removed(true)), (0, 1));
}

#[test]
fn a_wildcard_of_checks_stays_beside_what_else_fails() {
    let results = [result("GetUser::a", Fail, &[Error, Body]), result("GetUser::b", Fail, &[Error])];
    let updated = update("known:\n- { case: 'GetUser::*', checks: [error], reason: r }\n", &results, false);
    let listed: Vec<_> = baseline(&updated.text).entries.iter().map(|entry| format!("{} {:?}", entry.cases, entry.checks)).collect();
    assert_eq!(listed, ["GetUser::* Some({Error})", "GetUser::a Some({Body})"]);
}

/// Every kind of entry against every way to end: the new baseline can be read, the same run is green with it, and updating again
/// changes nothing, also some weeks later.
#[rstest]
fn the_same_run_is_green_with_the_new_baseline(
    #[values(
        "[]",
        "[{ case: GetUser::a, reason: r }]",
        "[{ case: GetUser::a, reason: r, expires: 2026-06-01 }]",
        "[{ case: GetUser::a, checks: [error], reason: r }]",
        "[{ case: GetUser::a, checks: [error], reason: r, expires: 2026-01-01 }, { case: GetUser::a, checks: [message], reason: r }]",
        "[{ case: GetUser::a, checks: [status, message], reason: r }]",
        "[{ case: 'GetUser::*', reason: r }]",
        "[{ case: 'GetUser::*', reason: r, expires: 2026-06-01 }]",
        "[{ case: 'GetUser::*', checks: [error, message], reason: r }]",
        "[{ case: 'GetUser::*', checks: [error], reason: r }, { case: GetUser::a, checks: [body], reason: r }]"
    )]
    list: &str,
    #[values(false, true)] strict: bool,
    #[values(false, true)] lenient: bool,
) {
    let endings: [(Outcome, &[Check]); 8] = [
        (Pass, &[]),
        (Pass, &[Message]),
        (Fail, &[Message]),
        (Fail, &[Error]),
        (Fail, &[Body, Message]),
        (Fail, &[Status, Error, Body]),
        (Fail, &[]),
        (Blocked, &[]),
    ];
    // In a strict run a finding fails the case.
    let possible = endings.iter().filter(|(outcome, found)| !(strict && *outcome == Pass && !found.is_empty()));
    for (ended, found) in possible {
        let one = result("GetUser::a", *ended, found);
        // In a strict run a case that passes at a later try stays failed.
        let variant = match ended {
            Pass => flaky(one.clone()),
            Fail if strict => flaky(inferred(one.clone())),
            _ => inferred(one.clone()),
        };
        for other in [(Pass, &[][..]), (Fail, &[Error]), (Fail, &[Error, Body, Message]), (Indeterminate, &[])] {
            let other = result("GetUser::b", other.0, other.1);
            check_round(&format!("known: {list}\n"), &[one.clone(), other.clone()], Conditions { strict, lenient, ..CONDITIONS });
            check_round(&format!("known: {list}\n"), &[variant.clone(), other], Conditions { strict, lenient, ..CONDITIONS });
        }
    }
}

fn check_round(text: &str, results: &[CaseResult], conditions: Conditions) {
    let run = |baseline: &Baseline, conditions: &Conditions| -> Vec<CaseResult> {
        results.iter().map(|result| baseline.apply(result.clone(), conditions)).collect()
    };
    let before = baseline(text);
    let updated = Baseline::updated(Some(&before), &run(&before, &conditions), &conditions, &heading());
    let after = baseline(&updated.text);
    for conditions in [conditions, Conditions { today: date!(2026 - 07 - 01), ..conditions }] {
        let green = run(&after, &conditions);
        assert!(!green.iter().any(gates), "{text}\n{}\n{green:#?}", updated.text);
        let again = Baseline::updated(Some(&after), &green, &conditions, &heading());
        assert_eq!(again.text, updated.text, "{text}\n{results:#?}");
        assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));
    }
}
