//! What the values of a case's expressions are in a recording: the request that a case writes, laid beside the one that was recorded.

use serde_json::{Map, Value};

use crate::case::{Template, Values};
use crate::recording::diff::has_placeholder;

/// The request is not the one that the case asks now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AsksOtherwise;

/// Keeps what the recorded request tells of the values that the template reads.
pub(super) fn bind(template: &Template, recorded: &Value, values: &mut Values) -> Result<(), AsksOtherwise> {
    match (template, recorded) {
        (Template::Literal(literal), recorded) => same(literal, recorded),
        (Template::Array(items), Value::Array(recorded)) if items.len() == recorded.len() => {
            items.iter().zip(recorded).try_for_each(|(item, recorded)| bind(item, recorded, values))
        }
        (Template::Object(members), Value::Object(recorded)) if members.len() == recorded.len() => {
            members.iter().try_for_each(|(name, member)| bind(member, recorded.get(name).ok_or(AsksOtherwise)?, values))
        }
        (Template::Formula(_), recorded) => match template.path() {
            Some(path) => keep(path, recorded, values),
            // What it reckons varies; so does what is recorded of it.
            None => Ok(()),
        },
        (Template::Text(_), Value::String(_)) => Ok(()),
        _ => Err(AsksOtherwise),
    }
}

/// A literal of the case, which may be secret and then is a placeholder.
fn same(literal: &Value, recorded: &Value) -> Result<(), AsksOtherwise> {
    let hidden = recorded.as_str().is_some_and(has_placeholder);
    if hidden || literal == recorded { Ok(()) } else { Err(AsksOtherwise) }
}

/// Puts a value at a path; one that stands there already must be the same.
fn keep(path: &str, recorded: &Value, values: &mut Values) -> Result<(), AsksOtherwise> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match rest {
        None => match values.get(first) {
            Some(known) if known != recorded => Err(AsksOtherwise),
            Some(_) => Ok(()),
            None => {
                values.insert(first.to_owned(), recorded.clone());
                Ok(())
            }
        },
        Some(rest) => match values.entry(first.to_owned()).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(inner) => keep(rest, recorded, inner),
            _ => Err(AsksOtherwise),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn bound(template: Value, recorded: Value) -> Result<Value, AsksOtherwise> {
        let mut values = Values::new();
        let template = Template::compile(&template).expect("a template");
        bind(&template, &recorded, &mut values).map(|()| Value::Object(values))
    }

    #[rstest]
    #[case(json!({"A": "$user.access_token", "B": 1}), json!({"A": "[access-token:1]", "B": 1}), json!({"user": {"access_token": "[access-token:1]"}}))]
    #[case(json!({"A": "$session", "B": ["$user.n"]}), json!({"A": "x", "B": [3]}), json!({"session": "x", "user": {"n": 3}}))]
    #[case(json!({"P": "secret", "C": "$totp(user.secret)"}), json!({"P": "[password:1]", "C": "[code:1]"}), json!({}))]
    fn values_are_told_by_the_request(#[case] template: Value, #[case] recorded: Value, #[case] values: Value) {
        assert_eq!(bound(template, recorded), Ok(values));
    }

    #[rstest]
    #[case::literal(json!({"A": 1}), json!({"A": 2}))]
    #[case::member(json!({"A": 1}), json!({"B": 1}))]
    #[case::more(json!({"A": 1}), json!({"A": 1, "B": 1}))]
    #[case::two_values(json!({"A": "$user.name", "B": "$user.name"}), json!({"A": "[user:1]", "B": "[user:2]"}))]
    fn another_request_is_told(#[case] template: Value, #[case] recorded: Value) {
        assert_eq!(bound(template, recorded), Err(AsksOtherwise));
    }
}
