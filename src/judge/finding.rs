//! What a check says when it fails.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Normaliser;
use crate::case::Place;

/// The kinds of assertion on an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// HTTP status.
    Status,
    /// Error type.
    Error,
    /// What the service model says of the response.
    Shape,
    /// Members of the body.
    Body,
    /// Headers.
    Headers,
    /// Text of the error. Gates with `--strict` only.
    Message,
    /// The recorded exchanges. Gates with `--strict` only.
    Snapshot,
    /// What a tool that sent the request (`--via`) shows of the answer.
    Tool,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Status, Self::Error, Self::Shape, Self::Body, Self::Headers, Self::Message, Self::Snapshot, Self::Tool];

    /// Whether a finding of this check fails its case without `--strict`.
    pub fn gates(self) -> bool {
        !matches!(self, Self::Message | Self::Snapshot)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Status => "status",
            Self::Error => "error",
            Self::Shape => "shape",
            Self::Body => "body",
            Self::Headers => "headers",
            Self::Message => "message",
            Self::Snapshot => "snapshot",
            Self::Tool => "tool",
        })
    }
}

/// Every way to fail. Texts that come from the target are cleaned when they are printed, not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// Another HTTP status.
    WrongStatus {
        /// The allowed ones.
        expected: Vec<u16>,
        /// The one that came.
        actual: u16,
    },
    /// Another error type, or an error without one.
    WrongError {
        /// The allowed ones.
        expected: Vec<String>,
        /// The one that came.
        actual: Option<String>,
        /// Its message.
        message: Option<String>,
    },
    /// Success where a refusal was due.
    AcceptedWrongly {
        /// The allowed errors.
        expected: Vec<String>,
    },
    /// A refusal where success was due.
    RefusedWrongly {
        /// The error type that came, if any.
        actual: Option<String>,
        /// Its message.
        message: Option<String>,
    },
    /// The value just inside a constraint was refused as the one just outside is.
    RefusedInside {
        /// The error type that came.
        actual: Option<String>,
        /// Its message.
        message: Option<String>,
    },
    /// Another text than the evidence has.
    WrongMessage {
        /// The text or `/regex/`.
        expected: String,
        /// The text that came.
        actual: Option<String>,
    },
    /// The body is not the JSON object that the protocol asks for.
    NotJson {
        /// What it is instead, in a few words.
        found: String,
    },
    /// A value of the body or a header is not as expected.
    WrongValue {
        /// What was expected, for people.
        expected: String,
        /// What came; `None` when nothing is there.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        actual: Option<Value>,
        /// Line by line, for values with structure.
        #[serde(skip)]
        diff: Option<String>,
    },
    /// The body is not of the shape that the service model gives.
    WrongShape {
        /// The rule that is broken, for people.
        expected: String,
        /// What came.
        actual: Value,
    },
    /// The exchanges are not as recorded.
    SnapshotDiffers {
        /// Line by line.
        #[serde(skip)]
        diff: String,
    },
    /// There is no recording yet.
    SnapshotMissing,
    /// A tool that sent the request shows something else than its user must find: exit status, error type, JSON.
    WronglyShown {
        /// What it should show.
        expected: String,
        /// What it shows.
        actual: String,
    },
}

impl Fault {
    /// What should have come, in a line.
    pub fn expected(&self) -> String {
        match self {
            Self::WrongStatus { expected, .. } => any_of(expected),
            Self::WrongError { expected, .. } | Self::AcceptedWrongly { expected } => any_of(expected),
            Self::RefusedWrongly { .. } => "success".to_owned(),
            Self::RefusedInside { .. } => "not refused: the value keeps the constraint".to_owned(),
            Self::WrongMessage { expected, .. }
            | Self::WrongValue { expected, .. }
            | Self::WrongShape { expected, .. }
            | Self::WronglyShown { expected, .. } => expected.clone(),
            Self::NotJson { .. } => "a JSON object".to_owned(),
            Self::SnapshotDiffers { .. } => "the recorded exchanges".to_owned(),
            Self::SnapshotMissing => "a recording (INSTA_UPDATE=always makes one)".to_owned(),
        }
    }

    /// What came, in a line.
    pub fn actual(&self) -> String {
        match self {
            Self::WrongStatus { actual, .. } => actual.to_string(),
            Self::WrongError { actual, message, .. }
            | Self::RefusedWrongly { actual, message }
            | Self::RefusedInside { actual, message } => error_text(actual.as_deref(), message.as_deref()),
            Self::AcceptedWrongly { .. } => "success".to_owned(),
            Self::WrongMessage { actual, .. } => actual.clone().unwrap_or_else(|| "no message".to_owned()),
            Self::NotJson { found } => found.clone(),
            Self::WronglyShown { actual, .. } => actual.clone(),
            Self::WrongValue { actual, .. } => actual.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string),
            Self::WrongShape { actual, .. } => actual.to_string(),
            Self::SnapshotDiffers { .. } => "other exchanges".to_owned(),
            Self::SnapshotMissing => "none".to_owned(),
        }
    }

    /// A line-by-line difference, where one helps.
    pub fn diff(&self) -> Option<&str> {
        match self {
            Self::WrongValue { diff, .. } => diff.as_deref(),
            Self::SnapshotDiffers { diff } => Some(diff),
            _ => None,
        }
    }
}

