//! Running cases: fixtures, scheduling, the clean-up ledger, and the events that reports consume.

mod case_run;
mod config;
mod control;
mod event;
mod fixtures;
pub mod ledger;
mod outcome;
mod run;
mod sender;
mod session;
mod shapes;
mod summary;
mod support;
pub mod survey;
pub mod sweep;
mod transcript;

pub use config::{Config, RunError};
pub use event::{Event, Reporter, RunStarted};
pub use outcome::{CaseResult, Flaky, Known, Outcome, ShownExchange};
pub use run::run;
pub use summary::{Summary, Tally};
