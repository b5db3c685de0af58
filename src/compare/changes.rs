//! What is not as it was, between two results.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::column::Column;
use super::observed::Observed;
use crate::engine::{CaseResult, Outcome};
use crate::report::RunResult;

/// What happened to a case, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It fails, and passed before or was not judged.
    NewFailure,
    /// It was judged before; the operation is unsupported now.
    NoLongerImplemented,
    /// It was judged before, and is blocked, skipped or indeterminate now.
    NoLongerJudged,
    /// It passed at the first try before, and at a later one now.
    NewlyFlaky,
    /// It fails as before, with other findings.
    OtherwiseWrong,
    /// It passes, and failed before.
    Fixed,
    /// The operation was unsupported before; the case is judged now.
    NewlyImplemented,
    /// It passes, and was blocked, skipped or indeterminate before.
    NewlyJudged,
    /// Only the newer result has it.
    OnlyAfter,
    /// Only the older result has it.
    OnlyBefore,
}

impl Kind {
    /// All of them, the most telling first.
    pub const ALL: [Self; 10] = [
        Self::NewFailure,
        Self::NoLongerImplemented,
        Self::NoLongerJudged,
        Self::NewlyFlaky,
        Self::OtherwiseWrong,
        Self::Fixed,
        Self::NewlyImplemented,
        Self::NewlyJudged,
        Self::OnlyAfter,
        Self::OnlyBefore,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NewFailure => "newly failing",
            Self::NoLongerImplemented => "no longer implemented",
            Self::NoLongerJudged => "no longer judged",
            Self::NewlyFlaky => "newly flaky",
            Self::OtherwiseWrong => "wrong in another way",
            Self::Fixed => "fixed",
            Self::NewlyImplemented => "newly implemented",
            Self::NewlyJudged => "newly judged",
            Self::OnlyAfter => "only in the newer result",
            Self::OnlyBefore => "only in the older result",
        })
    }
}

/// One case that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Name of the case.
    pub case: String,
    /// Its operation.
    pub operation: String,
    /// What happened to it.
    pub kind: Kind,
    /// How it ended before; `null` where it was not there.
    pub before: Option<Outcome>,
    /// How it ends now; `null` where it is not there any more.
    pub after: Option<Outcome>,
    /// `--gate` goes red by it: a new failure that gates, or a case that passed, would gate, and is unsupported or blocked now.
    pub regression: bool,
    /// What is wrong now and was not before.
    pub appeared: Vec<Observed>,
    /// What was wrong before and is not now.
    pub gone: Vec<Observed>,
    /// Why it was not judged: of the newer result, or of the older where that was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is not as it was, between two results.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Changes {
    /// Label of the older result, or of the one that was given first.
    pub from: String,
    /// Label of the newer one.
    pub to: String,
    /// The cases: by kind, the most telling first, then what gates, then by name.
    pub changes: Vec<Change>,
}

impl Changes {
    /// Whether these two results were compared.
    pub fn is_between(&self, from: &str, to: &str) -> bool {
        self.from == from && self.to == to
    }

