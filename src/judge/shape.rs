//! Check `shape`: what the service model says of the answer, on every exchange, unasked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::Validator;

use super::answer::Answer;
use super::body::json_path;
use super::finding::{Check, Fault, Finding};
use crate::case::Verdict;
use crate::model::Model;

/// Everything about the answer that is not of the modelled shape.
pub fn check(answer: &Answer<'_>) -> Vec<Finding> {
    let Some(body) = answer.response.json() else { return vec![not_json(answer)] };
    if !body.is_object() {
        return vec![not_json(answer)];
    }
    if answer.response.is_success() && !was_to_be_refused(answer) { success(answer) } else { Vec::new() }
}

/// A server that accepts a request with something impossible in it will show it again. That it accepted is told where it was asked;
/// its answers to possible requests may be in order.
fn was_to_be_refused(answer: &Answer<'_>) -> bool {
    matches!(answer.expect.verdict, Verdict::Error(_))
}

fn not_json(answer: &Answer<'_>) -> Finding {
    let kind = answer.response.header("content-type").unwrap_or("no content type");
    let cut = if answer.response.truncated { ", longer than 4 MiB" } else { "" };
    let found = format!("{} bytes that are no JSON object ({kind}{cut}), status {}", answer.response.body.len(), answer.response.status);
    answer.finding_at(Check::Shape, "$", None, Fault::NotJson { found })
}

fn success(answer: &Answer<'_>) -> Vec<Finding> {
    let Some(validator) = validator(answer.operation) else { return Vec::new() };
    let errors = validator.iter_errors(answer.body());
    errors
        .map(|error| {
            let path = format!("${}", json_path(error.instance_path().as_str()));
            let fault = Fault::WrongShape { expected: words(&error), actual: error.instance().clone().into_owned() };
            answer.finding_at(Check::Shape, path, None, fault)
        })
        .collect()
}

/// The rule that is broken. The instance itself is told apart from it, as what came.
fn words(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => format!("no member that the model lacks; it lacks {}", unexpected.join(", ")),
        Kind::Required { property } => format!("the member {property}"),
        Kind::Enum { options } => format!("one of {options}"),
        Kind::Pattern { pattern } => format!("text that matches {pattern}"),
        Kind::MaxLength { limit } => format!("at most {limit} characters"),
        Kind::MinLength { limit } => format!("at least {limit} characters"),
        Kind::Type { kind } => match kind {
            jsonschema::error::TypeKind::Single(kind) => format!("a value of type {kind}"),
            jsonschema::error::TypeKind::Multiple(_) => "a value of another type".to_owned(),
        },
        other => format!("a value that satisfies `{}`", other.keyword()),
    }
}

/// Compiled once for each operation.
fn validator(operation: &str) -> Option<Arc<Validator>> {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, Arc<Validator>>>> = OnceLock::new();
    let model = Model::embedded();
    model.operation(operation)?;
    let mut validators = VALIDATORS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = validators.get(operation) {
        return Some(known.clone());
    }
    let compiled = Arc::new(jsonschema::validator_for(&model.response_schema(operation)).ok()?);
    validators.insert(operation.to_owned(), compiled.clone());
    Some(compiled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Expectation, Values};
    use crate::wire::Response;
    use rstest::rstest;

    #[rstest]
    #[case::accepted(Verdict::Success, 1)]
    #[case::accepted_though_it_was_to_be_refused(Verdict::Error(vec!["SerializationException".to_owned()]), 0)]
    fn an_echo_of_the_impossible_is_no_fault_of_its_own(#[case] verdict: Verdict, #[case] findings: usize) {
        let response = Response::new(200, Vec::new(), br#"{"SoftwareTokenMfaConfiguration": {"Enabled": {}}}"#.to_vec(), false);
        let (expect, values) = (Expectation { verdict, ..Expectation::success() }, Values::default());
        let (step, operation) = ("request", "SetUserPoolMfaConfig");
        let answer = Answer { step, operation, expect: &expect, response: &response, values: &values, previous: None };
        assert_eq!(check(&answer).len(), findings);
    }
}
