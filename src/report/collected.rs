//! The events of a run, gathered for the formats that can only speak at its end.

use std::time::SystemTime;

use serde::Serialize;

use crate::engine::{CaseResult, Event, RunStarted, Summary};

/// What a run has brought so far.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) at: SystemTime,
    pub(super) started: Option<RunStarted>,
    pub(super) fixtures_failed: Vec<FixtureFailed>,
    pub(super) left_behind: Vec<String>,
    pub(super) results: Vec<CaseResult>,
}

/// A fixture that could not be built.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FixtureFailed {
    pub(super) fixture: String,
    pub(super) cause: String,
}

impl Default for Collected {
    fn default() -> Self {
        Self { at: SystemTime::now(), started: None, fixtures_failed: Vec::new(), left_behind: Vec::new(), results: Vec::new() }
    }
}

impl Collected {
    /// Keeps what the event brings. At the end of the run, gives its figures; results are sorted by name then.
    pub(super) fn take<'e>(&mut self, event: &'e Event) -> Option<&'e Summary> {
        match event {
            Event::RunStarted(started) => self.start(started),
            Event::FixtureBuilt { .. } => {}
            Event::FixtureFailed { fixture, cause } => {
                self.fixtures_failed.push(FixtureFailed { fixture: fixture.clone(), cause: cause.clone() });
            }
            Event::CaseFinished(result) => self.results.push(result.as_ref().clone()),
            Event::CleanupFailed { cause } => self.left_behind.push(cause.clone()),
            Event::RunFinished(summary) => {
                self.results.sort_by(|one, other| one.name.cmp(&other.name));
                return Some(summary);
            }
        }
        None
    }

    fn start(&mut self, started: &RunStarted) {
        self.at = SystemTime::now();
        self.results.reserve(started.selected);
        self.started = Some(started.clone());
    }
}