    /// The changes of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

/// The changes of each pair that is worth it: neighbours of one target; the two, where there are only two; and the first and the
/// last, where that is asked for.
pub(super) fn of(columns: &[Column], results: &[&RunResult], first_to_last: bool) -> Vec<Changes> {
    let pairs = pairs(columns, first_to_last).into_iter();
    let changes = pairs.map(|(from, to)| Changes {
        from: columns[from].label.clone(),
        to: columns[to].label.clone(),
        changes: between(results[from], results[to]),
    });
    changes.collect()
}

fn pairs(columns: &[Column], first_to_last: bool) -> BTreeSet<(usize, usize)> {
    let next = |at: usize| (at + 1..columns.len()).find(|later| columns[*later].target == columns[at].target);
    let neighbours = (0..columns.len()).filter_map(|at| Some((at, next(at)?)));
    let ends = (columns.len() == 2 || first_to_last).then(|| (0, columns.len() - 1));
    neighbours.chain(ends).collect()
}

fn between(before: &RunResult, after: &RunResult) -> Vec<Change> {
    let mut cases: BTreeMap<&str, [Option<&CaseResult>; 2]> = BTreeMap::new();
    for (side, result) in [before, after].into_iter().enumerate() {
        for case in &result.cases {
            cases.entry(&case.name).or_default()[side] = Some(case);
        }
    }
    let mut changes: Vec<Change> = cases.into_values().filter_map(|[before, after]| change(before, after)).collect();
    changes.sort_by_key(|change| (change.kind, !change.regression));
    changes
}

fn change(before: Option<&CaseResult>, after: Option<&CaseResult>) -> Option<Change> {
    let shown = after.or(before)?;
    let kind = match (before, after) {
        (Some(before), Some(after)) => kind(before, after)?,
        (None, _) => Kind::OnlyAfter,
        (_, None) => Kind::OnlyBefore,
    };
    let wrong = |case: Option<&CaseResult>| case.filter(|case| stand(case) == Stand::Failed).map(observed).unwrap_or_default();
    let (was, is) = (wrong(before), wrong(after));
    Some(Change {
        case: shown.name.clone(),
        operation: shown.operation.clone(),
        kind,
        before: before.map(|case| case.outcome),
        after: after.map(|case| case.outcome),
        regression: before.zip(after).is_some_and(|(before, after)| is_regression(kind, before, after)),
        appeared: is.iter().filter(|finding| !was.contains(finding)).cloned().collect(),
        gone: was.iter().filter(|finding| !is.contains(finding)).cloned().collect(),
        reason: [after, before].into_iter().flatten().find_map(|case| case.reason.clone()),
    })
}

fn observed(case: &CaseResult) -> Vec<Observed> {
    Observed::all(&case.findings)
}

/// Outcomes as far as a change of them tells something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Passed,
    Failed,
    Unsupported,
    Unjudged,
}

fn stand(case: &CaseResult) -> Stand {
    match case.outcome {
        Outcome::Pass | Outcome::UnexpectedPass => Stand::Passed,
        Outcome::Fail | Outcome::KnownFailure => Stand::Failed,
        Outcome::Unsupported => Stand::Unsupported,
        Outcome::Blocked | Outcome::Skipped | Outcome::Indeterminate => Stand::Unjudged,
    }
}

fn kind(before: &CaseResult, after: &CaseResult) -> Option<Kind> {
    use Stand::{Failed, Passed, Unjudged, Unsupported};
    match (stand(before), stand(after)) {
        (Failed, Failed) => (observed(before) != observed(after)).then_some(Kind::OtherwiseWrong),
        (Passed, Passed) => (before.flaky.is_none() && after.flaky.is_some()).then_some(Kind::NewlyFlaky),
        (Passed | Unjudged, Failed) => Some(Kind::NewFailure),
        (Failed, Passed) => Some(Kind::Fixed),
        (Unsupported, Passed | Failed) => Some(Kind::NewlyImplemented),
        (Passed | Failed, Unsupported) => Some(Kind::NoLongerImplemented),
        (Passed | Failed, Unjudged) => Some(Kind::NoLongerJudged),
        (Unjudged, Passed) => Some(Kind::NewlyJudged),
        (Unjudged | Unsupported, Unjudged | Unsupported) => None,
    }
}

