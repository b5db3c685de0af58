//! Check `message`: the text of the error. Reported; gates with `--strict`.

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};
use crate::case::Message;

/// Compares the text, but for a final full stop. Only where the error is the expected one: a wrong error has a wrong text anyway.
pub fn check(answer: &Answer<'_>) -> Option<Finding> {
    let expected = answer.expect.message.as_ref()?;
    if super::error::check(answer).is_some() {
        return None;
    }
    let (_, actual) = answer.error();
    let fault = Fault::WrongMessage { expected: expected.written(), actual: actual.clone() };
    (!expected.holds(actual.as_deref().unwrap_or_default())).then(|| answer.finding(Check::Message, "$.message", "/message", fault))
}

impl Message {
    fn holds(&self, actual: &str) -> bool {
        match self {
            Self::Exact(expected) => expected.trim_end_matches('.') == actual.trim_end_matches('.'),
            Self::Regex(regex) => regex.is_match(actual).unwrap_or(false),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Exact(text) => text.clone(),
            Self::Regex(regex) => format!("/{}/", regex.as_str()),
        }
    }
}
