//! Which expectations can be judged by an answer whose values were normalised.
//!
//! A placeholder tells whether a value is the same as another, and nothing else of it: a pattern or a length that is asked of it
//! cannot be judged. Where it matters this is on the safe side: what is in doubt is neither confirmed nor contradicted.

use serde_json::Value;

use crate::case::{Expectation, JsonType, Pattern, Template, Values};
use crate::judge::{Fault, Finding};
use crate::recording::diff::{has_placeholder, is_number};
use crate::wire::Response;

/// Why an expectation cannot be judged by a recorded answer.
pub(super) fn doubt(expect: &Expectation, response: &Response, values: &Values) -> Option<String> {
    let body = expect.body.as_ref().and_then(|pattern| of(pattern, response.json(), values));
    let header = |name: &str| response.header(name).map(|value| Value::String(value.to_owned()));
    let headers = || expect.headers.iter().find_map(|(name, pattern)| of(pattern, header(name).as_ref(), values));
    body.or_else(headers)
}

fn of(pattern: &Pattern, value: Option<&Value>, values: &Values) -> Option<String> {
    match pattern {
        Pattern::Any | Pattern::Absent => None,
        Pattern::Equal(template) => unknown(template, values),
        Pattern::Object(members) => members.iter().find_map(|(name, pattern)| of(pattern, value.and_then(|value| value.get(name)), values)),
        Pattern::Array(items) => {
            items.iter().enumerate().find_map(|(index, pattern)| of(pattern, value.and_then(|value| value.get(index)), values))
        }
        Pattern::Type(json_type) => value.filter(|value| is_retyped(*json_type, value)).map(|_| hidden()),
        Pattern::Matches(_) | Pattern::Length(..) => value.filter(|value| is_hidden(value)).map(|_| hidden()),
        Pattern::AnyOrder(parts) | Pattern::Contains(parts) | Pattern::OneOf(parts) => {
            parts.iter().find_map(|part| anywhere(part, value, values))
        }
        Pattern::Not(inner) | Pattern::Json(inner) => anywhere(inner, value, values),
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
        Pattern::Type(_) | Pattern::Matches(_) | Pattern::Length(..) => value.filter(|value| holds_hidden(value)).map(|_| hidden()),
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

/// Whether a finding may be about a placeholder rather than about the value that it stands for. One that compares two of them is not:
/// values that are the same have the same one.
pub(super) fn is_in_doubt(finding: &Finding) -> bool {
    match &finding.fault {
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
        of(&Pattern::compile(&pattern).expect("a pattern"), Some(&value), &values).is_some()
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
}
