//! Check `headers`: what wire cases claim of the answer's headers.

use serde_json::Value;

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};
use super::matching::matches;

/// Compares the headers that the expectation names. A tool that sent the request shows none.
pub fn check(answer: &Answer<'_>) -> Vec<Finding> {
    if answer.response.shown.is_some() {
        return Vec::new();
    }
    answer
        .expect
        .headers
        .iter()
        .flat_map(|(name, pattern)| {
            let actual = answer.response.header(name).map(|value| Value::String(value.to_owned()));
            matches(pattern, actual.as_ref(), answer.values).into_iter().map(move |mismatch| {
                let fault = Fault::WrongValue { expected: mismatch.expected, actual: mismatch.actual, diff: None };
                answer.finding(Check::Headers, name.clone(), &format!("/headers/{name}"), fault)
            })
        })
        .collect()
}