/// What was not observed is no loss: the network may be to blame. Nor is what fails at its first implementation.
fn is_regression(kind: Kind, before: &CaseResult, after: &CaseResult) -> bool {
    let passed = stand(before) == Stand::Passed && before.gates;
    match kind {
        Kind::NewFailure => after.outcome == Outcome::Fail && after.gates,
        Kind::NoLongerImplemented => passed,
        Kind::NoLongerJudged => passed && after.outcome == Outcome::Blocked,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::columns;
    use super::super::samples::{case, finding, input, passed, refused};
    use super::*;
    use crate::engine::Flaky;
    use crate::judge::Check;
    use Outcome::{Blocked, Fail, Indeterminate, KnownFailure, Pass, Skipped, UnexpectedPass, Unsupported};
    use rstest::rstest;

    fn ended(outcome: Outcome) -> CaseResult {
        case("A::x", outcome)
    }

    fn only(before: CaseResult, after: CaseResult) -> Option<Change> {
        let (before, after) = (input("a", vec![before]).result, input("a", vec![after]).result);
        let mut changes = between(&before, &after);
        assert!(changes.len() <= 1);
        changes.pop()
    }

    #[rstest]
    #[case(Pass, Fail, Some(Kind::NewFailure), true)]
    #[case(Pass, KnownFailure, Some(Kind::NewFailure), false)]
    #[case(Blocked, Fail, Some(Kind::NewFailure), true)]
    #[case(Unsupported, Fail, Some(Kind::NewlyImplemented), false)]
    #[case(Unsupported, Pass, Some(Kind::NewlyImplemented), false)]
    #[case(Pass, Unsupported, Some(Kind::NoLongerImplemented), true)]
    #[case(Fail, Unsupported, Some(Kind::NoLongerImplemented), false)]
    #[case(Pass, Blocked, Some(Kind::NoLongerJudged), true)]
    #[case(Pass, Indeterminate, Some(Kind::NoLongerJudged), false)]
    #[case(Pass, Skipped, Some(Kind::NoLongerJudged), false)]
    #[case(Fail, Pass, Some(Kind::Fixed), false)]
    #[case(KnownFailure, UnexpectedPass, Some(Kind::Fixed), false)]
    #[case(Blocked, Pass, Some(Kind::NewlyJudged), false)]
    #[case(Fail, KnownFailure, None, false)]
    #[case(Pass, Pass, None, false)]
    #[case(Blocked, Unsupported, None, false)]
    fn what_happened_follows_from_both_outcomes(
        #[case] before: Outcome,
        #[case] after: Outcome,
        #[case] kind: Option<Kind>,
        #[case] regression: bool,
    ) {
        let change = only(ended(before), ended(after));
        assert_eq!(change.as_ref().map(|change| change.kind), kind);
        assert_eq!(change.is_some_and(|change| change.regression), regression);
    }

    #[test]
    fn what_does_not_gate_is_no_regression() {
        let soft = |outcome| CaseResult { gates: false, ..ended(outcome) };
        for after in [Fail, Unsupported, Blocked] {
            assert!(!only(soft(Pass), soft(after)).expect("a change").regression, "{after}");
        }
    }

    #[test]
    fn other_findings_are_told_with_those_that_went() {
        let wrong = |name: &str| CaseResult { findings: vec![finding(Check::Error, refused(Some(name), "no"))], ..ended(Fail) };
        assert_eq!(only(wrong("One"), wrong("One")), None);
        let change = only(wrong("One"), wrong("Other")).expect("a change");
        let actual = |findings: &[Observed]| findings.iter().map(|finding| finding.actual.clone()).collect::<Vec<_>>();
        assert_eq!(
            (change.kind, actual(&change.gone), actual(&change.appeared)),
            (Kind::OtherwiseWrong, vec!["One".into()], vec!["Other".into()])
        );
    }

    #[test]
    fn a_case_that_needs_a_second_try_is_newly_flaky() {
        let flaky = CaseResult { flaky: Some(Flaky { passed_at: 2, findings: vec![], reason: None }), ..ended(Pass) };
        assert_eq!(only(ended(Pass), flaky.clone()).map(|change| change.kind), Some(Kind::NewlyFlaky));
        assert_eq!(only(flaky.clone(), flaky), None);
    }

    #[test]
    fn the_most_telling_comes_first() {
        let before = input("a", vec![passed("A::gone"), case("A::mended", Fail), passed("A::soft"), passed("A::hard")]).result;
        let soft = CaseResult { gates: false, ..case("A::soft", Fail) };
        let after = input("a", vec![passed("A::came"), passed("A::mended"), soft, case("A::hard", Fail)]).result;
        let names: Vec<_> = between(&before, &after).into_iter().map(|change| change.case).collect();
        assert_eq!(names, ["A::hard", "A::soft", "A::mended", "A::came", "A::gone"]);
        let mut kinds = Kind::ALL;
        kinds.sort();
        assert_eq!(kinds, Kind::ALL);
    }

    #[rstest]
    #[case::two(&["a", "b"], false, &[(0, 1)])]
    #[case::different(&["a", "b", "c"], false, &[])]
    #[case::one_target(&["a", "b", "a", "a"], false, &[(0, 2), (2, 3)])]
    #[case::ends(&["a", "b", "a", "a"], true, &[(0, 2), (0, 3), (2, 3)])]
    fn pairs_are_neighbours_of_one_target(#[case] targets: &[&str], #[case] ends: bool, #[case] expected: &[(usize, usize)]) {
        let inputs: Vec<_> = targets.iter().map(|target| input(target, vec![])).collect();
        assert_eq!(pairs(&columns(&inputs, &[]), ends).into_iter().collect::<Vec<_>>(), expected);
    }
}
