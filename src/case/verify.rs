//! Names in case files, checked against the service model.

use serde_json::Value;

use super::document::pointer;
use super::problem::{Page, did_you_mean};
use super::steps::is_operation;
use crate::model::{Model, ShapeKind};

/// Errors of the protocol's own, which the model lists for no operation.
const COMMON_ERRORS: [&str; 8] = [
    "SerializationException",
    "UnknownOperationException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "IncompleteSignatureException",
    "AccessDeniedException",
    "ExpiredTokenException",
];

/// Notes an operation that does not exist.
pub fn operation(page: &Page<'_>, at: &str, name: &str) {
    if !is_operation(name) {
        let help = Model::embedded().suggest_operation(name).map(|near| format!("did you mean `{near}`?"));
        page.value(at, format!("there is no operation `{name}`"), help);
    }
}

/// Notes errors that the operation does not have.
pub fn errors(page: &Page<'_>, at: &str, names: &[String], operation: &str) {
    let Some(facts) = Model::embedded().operation(operation) else { return };
    for name in names {
        let known = facts.errors.iter().map(String::as_str).chain(COMMON_ERRORS);
        if !known.clone().any(|known| known == name) {
            page.value(at, format!("`{operation}` has no error `{name}`"), did_you_mean(name, known));
        }
    }
}

/// Notes members of a request that the operation does not have.
pub fn request(page: &Page<'_>, at: &str, operation: &str, value: &Value) {
    if let Some(facts) = Model::embedded().operation(operation) {
        members(page, at, &facts.input, value);
    }
}

/// Notes members of an expected answer that the operation does not have.
pub fn answer(page: &Page<'_>, at: &str, operation: &str, value: &Value) {
    let Some(facts) = Model::embedded().operation(operation) else { return };
    match &facts.output {
        Some(output) => members(page, at, output, value),
        None if value.as_object().is_some_and(|members| !members.is_empty()) => {
            page.value(at, format!("the answer of `{operation}` has no members"), None);
        }
        None => {}
    }
}

/// Walks a value along its shape. Expressions and matchers stand for anything.
fn members(page: &Page<'_>, at: &str, shape: &str, value: &Value) {
    let Some(facts) = Model::embedded().shape(shape) else { return };
    match (&facts.kind, value) {
        (ShapeKind::Structure { members: known, .. }, Value::Object(given)) => {
            for (name, value) in given.iter().filter(|(name, _)| !name.starts_with('$')) {
                let here = pointer(at, name);
                match known.get(name) {
                    Some(member) => members(page, &here, &member.shape, value),
                    None => {
                        let help = did_you_mean(name, known.keys().map(String::as_str));
                        page.key(&here, format!("`{shape}` has no member `{name}`"), help);
                    }
                }
            }
        }
        (ShapeKind::List { member, .. }, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                members(page, &pointer(at, &index.to_string()), member, item);
            }
        }
        _ => {}
    }
}
