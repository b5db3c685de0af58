//! Exit codes, each with its reason. Scripts may rely on them.

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

/// The exit code of a run that came to its end.
///
/// An interruption outweighs all else, then a failure that gates. Otherwise too little was observed ([`NOT_OBSERVED`]) if no case was
/// judged, more than 5% were indeterminate, or more than half were blocked.
pub fn of(summary: &Summary) -> u8 {
    let tally = &summary.total;
    match () {
        () if summary.interrupted => INTERRUPTED,
        () if tally.gating > 0 => FAILED,
        () if too_little_was_observed(tally) => NOT_OBSERVED,
        () => CONFORMS,
    }
}

fn too_little_was_observed(tally: &Tally) -> bool {
    tally.judged() == 0
        || tally.count(Outcome::Indeterminate) * INDETERMINATE_ONE_IN > tally.total()
        || tally.count(Outcome::Blocked) * BLOCKED_ONE_IN > tally.total()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn summary(outcomes: &[(Outcome, usize)], gating: usize, interrupted: bool) -> Summary {
        let total = Tally { outcomes: outcomes.iter().copied().collect(), gating, flaky: 0 };
        Summary { total, interrupted, ..Summary::default() }
    }

    #[rstest]
    #[case::all_pass(&[(Outcome::Pass, 3)], 0, CONFORMS)]
    #[case::known_failures(&[(Outcome::Pass, 1), (Outcome::KnownFailure, 9)], 0, CONFORMS)]
    #[case::failures_that_do_not_gate(&[(Outcome::Fail, 2)], 0, CONFORMS)]
    #[case::a_failure(&[(Outcome::Pass, 99), (Outcome::Fail, 1)], 1, FAILED)]
    #[case::a_failure_on_a_lost_endpoint(&[(Outcome::Fail, 1), (Outcome::Indeterminate, 9)], 1, FAILED)]
    #[case::one_in_twenty_lost(&[(Outcome::Pass, 19), (Outcome::Indeterminate, 1)], 0, CONFORMS)]
    #[case::one_in_nineteen_lost(&[(Outcome::Pass, 18), (Outcome::Indeterminate, 1)], 0, NOT_OBSERVED)]
    #[case::half_blocked(&[(Outcome::Pass, 5), (Outcome::Blocked, 5)], 0, CONFORMS)]
    #[case::most_blocked(&[(Outcome::Pass, 4), (Outcome::Blocked, 5)], 0, NOT_OBSERVED)]
    #[case::nothing_judged(&[(Outcome::Unsupported, 5)], 0, NOT_OBSERVED)]
    #[case::nothing(&[], 0, NOT_OBSERVED)]
    fn maps_a_run_to_its_code(#[case] outcomes: &[(Outcome, usize)], #[case] gating: usize, #[case] code: u8) {
        assert_eq!(of(&summary(outcomes, gating, false)), code);
        assert_eq!(of(&summary(outcomes, gating, true)), INTERRUPTED);
    }
}
