//! What people and programs get to read of a run. One file per output format, each a consumer of [`crate::engine::Event`].
//!
//! - [`Progress`]: the bar on the terminal while the run goes on
//! - [`Jsonl`]: one event a line, as it happens
//! - [`Ending`]: gathers the run to a [`RunResult`] and renders it in any [`Format`] when the run ends
//! - [`All`]: several of these
//!
//! A new format is a new file here and a line in `format.rs`.

mod all;
mod badge;
mod cause;
mod ending;
pub(crate) mod figures;
mod format;
mod github;
mod group;
#[cfg(test)]
mod hostile;
mod html;
mod human;
pub(crate) mod ids;
mod jsonl;
mod junit;
pub(crate) mod markdown;
mod merge;
mod output;
pub mod plain;
mod progress;
mod reproduce;
mod run_result;
#[cfg(test)]
pub(crate) mod samples;
pub mod shell;
mod tap;
pub(crate) mod timestamp;
pub mod untrusted;
mod verdict;

pub use all::All;
pub use ending::Ending;
pub use figures::percent;
pub use format::Format;
pub use html::{compared, page as html_page};
pub use human::{Look, Paint, Style};
pub use jsonl::Jsonl;
pub use merge::{MergeError, merge};
pub use output::{Output, ReportFile};
pub use progress::Progress;
pub use reproduce::Reproduce;
pub use run_result::{Context, FixtureFailed, ReadError, RunResult, SCHEMA_VERSION, result_schema};
