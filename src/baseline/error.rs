//! Why a baseline cannot be used.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::case::Problem;

/// A baseline cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum BaselineError {
    /// There is no built-in one for that name.
    #[error("there is no built-in baseline `{name}`")]
    #[diagnostic(help("{help}"))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are, and how a file is named.
        help: String,
    },
    /// The file cannot be read.
    #[error("cannot read the baseline {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Everything that is wrong with it, at once.
    #[error("the baseline {file} cannot be used: {}", count(problems))]
    Refused {
        /// The file.
        file: String,
        /// The single problems, in the order of lines.
        #[related]
        problems: Vec<Problem>,
    },
}

fn count(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "1 problem".to_owned(),
        several => format!("{several} problems"),
    }
}

impl BaselineError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
    }
}
