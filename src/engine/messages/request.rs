//! What of a request decides whether a message is sent. An expression may be anything.

use serde_json::Value;

use super::Media;

/// A text member.
pub fn literal<'v>(input: &'v Value, member: &str) -> Option<&'v str> {
    input.get(member).and_then(Value::as_str)
}

/// A member's elements; none where it is no list. An expression counts as one element.
pub fn list<'v>(input: &'v Value, member: &str) -> Vec<&'v Value> {
    match input.get(member) {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(expression @ Value::String(_)) => vec![expression],
        _ => Vec::new(),
    }
}

/// The texts at a pointer.
pub fn texts<'v>(input: &'v Value, pointer: &str) -> Vec<&'v str> {
    match input.pointer(pointer) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(expression)) => vec![expression],
        _ => Vec::new(),
    }
}

/// Whether a value says no.
pub fn off(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false)) || value == "false"
}

/// Whether a block of settings turns its factor on.
pub fn turns_on(input: &Value, block: &str) -> bool {
    match input.get(block) {
        Some(Value::Object(settings)) => settings.get("Enabled").is_some_and(|enabled| !off(enabled)),
        Some(other) => !off(other),
        None => false,
    }
}

/// Where the attributes of a request reach their user.
pub struct Attributes {
    /// All of them.
    pub reached: Media,
    /// Those that are not said to be verified.
    pub unverified: Media,
}

/// The attributes that a request sets.
pub fn attributes(input: &Value) -> Attributes {
    let all = list(input, "UserAttributes");
    if all.iter().any(|attribute| attribute.is_string()) {
        return Attributes { reached: Media::BOTH, unverified: Media::BOTH };
    }
    let named = || all.iter().filter_map(|attribute| Some((literal(attribute, "Name")?, attribute.get("Value")?)));
    let is_verified = |name: &str| named().any(|(other, value)| other.strip_suffix("_verified") == Some(name) && value == "true");
    let names = |verified_too: bool| {
        let given = named().filter(|(_, value)| **value != "").map(|(name, _)| name);
        Media::of(given.filter(|name| verified_too || !is_verified(name)).collect::<Vec<_>>())
    };
    Attributes { reached: names(true), unverified: names(false) }
}

/// The factor that an answer chooses.
pub fn medium_of_answer(input: &Value) -> Media {
    match input.pointer("/ChallengeResponses/ANSWER").and_then(Value::as_str) {
        Some("SMS_MFA" | "SMS_OTP") => Media { sms: true, email: false },
        Some("EMAIL_OTP") => Media { sms: false, email: true },
        Some(answer) if answer.contains('$') => Media::BOTH,
        _ => Media::default(),
    }
}

/// Values of attributes by which a user can be called.
pub fn aliases(input: &Value) -> impl Iterator<Item = &str> {
    let named = list(input, "UserAttributes").into_iter();
    let alias = |attribute: &&Value| matches!(literal(attribute, "Name"), Some("email" | "phone_number" | "preferred_username"));
    named.filter(alias).filter_map(|attribute| literal(attribute, "Value"))
}
