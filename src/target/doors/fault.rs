//! Why a side door did not open.

use std::io;

use thiserror::Error;

/// How much of what a server or a program said is shown.
const EXCERPT: usize = 200;

/// A side door could not be used.
#[derive(Debug, Error)]
#[error("use the side door '{door}': {fault}")]
pub struct DoorError {
    /// The door.
    pub door: String,
    /// Why not.
    pub fault: DoorFault,
}

/// Why a side door could not be used.
#[derive(Debug, Error)]
pub enum DoorFault {
    /// The profile has no such door.
    #[error("the profile has {known}")]
    Missing {
        /// Those that it has.
        known: String,
    },
    /// The profile names a member that the request has not.
    #[error("its profile needs the member {0}, which the request lacks")]
    Argument(String),
    /// No answer came.
    #[error("{0}")]
    Transport(reqwest::Error),
    /// The path makes no URL.
    #[error("its path '{path}' makes no URL: {source}")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        source: url::ParseError,
    },
    /// The server refused.
    #[error("{path} answered {status}: {body}")]
    Refused {
        /// Path of the request.
        path: String,
        /// HTTP status.
        status: u16,
        /// Beginning of the body.
        body: String,
    },
    /// The answer is not JSON.
    #[error("{from} answered something that is not JSON: {source}")]
    NotJson {
        /// Path of the request, or the program.
        from: String,
        /// Where the JSON goes wrong.
        source: serde_json::Error,
    },
    /// The answer has no such place.
    #[error("the answer has nothing at '{pointer}', where the profile expects {member}")]
    Answer {
        /// Member of the door's answer.
        member: String,
        /// JSON Pointer into what came back.
        pointer: String,
    },
    /// The text has no match.
    #[error("{place} has no match of '{pattern}'")]
    NoMatch {
        /// Where the text came from.
        place: String,
        /// What was sought, as the profile has it.
        pattern: String,
    },
    /// The pattern cannot be used with this request.
    #[error("its pattern fails for this request: {0}")]
    Pattern(Box<fancy_regex::Error>),
    /// The log is not known.
    #[error("the suite knows the log and the work directory only of a server that it started; name the log with `file`")]
    NotStarted,
    /// The log cannot be read.
    #[error("read {path}: {source}")]
    Log {
        /// The file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// The program cannot be run.
    #[error("run {program}: {source}")]
    Run {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// A member of the request would be taken for an option of the program.
    #[error("an argument of {program} would begin with '-', as only its options should")]
    Dash {
        /// The program.
        program: String,
    },
    /// The program failed.
    #[error("{program} ended ({status}): {said}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// Beginning of its standard error.
        said: String,
    },
    /// The program took too long.
    #[error("{program} was killed after {seconds} s")]
    TooSlow {
        /// The program.
        program: String,
        /// The limit.
        seconds: u64,
    },
    /// The program wrote too much.
    #[error("{program} was killed because it wrote more than a megabyte")]
    TooMuch {
        /// The program.
        program: String,
    },
}

/// The beginning of a text, on one line.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT).collect()
}
