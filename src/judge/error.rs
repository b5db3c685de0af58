//! Check `error`: whether the request was accepted, and the error type.

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};
use crate::case::Verdict;

/// Compares acceptance and the error type.
pub fn check(answer: &Answer<'_>) -> Option<Finding> {
    let fault = match &answer.expect.verdict {
        Verdict::Success => refused_wrongly(answer),
        Verdict::Error(expected) => wrong_error(answer, expected),
        Verdict::Inside => refused_inside(answer),
        Verdict::Status => None,
    }?;
    Some(answer.finding(Check::Error, "", "/error", fault))
}

/// Success where a refusal was due, or the reverse: then the status is wrong too, and need not be said.
pub fn is_the_other_way_round(answer: &Answer<'_>) -> bool {
    match answer.expect.verdict {
        Verdict::Success => !answer.response.is_success(),
        Verdict::Error(_) => answer.response.is_success(),
        Verdict::Inside | Verdict::Status => false,
    }
}

fn refused_wrongly(answer: &Answer<'_>) -> Option<Fault> {
    let (actual, message) = answer.error();
    let disguised = actual.is_some() && answer.body().get("__type").is_some();
    (!answer.response.is_success() || disguised).then(|| Fault::RefusedWrongly { actual: actual.or_else(|| http(answer)), message })
}

fn wrong_error(answer: &Answer<'_>, expected: &[String]) -> Option<Fault> {
    if answer.response.is_success() {
        return Some(Fault::AcceptedWrongly { expected: expected.to_vec() });
    }
    let (actual, message) = answer.error();
    let right = actual.as_ref().is_some_and(|actual| expected.contains(actual));
    (!right).then(|| Fault::WrongError { expected: expected.to_vec(), actual: actual.or_else(|| http(answer)), message })
}

/// The value keeps the constraint. Refused all the same, in the way of the step before, it was not the constraint that was checked.
fn refused_inside(answer: &Answer<'_>) -> Option<Fault> {
    if answer.response.is_success() {
        return None;
    }
    let (actual, message) = answer.error();
    let outside = answer.previous.map(|response| response.error());
    let differs = outside.is_none_or(|outside| outside.name != actual || outside.message != message);
    let is_refusal = actual.is_some() && (400..500).contains(&answer.response.status);
    let excused = is_refusal && differs && !is_validation(actual.as_deref(), message.as_deref());
    (!excused).then(|| Fault::RefusedInside { actual: actual.or_else(|| http(answer)), message })
}

/// Whether an error says that the request itself is malformed, rather than that the service will not do what it asks.
pub fn is_validation(name: Option<&str>, message: Option<&str>) -> bool {
    let of_the_front_end = matches!(name, Some("SerializationException" | "ValidationException"));
    of_the_front_end || message.is_some_and(|message| message.contains("failed to satisfy constraint"))
}

/// An answer without an error type, in a few words.
fn http(answer: &Answer<'_>) -> Option<String> {
    if let Some(shown) = &answer.response.shown {
        let status = shown.http_status.map_or_else(String::new, |status| format!("HTTP {status}, "));
        return Some(format!("{status}exit status {} without an error type", shown.exit_status));
    }
    let kind = answer.response.header("content-type").unwrap_or("no content type");
    Some(format!("HTTP {} without an error type ({kind})", answer.response.status))
}
