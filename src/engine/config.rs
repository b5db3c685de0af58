//! What a run needs to know.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::carrier::Carrier;
use super::patience::Patience;
use super::room::NoRoom;
use crate::baseline::Baseline;
use crate::case::{Case, Origin, Shard};
use crate::target::Profile;
use crate::wire::{ClientError, ClientOptions, TransportError};

/// Cases in flight at once, unless somebody says otherwise.
const JOBS: usize = 4;

/// Longest time for one case, unless somebody says otherwise.
const CASE_TIME: Duration = Duration::from_secs(60);

/// The same on a live target, where requests wait for their turn and tries are begun anew.
const LIVE_CASE_TIME: Duration = Duration::from_secs(300);

/// What a run needs to know.
#[derive(Debug)]
pub struct Config {
    /// What is being tested: its name, capabilities and side doors.
    pub profile: Profile,
    /// How to reach it.
    pub client: ClientOptions,
    /// On a live target, run what makes the service send SMS and email.
    pub allow_messages: bool,
    /// What sends the requests of cases, in place of our own client. HTTP status and headers are not seen then.
    pub carrier: Option<Carrier>,
    /// Cases in flight at once.
    pub jobs: usize,
    /// Longest time for one case, its fixtures included.
    pub case_timeout: Duration,
    /// How much the target is asked, and put up with.
    pub patience: Patience,
    /// `message` and `snapshot`, and inferred and contested evidence, gate too.
    pub strict: bool,
    /// How often a case that failed, or of which nothing was observed, is tried again. Nought: each case is tried once.
    pub retries: u32,
    /// The shard of a larger run that this one is.
    pub shard: Option<Part>,
    /// Recorded exchanges to compare with.
    pub snapshots: Option<PathBuf>,
    /// What is known to fail.
    pub baseline: Option<Baseline>,
    /// A listed case that passes is a pass like any other.
    pub lenient: bool,
    /// Where the ledger of what was created is kept.
    pub ledger_directory: PathBuf,
}

impl Config {
    /// A run that judges as usual, compares with nothing, and tries each case once.
    pub fn new(profile: Profile, client: ClientOptions, ledger_directory: PathBuf) -> Self {
        let patience = Patience::of(profile.live);
        let case_timeout = if profile.live { LIVE_CASE_TIME } else { CASE_TIME };
        Self {
            patience,
            profile,
            client,
            carrier: None,
            jobs: JOBS,
            allow_messages: false,
            case_timeout,
            strict: false,
            retries: 0,
            shard: None,
            snapshots: None,
            baseline: None,
            lenient: false,
            ledger_directory,
        }
    }
}

/// A shard of a larger run.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which one.
    pub shard: Shard,
    /// Names of the shape cases of the other shards. Where an answer of this one breaks one, it is told here too: the shard that
    /// the case belongs to may not see it.
    pub elsewhere: Vec<String>,
}

impl Part {
    /// Leaves those of the selected cases that belong to the shard.
    pub fn split(shard: Shard, cases: &mut Vec<&Case>) -> Self {
        let (own, others): (Vec<_>, Vec<_>) = cases.iter().partition(|case| shard.has(&case.name));
        *cases = own;
        let shapes = others.into_iter().filter(|case| case.origin == Origin::Shape);
        Self { shard, elsewhere: shapes.map(|case| case.name.clone()).collect() }
    }
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
    /// The cases need more pools at a time than are allowed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    NoRoom(#[from] NoRoom),
    /// A report cannot be written.
    #[error("cannot write the report: {0}")]
    Report(#[source] std::io::Error),
}
