//! Whether the target implements an operation: it does not when it answers as it answers a made-up one, asked once per run.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::sender::SendError;
use super::session::Session;
use crate::wire::{Request, Response};

/// No service has it.
pub(super) const MADE_UP: &str = "ConformanceProbeOperation";

/// A request for it.
pub fn made_up() -> Request {
    Request::new(MADE_UP, &json!({}), true)
}

/// What can be told of an answer when the operation's name is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    status: u16,
    error: Option<String>,
    message: Option<String>,
    media_type: Option<String>,
    is_json: bool,
}

impl Fingerprint {
    pub(super) fn of(response: &Response, operation: &str) -> Self {
        let error = response.error();
        let media_type = response.header("content-type").map(|text| text.split(';').next().unwrap_or(text).trim().to_owned());
        let message = error.message.map(|message| without_name(&message, operation));
        Self { status: response.status, error: error.name, message, media_type, is_json: response.json().is_some() }
    }
}

/// Names are written in both of AWS's ways: `SetUserSettings` and `set_user_settings`.
fn without_name(message: &str, operation: &str) -> String {
    let mut snake = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    message.replace(operation, "…").replace(&snake, "…")
}

/// What is known about which operations the target implements.
#[derive(Debug, Default)]
pub struct Support {
    made_up: std::sync::OnceLock<Option<Fingerprint>>,
    implemented: Mutex<BTreeSet<String>>,
}

impl Support {
    /// Whether the operation was once answered as only one that is there is answered.
    pub fn is_implemented(&self, operation: &str) -> bool {
        self.implemented.lock().unwrap_or_else(PoisonError::into_inner).contains(operation)
    }
}

impl Session {
    /// Asks for a made-up operation.
    ///
    /// # Errors
    /// The endpoint does not answer.
    pub async fn probe(&self) -> Result<(), SendError> {
        let response = self.send(&made_up()).await?;
        // Success says nothing: an operation without output succeeds with the same `{}`.
        let fingerprint = (!response.is_success()).then(|| Fingerprint::of(&response, MADE_UP));
        let _ = self.support.made_up.set(fingerprint);
        Ok(())
    }

    /// Whether an answer looks as if the operation did not exist. An operation that was once answered otherwise exists.
    pub fn looks_unimplemented(&self, operation: &str, response: &Response) -> bool {
        let error = response.error();
        let text = String::from_utf8_lossy(&response.body);
        let told = !response.is_success() && self.profile.says_not_implemented(response.status, error.name.as_deref(), &text);
        let made_up = self.support.made_up.get().and_then(Option::as_ref);
        let alike = told || made_up.is_some_and(|made_up| *made_up == Fingerprint::of(response, operation));
        let mut implemented = self.support.implemented.lock().unwrap_or_else(PoisonError::into_inner);
        if !alike {
            implemented.insert(operation.to_owned());
        }
        alike && !implemented.contains(operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(message: &str) -> Response {
        let body = json!({"__type": "InvalidAction", "message": message});
        Response::new(400, vec![("content-type".into(), "application/json; charset=utf-8".into())], body.to_string().into_bytes(), false)
    }

    #[test]
    fn names_do_not_count() {
        let made_up = Fingerprint::of(&answer("Unknown action: ConformanceProbeOperation"), MADE_UP);
        assert_eq!(made_up, Fingerprint::of(&answer("Unknown action: SetUserSettings"), "SetUserSettings"));
        assert_ne!(made_up, Fingerprint::of(&answer("User does not exist."), "SetUserSettings"));
        let snake = Fingerprint::of(&answer("The conformance_probe_operation action"), MADE_UP);
        assert_eq!(snake, Fingerprint::of(&answer("The set_user_settings action"), "SetUserSettings"));
    }
}
