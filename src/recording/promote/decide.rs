//! Which expectations can be judged by an answer whose values were normalised.
//!
//! A placeholder tells whether a value is the same as another, and nothing else of it: a pattern or a length that is asked of it
//! cannot be judged. Where it matters this is on the safe side: what is in doubt is neither confirmed nor contradicted.

use serde_json::Value;

use crate::case::{Expectation, JsonType, Pattern, Template, Values};
use crate::judge::{Check, Fault, Finding};
use crate::recording::diff::{has_placeholder, is_number};
use crate::wire::Response;

/// A part of an expectation that cannot be judged.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// Where: JSON path into the body, or a header's name, as findings have it.
    path: String,
    /// Why.
    pub(super) reason: String,
}

/// The parts of an expectation that cannot be judged by a recorded answer.
pub(super) fn doubts(expect: &Expectation, response: &Response, values: &Values) -> Vec<Doubt> {
    let mut doubting = Doubting { values, doubts: Vec::new() };
    if let Some(pattern) = &expect.body {
        doubting.at("$", pattern, response.json());
    }
    for (name, pattern) in &expect.headers {
        let value = response.header(name).map(|value| Value::String(value.to_owned()));
        doubting.at(name, pattern, value.as_ref());
    }
    doubting.doubts
}

struct Doubting<'v> {
    values: &'v Values,
    doubts: Vec<Doubt>,
}

impl Doubting<'_> {
    fn at(&mut self, path: &str, pattern: &Pattern, value: Option<&Value>) {
        let reason = match pattern {
            Pattern::Any | Pattern::Absent => None,
            Pattern::Equal(template) => unknown(template, self.values),
            Pattern::Object(members) => {
                for (name, pattern) in members {
                    self.at(&format!("{path}.{name}"), pattern, value.and_then(|value| value.get(name)));
                }
                None
            }
            Pattern::Array(items) => {
                for (index, pattern) in items.iter().enumerate() {
                    self.at(&format!("{path}[{index}]"), pattern, value.and_then(|value| value.get(index)));
                }
                None
            }
            Pattern::Type(json_type) => value.filter(|value| is_retyped(*json_type, value)).map(|_| hidden()),
            Pattern::Matches(_) | Pattern::Length(..) | Pattern::Uuid | Pattern::Now | Pattern::Token(_) => {
                value.filter(|value| is_hidden(value)).map(|_| hidden())
            }
            Pattern::AnyOrder(parts) | Pattern::Contains(parts) | Pattern::OneOf(parts) => {
                parts.iter().find_map(|part| anywhere(part, value, self.values))
            }
            Pattern::Not(inner) | Pattern::Json(inner) => anywhere(inner, value, self.values),
        };
        self.doubts.extend(reason.map(|reason| Doubt { path: path.to_owned(), reason }));
    }
}

/// Of a pattern that is laid beside several values, or beside text: whether any part of it asks for more than is known.
fn anywhere(pattern: &Pattern, value: Option<&Value>, values: &Values) -> Option<String> {
    let all = |parts: &[Pattern]| parts.iter().find_map(|part| anywhere(part, value, values));
    match pattern {
        Pattern::Any | Pattern::Absent => None,
        Pattern::Equal(template) => unknown(template, values),
        Pattern::Object(members) => members.iter().find_map(|(_, part)| anywhere(part, value, values)),
        Pattern::Array(parts) | Pattern::AnyOrder(parts) | Pattern::Contains(parts) | Pattern::OneOf(parts) => all(parts),
        Pattern::Not(inner) | Pattern::Json(inner) => anywhere(inner, value, values),
        Pattern::Type(_) | Pattern::Matches(_) | Pattern::Length(..) | Pattern::Uuid | Pattern::Now | Pattern::Token(_) => {
            value.filter(|value| holds_hidden(value)).map(|_| hidden())
        }
    }
}

/// A value that an expression reads and the recording does not tell.
fn unknown(template: &Template, values: &Values) -> Option<String> {
    let written = || template.written().to_string();
    if template.reckons() {
        return Some(format!("it reckons {} from values that are not recorded", written()));
    }
    template.evaluate(values).is_err().then(|| format!("the recording does not tell {}", written()))
}

fn hidden() -> String {
    "it asks for the form of a value that is not recorded".to_owned()
}

/// What stands for a number looks like a text here.
fn is_retyped(json_type: JsonType, value: &Value) -> bool {
    matches!(json_type, JsonType::Number | JsonType::String) && value.as_str().is_some_and(is_number)
}

