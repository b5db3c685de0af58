//! Why a subcommand could not do its work, and how people are told.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::aws::AccessError;
use crate::baseline::BaselineError;
use crate::case::{LoadError, SelectError};
use crate::engine::RunError;
use crate::exit;
use crate::model::ImportError;
use crate::recording::{NoEvidence, RecordingError};
use crate::report::{ReadError, untrusted};
use crate::target::{LaunchError, ProfileError};
use crate::wire::ClientError;

/// Why a subcommand could not do its work.
#[derive(Debug, Error, Diagnostic)]
pub enum Failure {
    /// Output could not be written, or a report.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    /// Case files, a filter, a profile or a server that does not start; the message is complete.
    #[error("{0}")]
    Told(miette::Report),
    /// The endpoint does not answer.
    #[error("{0}")]
    NotObserved(String),
    /// A file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: io::Error,
    },
    /// A published model cannot be understood.
    #[error("cannot import {}: {reason}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: ImportError,
    },
    /// An argument makes no sense.
    #[error("{message}")]
    Argument {
        /// What is wrong with it.
        message: String,
        /// What would be right.
        #[help]
        help: Option<String>,
    },
    /// The embedded server or the run could not be started.
    #[error("cannot {what}: {reason}")]
    Start {
        /// What could not be started.
        what: String,
        /// Why not.
        reason: io::Error,
    },
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Told(error.into())
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        Self::Told(error.into())
    }
}

impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        Self::Told(error.into())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Told(miette::miette!("{error}"))
    }
}

impl From<RecordingError> for Failure {
    fn from(error: RecordingError) -> Self {
        Self::Told(error.into())
    }
}

impl From<NoEvidence> for Failure {
    fn from(error: NoEvidence) -> Self {
        Self::Told(error.into())
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        Self::Told(error.into())
    }
}

impl From<LaunchError> for Failure {
    fn from(error: LaunchError) -> Self {
        // Its lines are short, and the last of them are the server's log.
        Self::Told(miette::miette!("cannot {}", untrusted::lines(&error.to_string(), usize::MAX).join("\n")))
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Told(miette::miette!("cannot {error}"))
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        // Its causes are other programs' words.
        let message = untrusted::line(&error.to_string());
        match error {
            AccessError::Unreachable { .. } => Self::NotObserved(format!("{message}; {}", error.help())),
            other => Self::argument(message, other.help().to_owned()),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Report(error) => Self::Output(error),
            RunError::Unreachable { .. } => Self::NotObserved(error.to_string()),
            other => Self::Told(other.into()),
        }
    }
}

impl Failure {
    /// An argument that makes no sense, and what would.
    pub fn argument(message: impl Into<String>, help: impl Into<Option<String>>) -> Self {
        Self::Argument { message: message.into(), help: help.into() }
    }

    /// The exit code. Whoever closes the pipe (`… | head`) has seen enough: that is no failure.
    pub fn code(&self) -> u8 {
        match self {
            _ if self.is_closed_pipe() => exit::CONFORMS,
            Self::NotObserved(_) => exit::NOT_OBSERVED,
            _ => exit::NOT_RUN,
        }
    }

    /// Whether somebody stopped reading what is printed.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Prints the message on standard error, and gives the exit code.
    pub(super) fn tell(self) -> u8 {
        use io::Write;
        let code = self.code();
        if code != exit::CONFORMS {
            let report = match self {
                Self::Told(report) => report,
                other => miette::Report::new(other),
            };
            // With standard error closed there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{report:?}");
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure() {
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).code(), exit::CONFORMS);
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::StorageFull)).code(), exit::NOT_RUN);
    }
}
