//! Running cases: fixtures, scheduling, the clean-up ledger, and the events that reports consume.

mod event;
mod outcome;
mod summary;

pub use event::{Event, Reporter, RunStarted};
pub use outcome::{CaseResult, Outcome, ShownExchange};
pub use summary::{Summary, Tally};
