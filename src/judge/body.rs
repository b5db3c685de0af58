//! Check `body`: the members that the answer must have.

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};
use super::matching::{Mismatch, matches};
use crate::model::Model;

/// Compares the body with the expectation's pattern; one finding for each place that differs.
pub fn check(answer: &Answer<'_>) -> Vec<Finding> {
    let Some(pattern) = &answer.expect.body else { return Vec::new() };
    // A refusal where success was due says nothing about the body.
    if super::error::is_the_other_way_round(answer) {
        return Vec::new();
    }
    if answer.response.json().is_none() {
        // That an operation's answer is JSON is a matter of its shape, which a document has not.
        let found = || format!("{} bytes that are no JSON", answer.response.body.len());
        let is_document = Model::embedded().operation(answer.operation).is_none();
        let finding = is_document.then(|| answer.finding(Check::Body, "$", "/body", Fault::NotJson { found: found() }));
        return finding.into_iter().collect();
    }
    let mismatches = matches(pattern, Some(answer.body()), answer.values);
    mismatches.into_iter().map(|mismatch| finding(answer, mismatch)).collect()
}

fn finding(answer: &Answer<'_>, mismatch: Mismatch) -> Finding {
    let part = format!("/body{}", mismatch.pointer);
    let path = format!("${}", json_path(&mismatch.pointer));
    let fault = Fault::WrongValue { expected: mismatch.expected, actual: mismatch.actual, diff: mismatch.diff };
    answer.finding(Check::Body, path, &part, fault)
}

/// `/MFAOptions/0/DeliveryMedium` as `.MFAOptions[0].DeliveryMedium`.
pub fn json_path(pointer: &str) -> String {
    pointer
        .split('/')
        .skip(1)
        .map(
            |part| {
                if part.parse::<usize>().is_ok() { format!("[{part}]") } else { format!(".{}", part.replace("~1", "/").replace("~0", "~")) }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "")]
    #[case("/A/0/B~1c", ".A[0].B/c")]
    fn writes_pointers_as_paths(#[case] pointer: &str, #[case] path: &str) {
        assert_eq!(json_path(pointer), path);
    }
}
