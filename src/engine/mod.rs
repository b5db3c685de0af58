//! Running cases: fixtures, scheduling, the clean-up ledger, and the events that reports consume.

mod calls;
mod carrier;
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
pub mod transcript;
mod tries;
mod unnoted;
mod weather;

pub use calls::{Calls, SWEEP};
pub use carrier::Carrier;
pub use config::{Config, Part, RunError};
pub use estimate::{Estimate, estimate};
pub use event::{Event, Reporter, RunStarted};
pub use guard::RUN_TAG;
pub use merge::{Gathered, Twice, merge};
#[cfg(test)]
pub(crate) use outcome::sample as sample_result;
pub use outcome::{CaseResult, Flaky, Known, Outcome, ShownExchange};
pub use patience::{Backoff, Patience};
pub use run::{nothing, run};
pub use summary::{Summary, Tally};
pub use weather::Weather;
