//! What is known of the connection to the endpoint, and when the endpoint counts as lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::session::Session;
use super::support::made_up;
use super::weather::Trouble;

/// After this many failures in a row the endpoint is asked whether it is still there.
const SUSPECT_AFTER: usize = 24;

/// Or after this many, where the row has lasted [`SILENCES`] request time-outs: few jobs must not wait for 24 of them.
const SUSPECT_AFTER_SILENT: usize = 3;

/// See [`SUSPECT_AFTER_SILENT`].
const SILENCES: u32 = 2;

/// A server that is just being restarted gets this long before it is asked.
const SECOND_CHANCE: Duration = Duration::from_secs(1);

/// What is known of the connection: failures in a row, whether there was any, and whether the run is to end.
#[derive(Debug)]
pub struct Line {
    row: Mutex<Row>,
    silence: Duration,
    lost: AtomicBool,
    ever_failed: AtomicBool,
    stopping: AtomicBool,
    asking: tokio::sync::Mutex<()>,
}

/// Failures in a row.
#[derive(Debug, Default)]
struct Row {
    failures: usize,
    span: Option<(Instant, Instant)>,
}

impl Row {
    fn note(&mut self, answered: bool, now: Instant) {
        if answered {
            *self = Self::default();
        } else {
            let first = self.span.map_or(now, |(first, _)| first);
            *self = Self { failures: self.failures + 1, span: Some((first, now)) };
        }
    }

    fn is_suspect(&self, silence: Duration) -> bool {
        let lasted = self.span.map_or(Duration::ZERO, |(first, last)| last.duration_since(first));
        self.failures >= SUSPECT_AFTER || (self.failures >= SUSPECT_AFTER_SILENT && lasted >= silence)
    }
}

impl Line {
    /// A line that nothing is known of, to an endpoint that may take `patience` for an answer.
    pub fn new(patience: Duration) -> Self {
        Self {
            row: Mutex::default(),
            silence: patience * SILENCES,
            lost: AtomicBool::default(),
            ever_failed: AtomicBool::default(),
            stopping: AtomicBool::default(),
            asking: tokio::sync::Mutex::default(),
        }
    }

    fn row(&self) -> MutexGuard<'_, Row> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps whether a request was answered.
    pub fn note(&self, answered: bool) {
        self.row().note(answered, Instant::now());
        if !answered {
            self.doubt();
        }
    }

    /// Keeps that a request met trouble, and whether it is given up. A service that throttles is there, but one that never lets a
    /// request pass is as good as lost.
    pub fn met(&self, trouble: &Trouble, given_up: bool) {
        match trouble {
            Trouble::Throttled { .. } if given_up => self.note(false),
            Trouble::Throttled { .. } => {}
            Trouble::ServerError { .. } => {
                self.note(true);
                self.doubt();
            }
            Trouble::Transport(_) => self.note(false),
        }
    }

    /// Whether the endpoint was lost: nothing more is sent.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    fn is_suspect(&self) -> bool {
        self.row().is_suspect(self.silence)
    }

    /// From here on steps are refused; what is under way comes to its end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether steps are refused.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Something was dropped half-way.
    pub fn doubt(&self) {
        self.ever_failed.store(true, Ordering::Relaxed);
    }

    /// Whether some request went unanswered, or the run was cut short: then something may have been made that nobody noted.
    pub fn is_doubtful(&self) -> bool {
        self.ever_failed.load(Ordering::Relaxed) || self.is_stopping()
    }
}

impl Session {
    /// Whether the endpoint was lost. It is when too many requests in a row went unanswered or were throttled for good, and then one more, which any
    /// server answers: one that hangs in a single operation is still there.
    pub async fn is_lost(&self) -> bool {
        if self.line.is_lost() || !self.line.is_suspect() {
            return self.line.is_lost();
        }
        let _one_asks = self.line.asking.lock().await;
        if self.line.is_suspect() && !self.line.is_lost() {
            tokio::time::sleep(SECOND_CHANCE).await;
            self.ask_whether_it_is_there().await;
        }
        self.line.is_lost()
    }

    /// Where the last request went unanswered and nothing follows that would tell whether this goes on, asks.
    pub async fn settle(&self) {
        let failing = self.line.row().failures > 0;
        if failing && !self.line.is_lost() {
            self.ask_whether_it_is_there().await;
        }
    }

    /// For clean-up a lost endpoint is asked once more.
    pub async fn forgive(&self) {
        if self.line.is_lost() {
            self.ask_whether_it_is_there().await;
        }
    }

    /// Asks once, and several times where errors are weather.
    async fn ask_whether_it_is_there(&self) {
        let (mut answered, mut times) = (self.is_there().await, 0);
        while let Some(pause) = self.patience.backoff.pause(times, None).filter(|_| !answered && self.patience.spares_errors()) {
            self.forecast.wait(pause).await;
            answered = self.is_there().await;
            times += 1;
        }
        self.line.note(answered);
        self.line.lost.store(!answered, Ordering::Relaxed);
    }

    async fn is_there(&self) -> bool {
        self.client.send(&made_up()).await.is_ok_and(|answer| !answer.is_throttling())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Times are in seconds; a request may take ten.
    #[rstest]
    #[case::a_burst(&[0; 23], false)]
    #[case::a_long_burst(&[0; 24], true)]
    #[case::two_timeouts(&[10, 20], false)]
    #[case::one_job(&[10, 20, 30], true)]
    #[case::several_jobs(&[10, 10, 10, 10, 20, 20, 20, 20], false)]
    #[case::several_jobs_longer(&[10, 10, 10, 10, 20, 20, 20, 20, 30], true)]
    #[case::two_far_apart(&[0, 100], false)]
    fn suspects_an_endpoint_that_is_silent_for_long(#[case] failures: &[u64], #[case] suspect: bool) {
        let (begin, silence) = (Instant::now(), Duration::from_secs(20));
        let mut row = Row::default();
        for seconds in failures {
            row.note(false, begin + Duration::from_secs(*seconds));
        }
        assert_eq!(row.is_suspect(silence), suspect);
        row.note(true, begin + Duration::from_secs(200));
        assert!(!row.is_suspect(silence), "an answer ends the row");
    }
}
