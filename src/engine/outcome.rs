//! How a case ended.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Evidence, Place};
use crate::judge::Finding;

/// How a case ended, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every check held.
    Pass,
    /// A check did not hold.
    Fail,
    /// Failed, and listed as known.
    KnownFailure,
    /// Listed as known, yet it passed.
    UnexpectedPass,
    /// The target does not implement the operation.
    Unsupported,
    /// A fixture, a step before, or the control failed; the cause is named once.
    Blocked,
    /// The target lacks a capability, by name; or the tool that carries the requests does not send this one.
    Skipped,
    /// Nothing was observed: time-out, throttling, transport.
    Indeterminate,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Fail,
        Self::KnownFailure,
        Self::UnexpectedPass,
        Self::Unsupported,
        Self::Blocked,
        Self::Skipped,
        Self::Indeterminate,
    ];

    /// Whether the answer was seen and judged.
    pub fn is_judged(self) -> bool {
        matches!(self, Self::Pass | Self::Fail | Self::KnownFailure | Self::UnexpectedPass)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::KnownFailure => "known-failure",
            Self::UnexpectedPass => "unexpected-pass",
            Self::Unsupported => "unsupported",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
            Self::Indeterminate => "indeterminate",
        })
    }
}

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// Full name: `SetUserSettings::turns_sms_on`.
    pub name: String,
    /// The operation that the case is about.
    pub operation: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Made from the service model rather than written by hand.
    pub generated: bool,
    /// Why the expectation is believed.
    pub evidence: Evidence,
    /// The claim in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Whether a failure turns the run red: by evidence, `--strict`, and which checks failed.
    pub gates: bool,
    /// All that is wrong, gating or not. A passing case may have findings of checks that do not gate.
    pub findings: Vec<Finding>,
    /// Why it did not pass or fail: the missing capability, the cause of the block, the transport error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Names the cause that several cases share (a fixture, a control, an operation); the report says it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The exchanges of the case itself, redacted; fixtures left out.
    pub exchanges: Vec<ShownExchange>,
    /// Where the case stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The entry of the baseline that lists it, or listed it until it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// It passed, but not at the first try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Flaky>,
    /// Time from its first request to its judgement.
    #[serde(with = "seconds", rename = "seconds")]
    #[schemars(with = "f64")]
    pub time: Duration,
}

/// A time as a number of seconds, to the microsecond.
mod seconds {
    use super::Duration;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((time.as_secs_f64() * 1e6).round() / 1e6)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The entry of a baseline that lists a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Known {
    /// Why the failure is known, in the words of who listed it.
    pub reason: String,
    /// Where more is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The day from which on the entry does not count any more, as `2027-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The baseline, as its user named it.
    pub file: String,
    /// Line of the entry, from 1.
    pub line: u32,
}

/// A case that passed, but not at the first try.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flaky {
    /// The try that passed, from 2.
    pub passed_at: u32,
    /// What was wrong at the try before.
    pub findings: Vec<Finding>,
    /// Why nothing was observed at the try before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An exchange as people may see it: secrets replaced, control characters escaped, long bodies cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShownExchange {
    /// The step, as people count: `request`, `before 1`, `then 2`.
    pub step: String,
    /// The operation that was called.
    pub operation: String,
    /// Request body.
    pub request: serde_json::Value,
    /// HTTP status of the answer; left out where a tool sent the request and does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Exit status of the tool that sent the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Headers of the answer.
    pub headers: Vec<(String, String)>,
    /// Body of the answer: JSON, or a string where it is not JSON.
    pub response: serde_json::Value,
}

/// A result without particulars, for tests.
#[cfg(test)]
pub(crate) fn sample(name: &str, outcome: Outcome) -> CaseResult {
    let source = "documented \"API reference\"".parse().expect("evidence reads");
    CaseResult {
        name: name.to_owned(),
        operation: name.split("::").next().unwrap_or(name).to_owned(),
        outcome,
        generated: false,
        evidence: Evidence::new(vec![source], None).expect("one source"),
        about: None,
        gates: true,
        findings: Vec::new(),
        reason: None,
        cause: None,
        exchanges: Vec::new(),
        place: None,
        known: None,
        flaky: None,
        time: Duration::ZERO,
    }
}
