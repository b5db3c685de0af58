//! What people and programs get to read of a run. One file per output format, each a consumer of [`crate::engine::Event`].
//!
//! - [`Progress`]: the bar on the terminal while the run goes on
//! - [`Human`]: failures and figures for the terminal, at the end
//! - [`Json`]: one JSON object, to a file or to standard output
//! - [`Jsonl`]: one event a line, as it happens
//! - [`Junit`]: JUnit XML, for CI systems
//! - [`All`]: several of these
//!
//! [`Earlier`] reads back what a later run needs.
//!
//! A new format is a new file here and a line in `cli/run.rs`.

mod all;
mod collected;
mod earlier;
mod figures;
mod human;
mod json;
mod jsonl;
mod junit;
mod output;
pub mod plain;
mod progress;
mod reproduce;
#[cfg(test)]
mod samples;
pub mod shell;
mod timestamp;
pub mod untrusted;

pub use all::All;
pub use earlier::{Earlier, EarlierError};
pub use figures::percent;
pub use human::{Human, Look, Paint, Style};
pub use json::Json;
pub use jsonl::Jsonl;
pub use junit::Junit;
pub use output::{Output, ReportFile};
pub use progress::Progress;
pub use reproduce::Reproduce;
