//! What a run comes to, as its exit code says it. Every format is red where the exit code is, and nowhere else.

use super::run_result::RunResult;
use crate::exit;

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There was nothing to run: a shard without a case.
    Nothing,
    /// No case failed that gates.
    Conforms,
    /// A case failed that gates, or passed against the baseline.
    Failed,
    /// Too little was observed, with the reasons.
    NoResult(Vec<String>),
    /// Interrupted.
    Interrupted,
}

impl Verdict {
    /// What this result comes to.
    pub(super) fn of(result: &RunResult) -> Self {
        match exit::of(&result.summary, result.min_coverage) {
            exit::INTERRUPTED => Self::Interrupted,
            _ if result.cases.is_empty() => Self::Nothing,
            exit::CONFORMS => Self::Conforms,
            exit::FAILED => Self::Failed,
            _ => Self::NoResult(exit::shortfalls(&result.summary, result.min_coverage).iter().map(ToString::to_string).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::Summary;

    #[test]
    fn follows_the_exit_code() {
        let lost = "nothing was observed of 1 of 13 cases: time-outs, throttling, or the connection".to_owned();
        assert_eq!(Verdict::of(&samples::result()), Verdict::NoResult(vec![lost]));
        assert_eq!(Verdict::of(&samples::observed()), Verdict::Failed);
        assert_eq!(Verdict::of(&samples::of(vec![samples::named("GetUser::fresh")])), Verdict::Conforms);
        assert_eq!(Verdict::of(&samples::of(Vec::new())), Verdict::Nothing);
        let interrupted = Summary { interrupted: true, ..Summary::default() };
        assert_eq!(Verdict::of(&RunResult { summary: interrupted, ..RunResult::default() }), Verdict::Interrupted);
    }
}
