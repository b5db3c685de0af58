//! What a run saw of a case, as a baseline wants to know it.

use std::collections::BTreeSet;

use super::Conditions;
use crate::case::SHAPE_CASE;
use crate::engine::{CaseResult, Outcome};
use crate::judge::Check;

/// What a run saw of a case that it judged.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// It failed.
    pub(super) failed: bool,
    /// It passed, but not at the first try.
    pub(super) flaky: bool,
    /// What found nothing says nothing: the case ended before its last step, or its answers are those of other cases, too, which did
    /// not all run.
    pub(super) inconclusive: bool,
    /// The checks that failed it.
    pub(super) counting: BTreeSet<Check>,
    /// The checks that found something, whether it counts or not.
    pub(super) found: BTreeSet<Check>,
}

impl Seen {
    /// What was seen, whether a baseline has been applied to the result already or not; `None` for a case that was not judged.
    pub(super) fn of(result: &CaseResult, conditions: &Conditions) -> Option<Self> {
        let found: BTreeSet<Check> = result.findings.iter().map(|finding| finding.check).collect();
        let counting: BTreeSet<Check> = found.iter().copied().filter(|check| check.gates() || conditions.strict).collect();
        let flaky = result.flaky.is_some();
        let failed = match result.outcome {
            Outcome::Pass => false,
            Outcome::Fail => true,
            Outcome::KnownFailure => !flaky || !counting.is_empty(),
            Outcome::UnexpectedPass => !counting.is_empty(),
            Outcome::Unsupported | Outcome::Blocked | Outcome::Skipped | Outcome::Indeterminate => return None,
        };
        // A later step could not be sent: what was found before, whatever it is, stands for the failure.
        let cut_short = failed && counting.is_empty();
        let counting = if cut_short { found.clone() } else { counting };
        Some(Self { failed, flaky, inconclusive: cut_short || (!conditions.whole && is_shape_case(result)), counting, found })
    }
}

fn is_shape_case(result: &CaseResult) -> bool {
    result.name.rsplit("::").next() == Some(SHAPE_CASE)
}
