//! A step as it would be sent by hand.

use serde_json::Value;

use crate::case::{Action, Step, Template, Wire};
use crate::model::Model;
use crate::wire::{CONTENT_TYPE, TARGET_PREFIX};

/// What one step sends.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// As people count: `request`, `then 2`.
    pub(super) label: String,
    /// The operation, or the side door.
    pub(super) name: String,
    /// `None` where it is not a request of the API but the use of a side door.
    pub(super) http: Option<Http>,
    /// The input, with `<user.access_token>` where only a run knows the value.
    pub(super) input: Value,
}

/// The request of a call on the wire.
#[derive(Debug, Clone)]
pub(super) struct Http {
    pub(super) method: String,
    /// Below the endpoint, of a document; else empty.
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    pub(super) signed: bool,
    /// It departs from what an SDK would send.
    pub(super) odd: bool,
}

impl Http {
    /// Whether it gets a document, for which SDKs have no call.
    pub(super) fn is_document(&self) -> bool {
        !self.path.is_empty()
    }
}

impl Sent {
    /// What a step sends.
    pub(super) fn of(step: &Step) -> Self {
        let input = filled(step.action.input());
        let http = match &step.action {
            Action::Call { operation, wire, .. } => Some(http(operation, wire, &input)),
            Action::Door { .. } => None,
            Action::Get { path, .. } => Some(document(path)),
        };
        Self { label: step.label.clone(), name: step.action.name().to_owned(), http, input }
    }
}

fn document(path: &Template) -> Http {
    let path = match path.written() {
        Value::String(path) => path,
        other => other.to_string(),
    };
    Http { method: "GET".to_owned(), path, headers: Vec::new(), body: String::new(), signed: false, odd: false }
}

fn http(operation: &str, wire: &Wire, input: &Value) -> Http {
    let header = |name, given: &Option<String>, usual: String| {
        let value = given.clone().unwrap_or(usual);
        (!value.is_empty()).then_some((name, value))
    };
    let target = header("X-Amz-Target", &wire.target, format!("{TARGET_PREFIX}.{operation}"));
    let content_type = header("Content-Type", &wire.content_type, CONTENT_TYPE.to_owned());
    let unsigned = Model::embedded().operation(operation).is_some_and(|facts| facts.unsigned);
    Http {
        method: wire.method.clone().unwrap_or_else(|| "POST".to_owned()),
        path: String::new(),
        headers: target.into_iter().chain(content_type).collect(),
        body: wire.body.clone().unwrap_or_else(|| input.to_string()),
        signed: wire.sign.unwrap_or(!unsigned),
        odd: wire.method.is_some() || wire.target.is_some() || wire.content_type.is_some() || wire.body.is_some() || wire.sign.is_some(),
    }
}

/// The value with a placeholder for each expression that is a whole value; inside a longer text an expression stays as it is written.
pub(super) fn filled(template: &Template) -> Value {
    match template {
        Template::Literal(value) => value.clone(),
        Template::Formula(_) => match template.written() {
            Value::String(text) => Value::String(format!("<{}>", text.trim_start_matches('$'))),
            other => other,
        },
        Template::Text(_) => template.written(),
        Template::Array(items) => items.iter().map(filled).collect(),
        Template::Object(members) => Value::Object(members.iter().map(|(name, member)| (name.clone(), filled(member))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_only_a_run_knows_is_a_placeholder() {
        let template = Template::compile(&json!({ "AccessToken": "$user.access_token", "MFAOptions": [{ "DeliveryMedium": "SMS" }] }));
        let filled = filled(&template.expect("compiles"));
        assert_eq!(filled, json!({ "AccessToken": "<user.access_token>", "MFAOptions": [{ "DeliveryMedium": "SMS" }] }));
    }

    #[test]
    fn a_header_can_be_left_out() {
        let http = http("GetUser", &Wire { target: Some(String::new()), ..Wire::default() }, &json!({}));
        assert_eq!(http.headers, [("Content-Type", CONTENT_TYPE.to_owned())]);
        assert!(http.odd && !http.signed);
    }
}
