//! Running cases: fixtures, scheduling, the clean-up ledger, and the events that reports consume.

mod case_run;
mod config;
mod control;
mod event;
mod fixtures;
pub mod ledger;
mod line;
mod merge;
mod outcome;
mod patience;
mod room;
mod run;
mod sender;
mod session;
mod settle;
mod shapes;
mod shared;
mod summary;
mod support;
pub mod survey;
pub mod sweep;
mod transcript;
mod tries;
mod unnoted;
mod weather;

pub use config::{Config, Part, RunError};
pub use event::{Event, Reporter, RunStarted};
pub use merge::{Gathered, Twice, merge};
pub use outcome::{CaseResult, Flaky, Known, Outcome, ShownExchange};
pub use patience::{Backoff, Patience};
pub use run::{nothing, run};
pub use summary::{Summary, Tally};
pub use weather::Weather;
