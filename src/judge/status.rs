//! Check `status`: the HTTP status.

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};

/// Compares the status, where it was seen. What another check says better (a refusal where success was due, or the reverse) is left to it.
pub fn check(answer: &Answer<'_>) -> Option<Finding> {
    let (expected, actual) = (&answer.expect.status, answer.response.seen_status()?);
    if expected.is_empty() || expected.contains(&actual) || super::error::is_the_other_way_round(answer) {
        return None;
    }
    Some(answer.finding(Check::Status, "", "/status", Fault::WrongStatus { expected: expected.clone(), actual }))
}
