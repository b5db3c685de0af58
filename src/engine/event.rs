//! The one event type that a run emits. Every report, the progress bar and the JSONL stream are consumers of it.

use std::time::Duration;

use serde::Serialize;

use super::outcome::CaseResult;
use super::summary::Summary;
use crate::case::Shard;

/// What happened in a run, in order.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run begins.
    RunStarted(RunStarted),
    /// A fixture was built.
    FixtureBuilt {
        /// Its name.
        fixture: String,
        /// How long it took.
        #[serde(rename = "seconds", serialize_with = "seconds")]
        time: Duration,
    },
    /// A fixture could not be built; the cases that need it are blocked.
    FixtureFailed {
        /// Its name.
        fixture: String,
        /// Which step failed and what came back.
        cause: String,
    },
    /// A case ended.
    CaseFinished(Box<CaseResult>),
    /// Something could not be removed; `sweep` will find it.
    CleanupFailed {
        /// What is left and why.
        cause: String,
    },
    /// The run ended, clean-up included.
    RunFinished(Summary),
}

/// What a run is about to do.
#[derive(Debug, Clone, Serialize)]
pub struct RunStarted {
    /// Name of the target: `reference`, `moto`, or the endpoint.
    pub target: String,
    /// Version of the target, where its profile pins one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    /// The endpoint.
    pub endpoint: String,
    /// How many cases were selected.
    pub selected: usize,
    /// Version of this suite.
    pub suite_version: String,
    /// Where the model's facts came from.
    pub model: String,
    /// Identifies this run in the names of what it creates.
    pub run_id: String,
    /// Whether `--strict` is on.
    pub strict: bool,
    /// The tool that sends the requests of cases (`--via`), with its version; left out for our own client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The shard of a larger run that this one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// Consumes the events of a run.
pub trait Reporter: Send {
    /// Takes one event, in the order in which they happened.
    ///
    /// # Errors
    /// The output cannot be written (a full disk, a closed pipe).
    fn event(&mut self, event: &Event) -> std::io::Result<()>;
}

impl<R: Reporter + ?Sized> Reporter for &mut R {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        (**self).event(event)
    }
}

impl<A: Reporter, B: Reporter> Reporter for (A, B) {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        self.0.event(event)?;
        self.1.event(event)
    }
}

impl Reporter for Vec<Box<dyn Reporter>> {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        self.iter_mut().try_for_each(|reporter| reporter.event(event))
    }
}
