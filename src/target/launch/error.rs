//! Why a server could not be started.

use std::io;

use thiserror::Error;

/// The server could not be started.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// The profile does not say how.
    #[error("start {name}: its profile has no `start`; start it yourself and name its endpoint")]
    NoStart {
        /// The profile.
        name: String,
    },
    /// The program is not there.
    #[error("start {name}: {program} is not installed{}", install.as_deref().map(|command| format!("; install it with: {command}")).unwrap_or_default())]
    NotInstalled {
        /// The profile.
        name: String,
        /// The program.
        program: String,
        /// The command that installs it.
        install: Option<String>,
    },
    /// The program cannot be run.
    #[error("start {name}: run {program}: {source}")]
    Spawn {
        /// The profile.
        name: String,
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The work directory or the port could not be had.
    #[error("start {name}: {what}: {source}")]
    Prepare {
        /// The profile.
        name: String,
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Something else answers where it is to listen.
    #[error("start {name}: something answers at {url} already; stop that first, or test it as it runs")]
    Occupied {
        /// The profile.
        name: String,
        /// Where.
        url: String,
    },
    /// It ended before it was ready.
    #[error("start {name}: it ended ({status}) before it was ready; its log ends:\n{log}")]
    Ended {
        /// The profile.
        name: String,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        log: String,
    },
    /// It was not ready in time.
    #[error("start {name}: not ready after {seconds} s: GET {url} {last}; its log ends:\n{log}")]
    NotReady {
        /// The profile.
        name: String,
        /// The limit.
        seconds: u64,
        /// What was asked.
        url: String,
        /// What came the last time.
        last: String,
        /// The last lines of its log.
        log: String,
    },
}
