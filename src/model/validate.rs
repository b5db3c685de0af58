//! Judging a request's body as Amazon Cognito does: first its JSON types, then all constraints together.

use std::fmt;

use serde_json::Value;

use super::constraint::{JsonType, Rule};
use super::path::{MemberPath, Segment};
use super::{Model, Shape, ShapeKind, pattern};

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// `SerializationException`: a value of the wrong JSON type; the first one found.
    Serialization(TypeMismatch),
    /// `InvalidParameterException`: every violation, in the model's order.
    Constraints(Vec<Violation>),
}

impl fmt::Display for Refusal {
    /// The text of the service's message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Serialization(mismatch) => mismatch.fmt(f),
            Refusal::Constraints(violations) => {
                let (count, plural) = (violations.len(), if violations.len() == 1 { "" } else { "s" });
                let texts: Vec<_> = violations.iter().map(Violation::to_string).collect();
                write!(f, "{count} validation error{plural} detected: {}", texts.join("; "))
            }
        }
    }
}

/// A value of the wrong JSON type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeMismatch {
    /// Where it stands; empty for the body itself.
    pub path: MemberPath,
    /// What the model has there.
    pub expected: JsonType,
    /// What was sent.
    pub found: JsonType,
}

impl fmt::Display for TypeMismatch {
    /// The texts that were seen, each for the types it was seen with and the like; the service's wording varies by year.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.expected, self.found) {
            (JsonType::Map, _) => "Expected map or null",
            (JsonType::Object | JsonType::Array, _) => "Unexpected field type",
            (_, JsonType::Object) => "Start of structure or map found where not expected.",
            (_, JsonType::Array) => "Start of list found where not expected.",
            (JsonType::String, JsonType::Number) => {
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"
            }
            (JsonType::String, _) => "class java.lang.Boolean can not be converted to an String",
            _ => "Unexpected field type",
        })
    }
}

/// A constraint that a value does not satisfy. Never holds a sensitive value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where the value stands, as sent: `MFAOptions[0].DeliveryMedium`. For an element of a list of plain values, the list.
    pub path: MemberPath,
    /// The rule that is broken; the first one for a list of plain values.
    pub rule: Rule,
    /// The value as messages show it; none when it is sensitive.
    shown: Option<String>,
    demand: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, demand) = (self.path.in_message(), &self.demand);
        match &self.shown {
            Some(value) => write!(f, "Value {value} at '{at}' failed to satisfy constraint: {demand}"),
            None => write!(f, "Value at '{at}' failed to satisfy constraint: {demand}"),
        }
    }
}

impl Model {
    /// Judges the body of a request. Members that the model does not have are ignored, null counts as absent, and an
    /// operation that is not in the model demands nothing.
    ///
    /// # Errors
    ///
    /// The refusal of the service: its text is the `Display` of [`Refusal`].
    pub fn check_input(&self, operation: &str, input: &Value) -> Result<(), Refusal> {
        let Some(facts) = self.operation(operation) else {
            return Ok(());
        };
        if !input.is_object() {
            return Err(Refusal::Serialization(mismatch(&MemberPath::default(), JsonType::Object, input)));
        }
        self.check_types(&facts.input, input, &MemberPath::default()).map_err(Refusal::Serialization)?;
        let mut judge = Judge { model: self, violations: Vec::new() };
        judge.contents(&facts.input, input, &MemberPath::default(), false);
        if judge.violations.is_empty() { Ok(()) } else { Err(Refusal::Constraints(judge.violations)) }
    }

    fn check_types(&self, name: &str, value: &Value, path: &MemberPath) -> Result<(), TypeMismatch> {
        let Some(shape) = self.shape(name).filter(|_| !value.is_null()) else {
            return Ok(());
        };
        let expected = JsonType::of(&shape.kind);
        if !fits(expected, value) {
            return Err(mismatch(path, expected, value));
        }
        for (segment, child, value) in children(&shape.kind, value) {
            self.check_types(child, value, &path.join(segment))?;
        }
        Ok(())
    }
}

