//! Why a recording cannot be read or written.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use super::about::SCHEMA_VERSION;
use crate::judge::SnapshotError;

/// Why a recording cannot be read or written.
#[derive(Debug, Error, Diagnostic)]
pub enum RecordingError {
    /// The folder has no `recording.json`.
    #[error("{} holds no recording: there is no recording.json in it", directory.display())]
    #[diagnostic(help("`cognito-conformance record --out DIR` makes one"))]
    None {
        /// The folder.
        directory: PathBuf,
    },
    /// The folder has no snapshot in it.
    #[error("{} holds no recorded exchanges", directory.display())]
    #[diagnostic(help("`cognito-conformance record --out DIR` records a target"))]
    NoSnapshots {
        /// The folder.
        directory: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} holds something else than a recording", directory.display())]
    #[diagnostic(help("name a folder that is empty, is not there yet, or was recorded into before"))]
    Foreign {
        /// The folder.
        directory: PathBuf,
    },
    /// The folder holds a recording of something else.
    #[error("{} is a recording of {held}, and this would be one of {new}", directory.display())]
    #[diagnostic(help("record each target and region into a folder of its own"))]
    Other {
        /// The folder.
        directory: PathBuf,
        /// What was recorded.
        held: String,
        /// What would be.
        new: String,
    },
    /// `recording.json` says something else than it should.
    #[error("{} cannot be understood: {reason}", file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A later program wrote it.
    #[error("{} has version {version} of the format, and this program reads version {SCHEMA_VERSION}", file.display())]
    #[diagnostic(help("use the program that wrote it, or record again"))]
    Version {
        /// The file.
        file: PathBuf,
        /// Its version.
        version: u32,
    },
    /// Files of recorded exchanges are damaged.
    #[error("{0}")]
    #[diagnostic(help("restore these files, or delete them and record again"))]
    Damaged(Damage),
    /// A file or folder cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
    /// A snapshot cannot be written.
    #[error(transparent)]
    Write(SnapshotError),
}

/// What is wrong with files of recorded exchanges.
#[derive(Debug)]
pub struct Damage(pub(super) Vec<SnapshotError>);

/// Damaged files that an error names.
const NAMED: usize = 10;

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("recorded exchanges cannot be understood:")?;
        for error in self.0.iter().take(NAMED) {
            write!(f, "\n  {}", crate::report::untrusted::line(&error.to_string()))?;
        }
        if self.0.len() > NAMED {
            write!(f, "\n  and {} more", self.0.len() - NAMED)?;
        }
        Ok(())
    }
}
