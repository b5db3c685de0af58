//! A case until its result stands: tried again where the run allows it, and never into a silent pass.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;

use super::case_run::{Verdicts, dress, run_case, run_shape_case};
use super::outcome::{CaseResult, Flaky, Outcome};
use super::session::Session;
use crate::case::{Case, Origin};

/// Pause before a case of which nothing was observed is tried again; then ever longer.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Runs a case to the result that stands.
pub async fn result_of(session: &Arc<Session>, case: &Case) -> CaseResult {
    match case.origin {
        // What the whole run saw is the same at every try.
        Origin::Shape => observed(session, case).await,
        Origin::Control => match session.control(&case.name).await {
            Some(result) => result.as_ref().clone(),
            None => tried(session, case).await,
        },
        Origin::Written | Origin::Constraint => tried(session, case).await,
    }
}

/// Tries a case, each time with fixtures of its own, as often as the run allows.
pub async fn tried(session: &Arc<Session>, case: &Case) -> CaseResult {
    let mut tries = Tries::new(session.retries, session.strict);
    loop {
        let result = observed(session, case).await;
        let is_unseen = result.outcome == Outcome::Indeterminate;
        match tries.take(result, is_over(session)) {
            Next::Stands(result) => return *result,
            Next::Again if is_unseen => tokio::time::sleep(pause(tries.done - 1)).await,
            Next::Again => {}
        }
    }
}

/// When the run is over, so are the tries.
fn is_over(session: &Session) -> bool {
    session.line.is_stopping() || session.line.is_lost()
}

/// One try, begun anew where the weather spoiled it, as often as the run has patience for.
async fn observed(session: &Arc<Session>, case: &Case) -> CaseResult {
    let mut times = 0..session.patience.spoiled_tries.unwrap_or_default();
    loop {
        let Try { result, is_spoiled } = once(session, case).await;
        match times.next().filter(|_| is_spoiled && !is_over(session)) {
            Some(times) => {
                session.forecast.spoiled_try();
                session.forecast.wait(pause(times)).await;
            }
            None => return result,
        }
    }
}

/// One try of a case.
struct Try {
    result: CaseResult,
    /// The weather kept it from being observed. Where that counts, it is as if it had not been.
    is_spoiled: bool,
}

/// The pause after so many tries that brought nothing.
fn pause(times: u32) -> Duration {
    PAUSE.saturating_mul(1 << times.min(8)).min(LONGEST_PAUSE)
}

/// A try that takes too long, or in which the suite itself breaks, was not observed; the others go on.
async fn once(session: &Arc<Session>, case: &Case) -> Try {
    let (started, limit) = (Instant::now(), session.case_timeout);
    let work = async {
        match case.origin {
            Origin::Shape => run_shape_case(session, case).await,
            _ => run_case(session, case).await,
        }
    };
    let reason = match tokio::time::timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(result)) => return Try { is_spoiled: result.outcome == Outcome::Indeterminate, result },
        Ok(Err(_)) => "the suite itself failed; please report it with the panic message above".to_owned(),
        Err(_) => {
            session.line.doubt();
            format!("the case did not end within {limit:?}")
        }
    };
    Try { result: dress(session, case, Verdicts::without(Outcome::Indeterminate, reason, None), started), is_spoiled: false }
}

/// What becomes of a case after a try.
#[derive(Debug)]
enum Next {
    Again,
    Stands(Box<CaseResult>),
}

/// The tries of one case.
#[derive(Debug)]
struct Tries {
    retries: u32,
    strict: bool,
    done: u32,
    /// What tells most of the tries before: the last that failed, else the last of which nothing was observed.
    earlier: Option<Box<CaseResult>>,
}

impl Tries {
    fn new(retries: u32, strict: bool) -> Self {
        Self { retries, strict, done: 0, earlier: None }
    }

    /// Takes the result of a try.
    fn take(&mut self, result: CaseResult, over: bool) -> Next {
        self.done += 1;
        let wants_another = matches!(result.outcome, Outcome::Fail | Outcome::Indeterminate);
        if wants_another && self.done <= self.retries && !over {
            if result.outcome == Outcome::Fail || !self.has_failed() {
                self.earlier = Some(Box::new(result));
            }
            return Next::Again;
        }
        Next::Stands(self.standing(Box::new(result)))
    }

    fn has_failed(&self) -> bool {
        self.earlier.as_ref().is_some_and(|earlier| earlier.outcome == Outcome::Fail)
    }