fn is_hidden(value: &Value) -> bool {
    value.as_str().is_some_and(has_placeholder)
}

/// Whether a value has a placeholder anywhere in it.
fn holds_hidden(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_hidden),
        Value::Object(members) => members.values().any(holds_hidden),
        other => is_hidden(other),
    }
}

/// Whether a finding is about what cannot be judged, or about a placeholder rather than about the value that it stands for. One that
/// compares two of them is not: values that are the same have the same one.
pub(super) fn is_in_doubt(finding: &Finding, doubts: &[Doubt]) -> bool {
    let is_below = |path: &str| finding.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    match &finding.fault {
        _ if matches!(finding.check, Check::Body | Check::Headers) && doubts.iter().any(|doubt| is_below(&doubt.path)) => true,
        Fault::WrongValue { expected, actual: Some(actual), .. } => holds_hidden(actual) && !has_placeholder(expected),
        Fault::WrongMessage { actual: Some(actual), .. } => has_placeholder(actual),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn doubtful(pattern: Value, value: Value) -> bool {
        let Value::Object(values) = json!({"user": {"name": "[user:1]"}}) else { unreachable!() };
        let mut doubting = Doubting { values: &values, doubts: Vec::new() };
        doubting.at("$", &Pattern::compile(&pattern).expect("a pattern"), Some(&value));
        !doubting.doubts.is_empty()
    }

    #[rstest]
    #[case(json!({"A": "$any", "B": "$absent", "C": 1}), json!({"A": "[sub:1]", "C": 1}), false)]
    #[case(json!({"A": "$user.name"}), json!({"A": "[user:2]"}), false)]
    #[case(json!({"A": "$user.sub"}), json!({"A": "[sub:1]"}), true)]
    #[case(json!({"A": "$claim(user.name, \"sub\")"}), json!({"A": "[sub:1]"}), true)]
    #[case(json!({"A": {"$matches": "^[A-Z2-7]+$"}}), json!({"A": "[totp-secret:1]"}), true)]
    #[case(json!({"A": {"$matches": "^[A-Z2-7]+$"}}), json!({"A": "ABC"}), false)]
    #[case(json!({"A": {"$length": [20, 4096]}}), json!({"A": "[session:1]"}), true)]
    #[case(json!({"A": "$number"}), json!({"A": "[time]"}), true)]
    #[case(json!({"A": "$string"}), json!({"A": "[time]"}), true)]
    #[case(json!({"A": "$string"}), json!({"A": "[session:1]"}), false)]
    #[case(json!({"A": {"$one_of": ["$absent", {"$length": [0, 5]}]}}), json!({"A": "[session:1]"}), true)]
    #[case(json!({"A": {"$contains": [{"Name": "sub", "Value": "$any"}]}}), json!({"A": [{"Name": "sub", "Value": "[sub:1]"}]}), false)]
    #[case(json!({"A": {"$contains": [{"Name": "sub", "Value": {"$matches": "-"}}]}}), json!({"A": [{"Name": "sub", "Value": "[sub:1]"}]}), true)]
    #[case(json!({"A": {"$not": "$user.name"}}), json!({"A": "[user:2]"}), false)]
    fn only_what_a_placeholder_tells_can_be_judged(#[case] pattern: Value, #[case] value: Value, #[case] expected: bool) {
        assert_eq!(doubtful(pattern, value), expected);
    }

    #[rstest]
    #[case::a_doubtful_member("$.A", json!("[session:1]"), "a length from 20 to 30", true)]
    #[case::inside_it("$.A[0].B", json!("x"), "\"y\"", true)]
    #[case::another_member("$.AB", json!([]), "no such member", false)]
    #[case::a_literal_beside_a_placeholder("$.C", json!("[user:1]"), "\"ann\"", true)]
    #[case::two_placeholders("$.C", json!("[user:1]"), "\"[user:2]\"", false)]
    fn what_is_beyond_doubt_counts(#[case] path: &str, #[case] actual: Value, #[case] expected: &str, #[case] doubtful: bool) {
        let fault = Fault::WrongValue { expected: expected.to_owned(), actual: Some(actual), diff: None };
        let (step, operation) = ("request".to_owned(), "GetUser".to_owned());
        let finding = Finding { check: Check::Body, step, operation, path: path.to_owned(), fault, place: None };
        let doubts = [Doubt { path: "$.A".to_owned(), reason: hidden() }];
        assert_eq!(is_in_doubt(&finding, &doubts), doubtful);
    }
}
