//! What a run met on its way that says nothing about the service: throttling, failures in passing, broken connections.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sender::SendError;
use crate::wire::{Response, TransportError};

/// What a run met on its way. It is told, and never counted against the service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Weather {
    /// How often the service asked to slow down.
    pub throttled: u64,
    /// Server errors (HTTP 5xx) of a live target; those of other targets are answers like any other.
    pub server_errors: u64,
    /// Connections that were refused or broken, and answers that did not come in time.
    pub broken_connections: u64,
    /// Reads that were repeated since what was written before might not yet show.
    pub repeated_reads: u64,
    /// Tries of cases that the weather spoiled, so that they were made again.
    pub spoiled_tries: u64,
    /// Time spent on waiting for all this, and for the next request that the quotas allow, in seconds: added up over all that ran at
    /// a time.
    pub seconds_waited: f64,
}

impl Weather {
    /// Adds what another run, or another shard of this one, met.
    pub fn add(&mut self, other: &Self) {
        self.throttled += other.throttled;
        self.server_errors += other.server_errors;
        self.broken_connections += other.broken_connections;
        self.repeated_reads += other.repeated_reads;
        self.spoiled_tries += other.spoiled_tries;
        self.seconds_waited += other.seconds_waited;
    }
}

/// Keeps count of the weather during a run.
#[derive(Debug, Default)]
pub struct Forecast(Mutex<Weather>);

impl Forecast {
    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was met so far.
    pub fn so_far(&self) -> Weather {
        self.weather().clone()
    }

    /// A request met this.
    pub fn met(&self, trouble: &Trouble) {
        let mut weather = self.weather();
        match trouble {
            Trouble::Throttled { .. } => weather.throttled += 1,
            Trouble::ServerError { .. } => weather.server_errors += 1,
            // What could not be signed met no connection.
            Trouble::Transport(_) => weather.broken_connections += u64::from(trouble.may_pass()),
        }
    }

    /// A try of a case is made again.
    pub fn spoiled_try(&self) {
        self.weather().spoiled_tries += 1;
    }

    /// A read is repeated.
    pub fn repeated_read(&self) {
        self.weather().repeated_reads += 1;
    }

    /// Waits, and counts it.
    pub async fn wait(&self, pause: Duration) {
        self.weather().seconds_waited += pause.as_secs_f64();
        tokio::time::sleep(pause).await;
    }
}

/// Why a request brought no answer that could be judged.
#[derive(Debug)]
pub enum Trouble {
    /// The service asks to slow down. It did nothing else.
    Throttled {
        /// For so long, where it says so.
        wait: Option<Duration>,
    },
    /// The service failed, before or after it did what it was asked to.
    ServerError {
        /// HTTP status.
        status: u16,
        /// Error type, where it names one.
        error: Option<String>,
    },
    /// No answer came.
    Transport(TransportError),
}

impl Trouble {
    /// The answer, or what is in its way. `spares_server_errors`: they are weather, too.
    pub fn or_answer(answer: Result<Response, TransportError>, spares_server_errors: bool) -> Result<Response, Self> {
        match answer {
            Err(error) => Err(Self::Transport(error)),
            Ok(response) if response.is_throttling() => Err(Self::Throttled { wait: response.retry_after() }),
            Ok(response) if response.is_server_error() && spares_server_errors => {
                Err(Self::ServerError { status: response.status, error: response.error().name })
            }
            Ok(response) => Ok(response),
        }
    }

    /// Whether the service certainly did not do what it was asked to.
    pub fn is_before_execution(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Transport(TransportError::Connect(_)))
    }

    /// Whether it may be over soon.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Transport(TransportError::Signing(_) | TransportError::Expired(_)))
    }

    /// How long the service asks to wait.
    pub fn asked_pause(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait } => *wait,
            Self::ServerError { .. } | Self::Transport(_) => None,
        }
    }
}

impl From<Trouble> for SendError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Throttled { .. } => Self::Throttled,
            Trouble::ServerError { status, error } => Self::ServerError { status, error: error.unwrap_or_default() },
            Trouble::Transport(error) => Self::Transport(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn answer(status: u16, name: &str) -> Result<Response, TransportError> {
        Ok(Response::new(status, Vec::new(), format!(r#"{{"__type":"{name}"}}"#).into_bytes(), false))
    }

    fn refused() -> Result<Response, TransportError> {
        Err(TransportError::Connect("http://127.0.0.1:1".parse().expect("a URL")))
    }

    #[rstest]
    #[case::throttled(answer(400, "TooManyRequestsException"), Some(true))]
    #[case::too_many(answer(429, ""), Some(true))]
    #[case::crashed(answer(500, "InternalErrorException"), Some(false))]
    #[case::unavailable(answer(503, ""), Some(false))]
    #[case::refused(refused(), Some(true))]
    #[case::reset(Err(TransportError::Broken("reset".to_owned())), Some(false))]
    #[case::silent(Err(TransportError::Timeout(Duration::ZERO)), Some(false))]
    #[case::refusal(answer(400, "NotAuthorizedException"), None)]
    fn knows_what_was_certainly_not_executed(#[case] answer: Result<Response, TransportError>, #[case] before: Option<bool>) {
        let trouble = Trouble::or_answer(answer, true).err();
        assert_eq!(trouble.map(|trouble| trouble.is_before_execution()), before);
    }

    #[test]
    fn a_server_error_of_a_server_that_is_tested_is_an_answer() {
        let response = Trouble::or_answer(answer(500, "InternalErrorException"), false).expect("an answer");
        assert_eq!(response.status, 500);
    }
}