fn fits(expected: JsonType, value: &Value) -> bool {
    let found = found(value);
    expected == JsonType::Any || found == expected || (expected, found) == (JsonType::Map, JsonType::Object)
}

fn mismatch(path: &MemberPath, expected: JsonType, value: &Value) -> TypeMismatch {
    TypeMismatch { path: path.clone(), expected, found: found(value) }
}

fn found(value: &Value) -> JsonType {
    match value {
        Value::Null => JsonType::Any,
        Value::Bool(_) => JsonType::Boolean,
        Value::Number(_) => JsonType::Number,
        Value::String(_) => JsonType::String,
        Value::Array(_) => JsonType::Array,
        Value::Object(_) => JsonType::Object,
    }
}

/// What a value contains that the model knows: where, of which shape, and the value.
fn children<'a>(kind: &'a ShapeKind, value: &'a Value) -> Vec<(Segment, &'a str, &'a Value)> {
    match (kind, value) {
        (ShapeKind::Structure { members, .. }, Value::Object(sent)) => members
            .iter()
            .filter_map(|(name, member)| Some((Segment::Member(name.clone()), member.shape.as_str(), sent.get(name)?)))
            .collect(),
        (ShapeKind::List { member, .. }, Value::Array(items)) => {
            items.iter().enumerate().map(|(index, item)| (Segment::Index(index), member.as_str(), item)).collect()
        }
        (ShapeKind::Map { value: shape, .. }, Value::Object(entries)) => {
            entries.iter().map(|(key, entry)| (Segment::Key(key.clone()), shape.as_str(), entry)).collect()
        }
        _ => Vec::new(),
    }
}

struct Judge<'a> {
    model: &'a Model,
    violations: Vec<Violation>,
}

impl Judge<'_> {
    fn value(&mut self, name: &str, value: &Value, path: &MemberPath, hidden: bool) {
        let Some(shape) = self.model.shape(name).filter(|_| !value.is_null()) else {
            return;
        };
        let hidden = hidden || shape.sensitive;
        for rule in shape.kind.rules().into_iter().filter(|rule| breaks(rule, &shape.kind, value)) {
            let demand = format!("Member must {rule}");
            self.push(path, rule, (!hidden).then(|| quoted(value)), demand);
        }
        self.contents(name, value, path, hidden);
    }

    fn contents(&mut self, name: &str, value: &Value, path: &MemberPath, hidden: bool) {
        let Some(shape) = self.model.shape(name) else {
            return;
        };
        match &shape.kind {
            ShapeKind::Structure { members, .. } => {
                for (name, member) in members {
                    let path = path.join(Segment::Member(name.clone()));
                    match value.get(name).filter(|value| !value.is_null()) {
                        Some(value) => self.value(&member.shape, value, &path, hidden),
                        None if member.required => self.absent(&member.shape, &path, hidden),
                        None => {}
                    }
                }
            }
            ShapeKind::List { member, .. } if self.is_plain(member) => {
                self.plain(member, children(&shape.kind, value), "Member", value, path, hidden);
            }
            ShapeKind::Map { key, value: entry, .. } => self.map(key, entry, shape, value, path, hidden),
            kind => {
                for (segment, child, value) in children(kind, value) {
                    self.value(child, value, &path.join(segment), hidden);
                }
            }
        }
    }

    fn map(&mut self, key: &str, entry: &str, shape: &Shape, value: &Value, path: &MemberPath, hidden: bool) {
        let keys: Vec<_> = value.as_object().into_iter().flatten().map(|(key, _)| Value::from(key.as_str())).collect();
        let of_keys = keys.iter().map(|text| (Segment::Index(0), key, text)).collect();
        self.plain(key, of_keys, "Map keys", value, path, hidden);
        let entries = children(&shape.kind, value);
        if self.is_plain(entry) {
            self.plain(entry, entries, "Map value", value, path, hidden);
        } else {
            entries.into_iter().for_each(|(segment, child, value)| self.value(child, value, &path.join(segment), hidden));
        }
    }

    /// Plain values inside a list or map are answered for together: the whole container is shown, with all of their rules.
    fn plain(&mut self, shape: &str, items: Vec<(Segment, &str, &Value)>, who: &str, container: &Value, path: &MemberPath, hidden: bool) {
        let Some(shape) = self.model.shape(shape) else {
            return;
        };
        let rules = shape.kind.rules();
        let broken = |rule: &&Rule| items.iter().any(|(_, _, item)| !item.is_null() && breaks(rule, &shape.kind, item));
        let Some(first) = rules.iter().find(broken) else {
            return;
        };
        let all: Vec<_> = rules.iter().map(|rule| format!("Member must {rule}")).collect();
        let shown = (!hidden && !shape.sensitive).then(|| quoted(container));
        self.push(path, first.clone(), shown, format!("{who} must satisfy constraint: [{}]", all.join(", ")));
    }

    fn is_plain(&self, shape: &str) -> bool {
        let container = |shape: &Shape| matches!(shape.kind, ShapeKind::Structure { .. } | ShapeKind::List { .. } | ShapeKind::Map { .. });
        self.model.shape(shape).is_some_and(|shape| !container(shape))
    }

    fn absent(&mut self, shape: &str, path: &MemberPath, hidden: bool) {
        let hidden = hidden || self.model.shape(shape).is_some_and(|shape| shape.sensitive);
        self.push(path, Rule::Required, (!hidden).then(|| "null".to_owned()), "Member must not be null".to_owned());
    }

    fn push(&mut self, path: &MemberPath, rule: Rule, shown: Option<String>, demand: String) {
        self.violations.push(Violation { path: path.clone(), rule, shown, demand });
    }
}

