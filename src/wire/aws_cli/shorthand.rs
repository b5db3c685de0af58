//! Values in the shorthand syntax of the AWS CLI: `DeliveryMedium=SMS,AttributeName=phone_number`.
//!
//! What the syntax cannot say beyond doubt is left to JSON: there is no need to escape anything.

use serde_json::{Map, Value};

use crate::model::{Model, ShapeKind};

/// Longest text that is put on a command line; systems allow more, but nobody could read it.
const LONGEST: usize = 2048;

/// The words after the option of a member of that shape; `None` where the value is better said in JSON.
pub(super) fn words(model: &Model, shape: &str, value: &Value) -> Option<Vec<String>> {
    match (&model.shape(shape)?.kind, value) {
        (ShapeKind::String { .. }, Value::String(text)) => Some(vec![alone(text)?.to_owned()]),
        (ShapeKind::Integer { .. } | ShapeKind::Long { .. }, Value::Number(number)) => Some(vec![whole(number)?]),
        (ShapeKind::List { member, .. }, Value::Array(items)) if !items.is_empty() => {
            items.iter().map(|item| item_alone(model, member, item)).collect()
        }
        (ShapeKind::Structure { .. } | ShapeKind::Map { .. }, Value::Object(_)) => Some(vec![pairs_alone(model, shape, value)?]),
        _ => None,
    }
}

/// An element of a list that is an option's value.
fn item_alone(model: &Model, shape: &str, value: &Value) -> Option<String> {
    match (&model.shape(shape)?.kind, value) {
        (ShapeKind::String { .. }, Value::String(text)) => alone(text).map(str::to_owned),
        (ShapeKind::Structure { .. } | ShapeKind::Map { .. }, Value::Object(_)) => pairs_alone(model, shape, value),
        _ => None,
    }
}

/// A structure or a map that is an option's value. An empty one cannot be said.
fn pairs_alone(model: &Model, shape: &str, value: &Value) -> Option<String> {
    pairs(model, shape, value.as_object()?).filter(|text| !text.is_empty() && text.len() <= LONGEST)
}

fn pairs(model: &Model, shape: &str, members: &Map<String, Value>) -> Option<String> {
    let of_member = |name: &str| match &model.shape(shape)?.kind {
        ShapeKind::Structure { members, .. } => members.get(name).map(|member| member.shape.as_str()),
        ShapeKind::Map { value, .. } => Some(value.as_str()),
        _ => None,
    };
    let pair = |(name, value): (&String, &Value)| Some(format!("{}={}", key(name)?, inner(model, of_member(name)?, value)?));
    Some(members.iter().map(pair).collect::<Option<Vec<_>>>()?.join(","))
}

/// A value inside a structure, a map or a list.
fn inner(model: &Model, shape: &str, value: &Value) -> Option<String> {
    match (&model.shape(shape)?.kind, value) {
        (ShapeKind::String { .. }, Value::String(text)) => quoted(text),
        (ShapeKind::Integer { .. } | ShapeKind::Long { .. }, Value::Number(number)) => whole(number),
        (ShapeKind::Boolean, Value::Bool(flag)) => Some(flag.to_string()),
        (ShapeKind::List { member, .. }, Value::Array(items)) => {
            let items = items.iter().map(|item| inner(model, member, item)).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(",")))
        }
        (ShapeKind::Structure { .. } | ShapeKind::Map { .. }, Value::Object(members)) => {
            Some(format!("{{{}}}", pairs(model, shape, members)?))
        }
        _ => None,
    }
}

/// A text that is a whole word of the command line: it must not look like an option, like JSON, or like a file or page to read.
fn alone(text: &str) -> Option<&str> {
    let looks_otherwise = text.starts_with(['-', '[', '{']) || text.contains("://");
    (!text.is_empty() && text.len() <= LONGEST && is_printable(text) && !looks_otherwise).then_some(text)
}

fn quoted(text: &str) -> Option<String> {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "+-./:@_".contains(letter);
    if !text.is_empty() && text.chars().all(is_bare) {
        return Some(text.to_owned());
    }
    (is_printable(text) && !text.contains(['\'', '\\'])).then(|| format!("'{text}'"))
}

fn key(name: &str) -> Option<&str> {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "-_.#/:".contains(letter);
    (!name.is_empty() && name.chars().all(is_bare)).then_some(name)
}

/// How other letters reach a program depends on the system's settings.
fn is_printable(text: &str) -> bool {
    text.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic())
}

fn whole(number: &serde_json::Number) -> Option<String> {
    number.as_i64().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn said(shape: &str, value: &Value) -> Option<String> {
        words(Model::embedded(), shape, value).map(|words| words.join(" | "))
    }

    #[rstest]
    #[case::text("StringType", json!("plain text"), Some("plain text"))]
    #[case::number("QueryLimitType", json!(0), Some("0"))]
    #[case::texts("VerifiedAttributesListType", json!(["email", "phone_number"]), Some("email | phone_number"))]
    #[case::structure("SMSMfaSettingsType", json!({ "Enabled": true, "PreferredMfa": false }), Some("Enabled=true,PreferredMfa=false"))]
    #[case::structures(
        "MFAOptionListType", json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }, { "DeliveryMedium": "EMAIL" }]),
        Some("DeliveryMedium=SMS,AttributeName=phone_number | DeliveryMedium=EMAIL")
    )]
    #[case::map("AuthParametersType", json!({ "USERNAME": "a", "PASSWORD": "b, c" }), Some("USERNAME=a,PASSWORD='b, c'"))]
    #[case::nested(
        "SmsMfaConfigType", json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::1:role/x", "ExternalId": "" } }),
        Some("SmsConfiguration={SnsCallerArn=arn:aws:iam::1:role/x,ExternalId=''}")
    )]
    #[case::nested_list(
        "AccountRecoverySettingType", json!({ "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] }),
        Some("RecoveryMechanisms=[{Priority=1,Name=admin_only}]")
    )]
    fn is_said_in_shorthand(#[case] shape: &str, #[case] value: Value, #[case] expected: Option<&str>) {
        assert_eq!(said(shape, &value).as_deref(), expected);
    }

    #[rstest]
    #[case::an_option("StringType", json!("-x"))]
    #[case::a_file("StringType", json!("file:///etc/passwd"))]
    #[case::a_page("StringType", json!("https://example.com"))]
    #[case::like_json("StringType", json!("[1]"))]
    #[case::nothing("StringType", json!(""))]
    #[case::other_letters("StringType", json!("Zoë"))]
    #[case::control("StringType", json!("a\nb"))]
    #[case::long("StringType", json!("a".repeat(2049)))]
    #[case::wrong_type("StringType", json!(5))]
    #[case::null("StringType", json!(null))]
    #[case::fraction("QueryLimitType", json!(1.5))]
    #[case::empty_list("MFAOptionListType", json!([]))]
    #[case::empty_structure("SMSMfaSettingsType", json!({}))]
    #[case::unknown_member("SMSMfaSettingsType", json!({ "Enabld": true }))]
    #[case::wrong_type_inside("SMSMfaSettingsType", json!({ "Enabled": "true" }))]
    #[case::a_quote("AuthParametersType", json!({ "USERNAME": "it's" }))]
    #[case::odd_key("AuthParametersType", json!({ "USER NAME": "x" }))]
    fn is_left_to_json(#[case] shape: &str, #[case] value: Value) {
        assert_eq!(said(shape, &value), None);
    }
}