    /// The last result stands; but one in which nothing could be judged does not speak against a failure.
    fn standing(&mut self, last: Box<CaseResult>) -> Box<CaseResult> {
        let failed = self.has_failed();
        match (self.earlier.take(), last.outcome) {
            (Some(earlier), Outcome::Pass | Outcome::UnexpectedPass) => self.flaky(earlier, last),
            (Some(earlier), outcome) if failed && !matches!(outcome, Outcome::Fail | Outcome::KnownFailure) => earlier,
            _ => last,
        }
    }

    /// Passed, but not at the first try. With `--strict` that is not enough: it stays as it was.
    fn flaky(&self, earlier: Box<CaseResult>, passed: Box<CaseResult>) -> Box<CaseResult> {
        let flaky = Flaky { passed_at: self.done, findings: earlier.findings.clone(), reason: earlier.reason.clone() };
        let mut stands = if self.strict { earlier } else { passed };
        stands.flaky = Some(flaky);
        stands
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::outcome::sample;
    use Outcome::{Blocked, Fail, Indeterminate, KnownFailure, Pass, UnexpectedPass, Unsupported};
    use rstest::rstest;

    /// Each try takes a second longer, so that the time tells which try stands.
    fn play(outcomes: &[Outcome], retries: u32, strict: bool) -> (CaseResult, usize) {
        let mut tries = Tries::new(retries, strict);
        for (at, outcome) in outcomes.iter().enumerate() {
            let time = Duration::from_secs(at as u64 + 1);
            let result = CaseResult { time, reason: Some(format!("try {}", at + 1)), ..sample("GetUser::x", *outcome) };
            if let Next::Stands(result) = tries.take(result, false) {
                return (*result, at + 1);
            }
        }
        panic!("after {outcomes:?} it wants more tries than there are");
    }

    #[rstest]
    #[case::no_retries(&[Fail], 0, Fail, 1)]
    #[case::passes(&[Pass], 2, Pass, 1)]
    #[case::listed(&[KnownFailure], 2, KnownFailure, 1)]
    #[case::neither(&[Unsupported], 2, Unsupported, 1)]
    #[case::never_passes(&[Fail, Fail, Fail], 2, Fail, 3)]
    #[case::never_seen(&[Indeterminate, Indeterminate], 1, Indeterminate, 2)]
    #[case::fails_once_seen(&[Indeterminate, Fail], 1, Fail, 2)]
    #[case::known_once_seen(&[Indeterminate, KnownFailure], 5, KnownFailure, 2)]
    #[case::a_failure_is_not_forgotten(&[Fail, Indeterminate], 1, Fail, 1)]
    #[case::nor_by_a_fixture(&[Fail, Blocked], 5, Fail, 1)]
    #[case::blocked_in_the_end(&[Indeterminate, Blocked], 5, Blocked, 2)]
    fn the_last_try_that_tells_something_stands(
        #[case] outcomes: &[Outcome],
        #[case] retries: u32,
        #[case] outcome: Outcome,
        #[case] stands: u64,
        #[values(false, true)] strict: bool,
    ) {
        let (result, tries) = play(outcomes, retries, strict);
        assert_eq!((result.outcome, tries), (outcome, outcomes.len()));
        assert_eq!(result.time, Duration::from_secs(stands));
        assert!(result.flaky.is_none());
    }

    #[rstest]
    #[case::at_the_second(&[Fail, Pass], 1)]
    #[case::at_the_third(&[Fail, Fail, Pass], 2)]
    #[case::not_seen_at_first(&[Indeterminate, Pass], 1)]
    #[case::not_seen_in_between(&[Fail, Indeterminate, Pass], 1)]
    #[case::although_listed(&[Indeterminate, UnexpectedPass], 1)]
    fn a_pass_at_a_later_try_is_marked_and_not_enough_when_strict(#[case] outcomes: &[Outcome], #[case] told: usize) {
        for strict in [false, true] {
            let (result, tries) = play(outcomes, 3, strict);
            let flaky = result.flaky.expect("marked");
            assert_eq!((flaky.passed_at as usize, tries), (outcomes.len(), outcomes.len()));
            assert_eq!(flaky.reason, Some(format!("try {told}")), "of the last try that failed, if any did");
            let stands = if strict { outcomes[told - 1] } else { outcomes[tries - 1] };
            assert_eq!(result.outcome, stands);
        }
    }

    #[test]
    fn when_the_run_is_over_so_are_the_tries() {
        let mut tries = Tries::new(5, false);
        assert!(matches!(tries.take(sample("GetUser::x", Indeterminate), true), Next::Stands(_)));
    }

    #[test]
    fn pauses_grow_to_a_limit() {
        assert_eq!([pause(0), pause(1), pause(3), pause(98)], [PAUSE, PAUSE * 2, LONGEST_PAUSE, LONGEST_PAUSE]);
    }
}