fn breaks(rule: &Rule, kind: &ShapeKind, value: &Value) -> bool {
    match rule {
        Rule::MinLength(min) => size(kind, value).is_some_and(|size| size < *min),
        Rule::MaxLength(max) => size(kind, value).is_some_and(|size| size > *max),
        Rule::MinItems(min) => size(kind, value).is_some_and(|size| size < *min),
        Rule::MaxItems(max) => size(kind, value).is_some_and(|size| size > *max),
        Rule::Pattern(pattern) => value.as_str().is_some_and(|text| !pattern::matches(pattern, text)),
        Rule::Enum(values) => value.as_str().is_some_and(|text| !values.iter().any(|allowed| allowed == text)),
        Rule::Min(min) => value.as_f64().is_some_and(|number| number.trunc() < *min as f64),
        Rule::Max(max) => value.as_f64().is_some_and(|number| number.trunc() > *max as f64),
        // Seen to before any constraint is looked at.
        Rule::Required | Rule::Type(_) => false,
    }
}

/// Characters of text, bytes of a blob, elements of a container.
fn size(kind: &ShapeKind, value: &Value) -> Option<u64> {
    let size = match (kind, value) {
        (ShapeKind::Blob { .. }, Value::String(text)) => text.trim_end_matches('=').len() * 3 / 4,
        (_, Value::String(text)) => text.chars().count(),
        (_, Value::Array(items)) => items.len(),
        (_, Value::Object(entries)) => entries.len(),
        _ => return None,
    };
    u64::try_from(size).ok()
}

fn quoted(value: &Value) -> String {
    format!("'{}'", java(value))
}

