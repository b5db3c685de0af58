//! Running cases: fixtures, scheduling, the clean-up ledger, and the events that reports consume.

mod case_run;
mod config;
mod control;
mod estimate;
mod event;
mod fixtures;
mod guard;
pub mod ledger;
mod line;
mod merge;
mod messages;
mod outcome;
mod run;
mod sender;
mod session;
mod shapes;
mod shared;
mod summary;
mod support;
pub mod survey;
pub mod sweep;
mod transcript;
mod tries;

pub use config::{Config, Part, RunError};
pub use estimate::{Estimate, estimate};
pub use event::{Event, Reporter, RunStarted};
pub use merge::{Gathered, Twice, merge};
pub use outcome::{CaseResult, Flaky, Known, Outcome, ShownExchange};
pub use run::{nothing, run};
pub use summary::{Summary, Tally};
