//! Exit codes, each with its reason. Scripts may rely on them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::engine::{Outcome, Summary, Tally};

/// The target conforms: no case failed that gates. Known failures are allowed.
pub const CONFORMS: u8 = 0;
/// A case failed that gates, or passed against its baseline.
pub const FAILED: u8 = 1;
/// The run itself could not be done: wrong arguments, a wrong case file, nothing selected, a report that cannot be written.
pub const NOT_RUN: u8 = 2;
/// Too much could not be observed to call it conformance: the endpoint is unreachable, was lost, or throttles. See [`of`].
pub const NOT_OBSERVED: u8 = 3;
/// Interrupted from the keyboard, after clean-up.
pub const INTERRUPTED: u8 = 130;

/// One case in this many may be indeterminate in a run that conforms (5%). A single lost answer in a long run is the network's
/// business; more of them, and the run has not been one.
const INDETERMINATE_ONE_IN: usize = 20;
/// One case in this many may be blocked in a run that conforms (half). Cases are blocked on every target that lacks what a fixture
/// needs; where most are, something basic is broken, and silence would read as conformance.
const BLOCKED_ONE_IN: usize = 2;

/// A share from 0 to 100, as people type it: `80`, `99.5%`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Percent(f64);

/// A text that is no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a number from 0 to 100")]
pub struct PercentError;

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let number: f64 = text.strip_suffix('%').unwrap_or(text).parse().map_err(|_| PercentError)?;
        if (0.0..=100.0).contains(&number) { Ok(Self(number)) } else { Err(PercentError) }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// Why too little was observed, in figures. Counts are of cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shortfall {
    /// The endpoint stopped answering.
    Lost {
        /// Judged before that.
        judged: usize,
        /// Of so many.
        total: usize,
    },
    /// More than 5% of the cases were indeterminate.
    Indeterminate {
        /// So many.
        indeterminate: usize,
        /// Of so many.
        total: usize,
    },
    /// No case was judged.
    NothingJudged {
        /// Of so many.
        total: usize,
    },
    /// More than half of the cases were blocked.
    Blocked {
        /// So many.
        blocked: usize,
        /// Of so many.
        total: usize,
    },
    /// Coverage is below what the user asked for.
    Coverage {
        /// Judged.
        judged: usize,
        /// Of so many.
        total: usize,
        /// What it should have been at least.
        least: Percent,
    },
}

impl Shortfall {
    /// Where the network failed, a failed case may be its fault too, and a gate must not blame the target.
    fn outweighs_failures(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::Indeterminate { .. })
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { judged, total } => {
                write!(f, "the endpoint was lost after {judged} of {total} cases were judged; the others are indeterminate")
            }
            Self::Indeterminate { indeterminate, total } => {
                write!(f, "nothing was observed of {indeterminate} of {total} cases: time-outs, throttling, or the connection")
            }
            Self::NothingJudged { total } => write!(f, "none of {total} cases could be judged"),
            Self::Blocked { blocked, total } => write!(f, "{blocked} of {total} cases were blocked by something else that failed"),
            Self::Coverage { judged, total, least } => {
                // Rounded down: what is below must not look as if it were not.
                let share = (share(*judged, *total) * 1e4 + 1e-6).floor() / 1e2;
                write!(f, "coverage is {share:.2}% ({judged} of {total} cases judged), below the {least} of --min-coverage")
            }
        }
    }
}

/// The exit code of a run that came to its end.
///
/// An interruption outweighs all else. Then a lost endpoint, or more than 5% of the cases indeterminate: too little was observed
/// ([`NOT_OBSERVED`]) to blame the target for anything. Then a failure that gates. Otherwise too little was observed if no case was
/// judged, or coverage is below `least`; without `least`, if more than half were blocked.
pub fn of(summary: &Summary, least: Option<Percent>) -> u8 {
    let shortfalls = shortfalls(summary, least);
    match () {
        () if summary.interrupted => INTERRUPTED,
        () if shortfalls.iter().any(Shortfall::outweighs_failures) => NOT_OBSERVED,
        () if summary.total.gating > 0 => FAILED,
        () if !shortfalls.is_empty() => NOT_OBSERVED,
        () => CONFORMS,
    }
}

/// All reasons why too little was observed; none where the run was interrupted, which is reason enough.
pub fn shortfalls(summary: &Summary, least: Option<Percent>) -> Vec<Shortfall> {
    if summary.interrupted {
        return Vec::new();
    }
    let tally = &summary.total;
    let (total, judged) = (tally.total(), tally.judged());
    let (indeterminate, blocked) = (tally.count(Outcome::Indeterminate), tally.count(Outcome::Blocked));
    let all = [
        summary.lost.then_some(Shortfall::Lost { judged, total }),
        // Said by the line above, where the endpoint was lost.
        (!summary.lost && indeterminate * INDETERMINATE_ONE_IN > total).then_some(Shortfall::Indeterminate { indeterminate, total }),
        (judged == 0).then_some(Shortfall::NothingJudged { total }),
        // Who says what coverage is enough has said this, too.
        (least.is_none() && blocked * BLOCKED_ONE_IN > total).then_some(Shortfall::Blocked { blocked, total }),
        least.filter(|least| is_below(tally, *least)).map(|least| Shortfall::Coverage { judged, total, least }),
    ];
    all.into_iter().flatten().collect()
}

