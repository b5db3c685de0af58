//! What a target answered, kept in a folder: recorded, read, compared, and taken as evidence.
//!
//! - [`About`]: `recording.json`, what the folder holds and what it lacks
//! - [`Recording`]: a folder as a whole, read
//! - [`Recorder`]: a consumer of a run's events that writes one
//! - [`Diff`]: what moved between two of them
//! - [`Promotion`]: the cases that a recording of the real service confirms, and those that it contradicts

mod about;
mod diff;
mod error;
mod folder;
mod promote;
mod recorder;
mod response;
#[cfg(test)]
mod samples;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use about::{About, Figures, Gap, Host, Kept, Selected, State};
pub use diff::{Diff, Form as DiffForm};
pub use error::RecordingError;
pub use folder::check_snapshots;
pub use promote::{NoEvidence, Promotion, Ruling};
pub use recorder::{Recorder, Setting, Written};
pub use response::response;

use crate::engine::ShownExchange;

/// What a target answered: the exchanges of each case, normalised.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Where it is.
    pub directory: PathBuf,
    /// What was recorded, of what, when, and what is missing.
    pub about: About,
    /// The exchanges by name of the case, in the order of its steps. Values that vary or are secret are placeholders, numbered
    /// in each case by itself.
    pub cases: BTreeMap<String, Vec<ShownExchange>>,
}

impl Recording {
    /// Reads what [`Recorder`] wrote.
    ///
    /// # Errors
    /// The folder holds no recording, or one of another version; or files of it are damaged, all of them named.
    pub fn read(directory: &Path) -> Result<Self, RecordingError> {
        let about = About::read(directory)?.ok_or_else(|| RecordingError::None { directory: directory.to_owned() })?;
        let cases = folder::exchanges(directory)?;
        Ok(Self { directory: directory.to_owned(), about, cases })
    }
}
