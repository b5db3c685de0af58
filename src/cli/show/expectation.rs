//! What must come back, in the words of the case format.

use serde_json::{Map, Value, json};

use super::request::filled;
use crate::case::{Expectation, Message, Pattern, TokenPattern, Verdict};

/// The expectation as one JSON object.
pub(super) fn value(expect: &Expectation) -> Value {
    let mut shown = Map::new();
    match &expect.verdict {
        Verdict::Error(errors) => drop(shown.insert("error".to_owned(), json!(errors))),
        Verdict::Inside => drop(shown.insert("not".to_owned(), "refused as the request before".into())),
        Verdict::Success | Verdict::Status => {}
    }
    if expect.verdict != Verdict::Inside {
        shown.insert("status".to_owned(), json!(expect.status));
    }
    let message = expect.message.as_ref().map(message);
    shown.extend(message.map(|message| ("message".to_owned(), message)));
    shown.extend(expect.body.as_ref().map(|body| ("body".to_owned(), pattern(body))));
    if !expect.headers.is_empty() {
        let headers = expect.headers.iter().map(|(name, value)| (name.clone(), pattern(value)));
        shown.insert("headers".to_owned(), Value::Object(headers.collect()));
    }
    Value::Object(shown)
}

fn message(message: &Message) -> Value {
    match message {
        Message::Exact(text) => text.as_str().into(),
        Message::Regex(regex) => format!("/{}/", regex.as_str()).into(),
    }
}

fn pattern(what: &Pattern) -> Value {
    let list = |patterns: &[Pattern]| patterns.iter().map(pattern).collect::<Value>();
    match what {
        Pattern::Equal(template) => filled(template),
        Pattern::Object(members) => Value::Object(members.iter().map(|(name, value)| (name.clone(), pattern(value))).collect()),
        Pattern::Array(items) => list(items),
        Pattern::Any => "$any".into(),
        Pattern::Absent => "$absent".into(),
        Pattern::Type(kind) => format!("${}", kind.name()).into(),
        Pattern::Matches(regex) => json!({ "$matches": regex.as_str() }),
        Pattern::Length(min, max) => json!({ "$length": [min, max] }),
        Pattern::AnyOrder(items) => json!({ "$any_order": list(items) }),
        Pattern::Contains(items) => json!({ "$contains": list(items) }),
        Pattern::OneOf(items) => json!({ "$one_of": list(items) }),
        Pattern::Not(inner) => json!({ "$not": pattern(inner) }),
        Pattern::Json(inner) => json!({ "$json": pattern(inner) }),
        Pattern::Uuid => "$uuid".into(),
        Pattern::Now => "$now".into(),
        Pattern::Token(token) => json!({ "$token": self::token(token) }),
    }
}

fn token(token: &TokenPattern) -> Value {
    let mut shown = Map::from_iter([("use".to_owned(), token.kind.name().into())]);
    let templates = [("jwks", &token.keys), ("pool", &token.pool), ("expires_in", &token.lifetime), ("advanced", &token.advanced)];
    shown.extend(templates.into_iter().filter_map(|(name, template)| Some((name.to_owned(), filled(template.as_ref()?)))));
    shown.extend(token.header.iter().map(|header| ("header".to_owned(), pattern(header))));
    if !token.named().is_empty() {
        shown.insert("claims".to_owned(), pattern(&token.claims));
    }
    if token.closed {
        shown.insert("closed".to_owned(), true.into());
    }
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(json!({ "a": "$any", "b": { "$length": [1, 2] }, "c": ["$string", 3] }))]
    #[case(json!({ "a": { "$one_of": ["x", "$absent"] }, "b": { "$not": { "$matches": "^a" } } }))]
    fn a_pattern_reads_as_it_was_written(#[case] written: Value) {
        let Ok(compiled) = Pattern::compile(&written) else { panic!("{written} compiles") };
        assert_eq!(pattern(&compiled), written);
    }
}