fn is_below(tally: &Tally, least: Percent) -> bool {
    // A share of counts and the same share written by a person may differ in the last bit.
    share(tally.judged(), tally.total()) * 100.0 < least.0 - 1e-9
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn summary(outcomes: &[(Outcome, usize)], gating: usize) -> Summary {
        let total = Tally { outcomes: outcomes.iter().copied().collect(), gating, flaky: 0 };
        Summary { total, ..Summary::default() }
    }

    #[rstest]
    #[case::all_pass(&[(Outcome::Pass, 3)], 0, CONFORMS)]
    #[case::known_failures(&[(Outcome::Pass, 1), (Outcome::KnownFailure, 9)], 0, CONFORMS)]
    #[case::failures_that_do_not_gate(&[(Outcome::Fail, 2)], 0, CONFORMS)]
    #[case::a_failure(&[(Outcome::Pass, 99), (Outcome::Fail, 1)], 1, FAILED)]
    #[case::a_failure_and_one_lost_answer(&[(Outcome::Pass, 98), (Outcome::Fail, 1), (Outcome::Indeterminate, 1)], 1, FAILED)]
    #[case::a_failure_in_a_network_that_fails(&[(Outcome::Pass, 9), (Outcome::Fail, 1), (Outcome::Indeterminate, 1)], 1, NOT_OBSERVED)]
    #[case::one_in_twenty_lost(&[(Outcome::Pass, 19), (Outcome::Indeterminate, 1)], 0, CONFORMS)]
    #[case::one_in_nineteen_lost(&[(Outcome::Pass, 18), (Outcome::Indeterminate, 1)], 0, NOT_OBSERVED)]
    #[case::half_blocked(&[(Outcome::Pass, 5), (Outcome::Blocked, 5)], 0, CONFORMS)]
    #[case::most_blocked(&[(Outcome::Pass, 4), (Outcome::Blocked, 5)], 0, NOT_OBSERVED)]
    #[case::a_failure_and_most_blocked(&[(Outcome::Fail, 4), (Outcome::Blocked, 5)], 4, FAILED)]
    #[case::nothing_judged(&[(Outcome::Unsupported, 5)], 0, NOT_OBSERVED)]
    #[case::nothing(&[], 0, NOT_OBSERVED)]
    fn maps_a_run_to_its_code(#[case] outcomes: &[(Outcome, usize)], #[case] gating: usize, #[case] code: u8) {
        let summary = summary(outcomes, gating);
        assert_eq!(of(&summary, None), code);
        assert_eq!(of(&Summary { lost: true, ..summary.clone() }, None), NOT_OBSERVED, "a lost endpoint outweighs failures");
        let interrupted = Summary { interrupted: true, lost: true, ..summary };
        assert_eq!((of(&interrupted, None), shortfalls(&interrupted, None)), (INTERRUPTED, vec![]));
    }

    #[rstest]
    #[case::above("80", 0, CONFORMS)]
    #[case::just_there("85", 0, CONFORMS)]
    #[case::below("85.1%", 0, NOT_OBSERVED)]
    #[case::below_with_a_failure("90", 1, FAILED)]
    fn coverage_may_be_asked_for(#[case] least: &str, #[case] gating: usize, #[case] code: u8) {
        let least: Option<Percent> = least.parse().ok();
        let some = |not_judged| summary(&[(Outcome::Pass, 15), (Outcome::Fail, 2), (not_judged, 3)], gating);
        assert_eq!((of(&some(Outcome::Unsupported), least), of(&some(Outcome::Blocked), least)), (code, code));
    }

    #[test]
    fn who_asks_for_little_coverage_expects_blocked_cases() {
        let summary = summary(&[(Outcome::Pass, 3), (Outcome::Blocked, 7)], 0);
        assert_eq!((of(&summary, None), of(&summary, "30".parse().ok())), (NOT_OBSERVED, CONFORMS));
    }

    #[test]
    fn tells_all_that_is_short_in_figures() {
        let figures = summary(&[(Outcome::Pass, 2), (Outcome::Indeterminate, 1)], 0);
        let told = |summary: &Summary| -> Vec<_> { shortfalls(summary, "66.67".parse().ok()).iter().map(ToString::to_string).collect() };
        let lost = told(&Summary { lost: true, ..figures.clone() });
        assert_eq!(lost[0], "the endpoint was lost after 2 of 3 cases were judged; the others are indeterminate");
        assert_eq!(
            told(&figures),
            [
                "nothing was observed of 1 of 3 cases: time-outs, throttling, or the connection",
                "coverage is 66.66% (2 of 3 cases judged), below the 66.67% of --min-coverage",
            ]
        );
    }

    #[rstest]
    #[case("0", true)]
    #[case("100%", true)]
    #[case("100.1", false)]
    #[case("-1", false)]
    #[case("NaN", false)]
    #[case("most", false)]
    fn reads_a_share(#[case] text: &str, #[case] good: bool) {
        assert_eq!(text.parse::<Percent>().is_ok(), good);
    }
}
