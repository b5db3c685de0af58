//! The bar on standard error while a run goes on.

use std::io;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::{Event, Outcome, Reporter};

/// Shows how far the run is and how many cases failed so far. Draws nothing where standard error is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    failed: usize,
}

impl Progress {
    /// A bar that is not drawn before the run starts.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {elapsed} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, failed: 0 }
    }

    fn count(&mut self, outcome: Outcome) {
        if matches!(outcome, Outcome::Fail | Outcome::UnexpectedPass) {
            self.failed += 1;
            self.bar.set_message(format!("{} failed", self.failed));
        }
        self.bar.inc(1);
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Reporter for Progress {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => {
                self.bar.set_length(run.selected as u64);
                self.bar.enable_steady_tick(Duration::from_millis(100));
            }
            Event::CaseFinished(result) => self.count(result.outcome),
            Event::RunFinished(_) => self.bar.finish_and_clear(),
            Event::FixtureBuilt { .. } | Event::FixtureFailed { .. } | Event::CleanupFailed { .. } => {}
        }
        Ok(())
    }
}

impl Drop for Progress {
    /// Leaves no bar behind when a run ends early.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
