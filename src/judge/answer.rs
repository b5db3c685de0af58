//! What came back for one step, and where findings about it say they are from.

use serde_json::Value;

use super::finding::{Check, Fault, Finding};
use crate::case::{Expectation, Place, Values};
use crate::wire::Response;

/// One exchange to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// As people count: `request`, `then 2`.
    pub step: &'a str,
    /// The operation that was called.
    pub operation: &'a str,
    /// What must come back.
    pub expect: &'a Expectation,
    /// What came back.
    pub response: &'a Response,
    /// Values that expressions in the expectation read.
    pub values: &'a Values,
    /// What came back for the step before, which an expectation may compare with.
    pub previous: Option<&'a Response>,
}

impl Answer<'_> {
    /// A finding of this exchange; `part` is the JSON pointer of the expectation's part.
    pub fn finding(&self, check: Check, path: impl Into<String>, part: &str, fault: Fault) -> Finding {
        let place = self.expect.places.at(part);
        self.finding_at(check, path, place, fault)
    }

    /// A finding of this exchange with a place of its own.
    pub fn finding_at(&self, check: Check, path: impl Into<String>, place: Option<Place>, fault: Fault) -> Finding {
        Finding { check, step: self.step.to_owned(), operation: self.operation.to_owned(), path: path.into(), fault, place }
    }

    /// The answer's error type and message.
    pub fn error(&self) -> (Option<String>, Option<String>) {
        let error = self.response.error();
        (error.name, error.message)
    }

    /// The body, or null where it is no JSON.
    pub fn body(&self) -> &Value {
        self.response.json().unwrap_or(&Value::Null)
    }
}