/// A value as Java prints it.
fn java(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", list(items.iter().map(java).collect())),
        Value::Object(entries) => {
            format!("{{{}}}", list(entries.iter().map(|(key, value)| format!("{key}={}", java(value))).collect()))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn message(operation: &str, input: &Value) -> String {
        Model::embedded().check_input(operation, input).expect_err("the input is wrong").to_string()
    }

    #[rstest]
    #[case("AdminConfirmSignUp", json!({ "UserPoolId": "YOUR_USER_POOL_ID!", "Username": "u" }),
        r"1 validation error detected: Value 'YOUR_USER_POOL_ID!' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+")]
    #[case("UpdateUserAttributes", json!({ "AccessToken": "", "UserAttributes": [] }),
        "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+")]
    #[case("SetUserPoolMfaConfig", json!({ "UserPoolId": "us-east-1_a", "MfaConfiguration": "false" }),
        "1 validation error detected: Value 'false' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]")]
    #[case("UpdateUserAttributes", json!({ "AccessToken": "a", "UserAttributes": [{ "Value": "x" }] }),
        "1 validation error detected: Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null")]
    #[case("SetUserSettings", json!({ "AccessToken": "a", "MFAOptions": [{ "DeliveryMedium": "FAX" }] }),
        "1 validation error detected: Value 'FAX' at 'mFAOptions.1.member.deliveryMedium' failed to satisfy constraint: Member must satisfy enum value set: [EMAIL, SMS]")]
    #[case("SetUserSettings", json!({ "MFAOptions": null }),
        "2 validation errors detected: Value at 'accessToken' failed to satisfy constraint: Member must not be null; Value null at 'mFAOptions' failed to satisfy constraint: Member must not be null")]
    #[case("UpdateUserPoolClient", json!({ "UserPoolId": "us-east-1_a", "ClientId": "c", "CallbackURLs": ["a b", "c"] }),
        r"1 validation error detected: Value '[a b, c]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]")]
    #[case("ListResourceServers", json!({ "UserPoolId": "us-east-1_a", "MaxResults": 0 }),
        "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    fn constraint_messages_are_the_ones_that_were_seen(#[case] operation: &str, #[case] input: Value, #[case] expected: &str) {
        assert_eq!(message(operation, &input), expected);
    }

    #[rstest]
    #[case("ConfirmForgotPassword", json!({ "ConfirmationCode": {} }), "ConfirmationCode",
        "Start of structure or map found where not expected.")]
    #[case("InitiateAuth", json!({ "AuthParameters": "x" }), "AuthParameters", "Expected map or null")]
    #[case("CreateManagedLoginBranding", json!({ "Assets": "x" }), "Assets", "Unexpected field type")]
    #[case("SetUserSettings", json!({ "MFAOptions": [{ "DeliveryMedium": 1 }] }), "MFAOptions[0].DeliveryMedium",
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String")]
    #[case("GetUser", json!([]), "", "Unexpected field type")]
    fn a_wrong_type_comes_before_any_constraint(#[case] operation: &str, #[case] input: Value, #[case] path: &str, #[case] text: &str) {
        let refusal = Model::embedded().check_input(operation, &input).expect_err("a type is wrong");
        let Refusal::Serialization(mismatch) = refusal else { panic!("{refusal:?}") };
        assert_eq!((mismatch.path.to_string().as_str(), mismatch.to_string().as_str()), (path, text));
    }

    #[rstest]
    #[case("GetUser", json!({ "AccessToken": "a.b", "Unknown": 1 }))]
    #[case("ListUsers", json!({ "UserPoolId": "us-east-1_a", "Filter": null }))]
    #[case("ListUsers", json!({ "UserPoolId": "us-east-1_a", "Filter": "ä".repeat(256) }))]
    #[case("CreateManagedLoginBranding", json!({ "UserPoolId": "us-east-1_a", "ClientId": "c", "Settings": "x" }))]
    fn what_the_model_allows_is_accepted(#[case] operation: &str, #[case] input: Value) {
        assert_eq!(Model::embedded().check_input(operation, &input), Ok(()));
    }

    #[test]
    fn a_sensitive_value_is_never_in_the_message() {
        let text = message("ChangePassword", &json!({ "AccessToken": "a", "PreviousPassword": "se cret", "ProposedPassword": "x" }));
        assert!(!text.contains("se cret") && text.contains("previousPassword"), "{text}");
    }
}
