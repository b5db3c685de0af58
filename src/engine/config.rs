//! What a run needs to know.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::target::Profile;
use crate::wire::{ClientError, ClientOptions, TransportError};

/// What a run needs to know.
#[derive(Debug)]
pub struct Config {
    /// What is being tested: its name, capabilities and side doors.
    pub profile: Profile,
    /// How to reach it.
    pub client: ClientOptions,
    /// Cases in flight at once.
    pub jobs: usize,
    /// Longest time for one case, its fixtures included.
    pub case_timeout: Duration,
    /// `message` and `snapshot`, and inferred and contested evidence, gate too.
    pub strict: bool,
    /// Recorded exchanges to compare with.
    pub snapshots: Option<PathBuf>,
    /// Where the ledger of what was created is kept.
    pub ledger_directory: PathBuf,
}

/// The run itself could not be done.
#[derive(Debug, Error, miette::Diagnostic)]
pub enum RunError {
    /// The HTTP client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The endpoint did not answer the first request.
    #[error("the endpoint {endpoint} does not answer: {cause}")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// What happened.
        #[source]
        cause: TransportError,
    },
    /// The ledger cannot be written.
    #[error("cannot write the ledger in {directory}: {cause}; without it nothing may be created that could not be swept")]
    Ledger {
        /// Its directory.
        directory: PathBuf,
        /// What happened.
        cause: std::io::Error,
    },
    /// A report cannot be written.
    #[error("cannot write the report: {0}")]
    Report(#[source] std::io::Error),
}