/// A value that is there, `null` too.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Fault {
    /// Takes back the difference, which reports write beside the fault.
    fn restore(&mut self, found: Option<String>) {
        match self {
            Self::WrongValue { diff, .. } => *diff = found,
            Self::SnapshotDiffers { diff } => *diff = found.unwrap_or_default(),
            _ => {}
        }
    }

    /// The same fault with everything that varies or is secret replaced.
    pub fn normalised(self, normaliser: &Normaliser) -> Self {
        let text = |text: String| normaliser.text(&text);
        let value = |value: Value| normaliser.value(&value);
        // A hostile server puts what it was told into error types as well.
        match self {
            Self::WrongError { expected, actual, message } => {
                Self::WrongError { expected, actual: actual.map(text), message: message.map(text) }
            }
            Self::RefusedWrongly { actual, message } => Self::RefusedWrongly { actual: actual.map(text), message: message.map(text) },
            Self::RefusedInside { actual, message } => Self::RefusedInside { actual: actual.map(text), message: message.map(text) },
            Self::WrongMessage { expected, actual } => Self::WrongMessage { expected, actual: actual.map(text) },
            Self::NotJson { found } => Self::NotJson { found: text(found) },
            Self::WrongValue { expected, actual, diff } => {
                Self::WrongValue { expected: text(expected), actual: actual.map(value), diff: diff.map(text) }
            }
            Self::WrongShape { expected, actual } => Self::WrongShape { expected: text(expected), actual: value(actual) },
            Self::WronglyShown { expected, actual } => Self::WronglyShown { expected, actual: text(actual) },
            Self::SnapshotDiffers { .. } | Self::SnapshotMissing | Self::WrongStatus { .. } | Self::AcceptedWrongly { .. } => self,
        }
    }
}

fn any_of<T: ToString>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join(" or ")
}

fn error_text(name: Option<&str>, message: Option<&str>) -> String {
    let name = name.unwrap_or("an error without a type");
    match message {
        Some(message) if !message.is_empty() => format!("{name}: {message}"),
        _ => name.to_owned(),
    }
}

/// What a check says when it fails: where, expected, actual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "Row", from = "Row")]
#[schemars(with = "Row")]
pub struct Finding {
    /// The kind of assertion.
    pub check: Check,
    /// The step, as people count: `request`, `before 1`, `then 2`, `step 3`.
    pub step: String,
    /// The operation of the exchange.
    pub operation: String,
    /// JSON path into the body (`$.MFAOptions[0]`), a header's name, or empty for the whole answer.
    pub path: String,
    /// What is wrong.
    pub fault: Fault,
    /// Where the expectation stands; `None` for what the service model says.
    pub place: Option<Place>,
}

impl Finding {
    /// The same finding with everything that varies or is secret replaced.
    pub fn normalised(self, normaliser: &Normaliser) -> Self {
        Self { path: normaliser.text(&self.path), fault: self.fault.normalised(normaliser), ..self }
    }
}

/// A finding as reports write it: what is expected and what came in words too, for readers that do not know every kind of fault.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct Row {
    /// The kind of assertion.
    check: Check,
    /// The step, as people count: `request`, `before 1`, `then 2`, `step 3`.
    step: String,
    /// The operation of the exchange.
    operation: String,
    /// JSON path into the body (`$.MFAOptions[0]`), a header's name, or empty for the whole answer.
    path: String,
    /// What should have come, in a line.
    expected: String,
    /// What came, in a line. Text from the target: not cleaned.
    actual: String,
    /// Line by line, where that helps: `-` expected, `+` came.
    diff: Option<String>,
    /// What is wrong, for programs.
    fault: Fault,
    /// Where the expectation stands; `null` for what the service model says.
    place: Option<Place>,
}

impl From<Finding> for Row {
    fn from(finding: Finding) -> Self {
        let Finding { check, step, operation, path, fault, place } = finding;
        let diff = fault.diff().map(str::to_owned);
        Self { check, step, operation, path, expected: fault.expected(), actual: fault.actual(), diff, fault, place }
    }
}

impl From<Row> for Finding {
    fn from(row: Row) -> Self {
        let Row { check, step, operation, path, diff, mut fault, place, .. } = row;
        fault.restore(diff);
        Self { check, step, operation, path, fault, place }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Fault::WrongStatus { expected: vec![400], actual: 500 })]
    #[case(Fault::RefusedWrongly { actual: None, message: Some("no".to_owned()) })]
    #[case(Fault::WrongValue { expected: "1".to_owned(), actual: Some(Value::Null), diff: Some("-1\n+null".to_owned()) })]
    #[case(Fault::WrongValue { expected: "1".to_owned(), actual: None, diff: None })]
    #[case(Fault::SnapshotDiffers { diff: "-a".to_owned() })]
    #[case(Fault::SnapshotMissing)]
    #[case(Fault::WronglyShown { expected: "exit status 254".to_owned(), actual: "exit status 1".to_owned() })]
    fn is_read_back_as_it_was_written(#[case] fault: Fault) {
        let step = "request".to_owned();
        let finding = Finding { check: Check::Body, step, operation: "GetUser".to_owned(), path: String::new(), fault, place: None };
        let text = serde_json::to_string(&finding).expect("JSON");
        assert_eq!(serde_json::from_str::<Finding>(&text).expect("reads back"), finding);
    }
}
