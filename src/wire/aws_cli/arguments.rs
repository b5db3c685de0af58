//! A request as arguments of the AWS CLI.

use serde_json::{Map, Value};

use super::names::words;
use super::shorthand;
use crate::model::{Model, Shape, ShapeKind};

/// A request as arguments of the AWS CLI: what stands on the command line, and what is given as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// Service, command and options, without the program.
    pub words: Vec<String>,
    /// Members for `--cli-input-json`; `None` where all of the input is said by options.
    pub input: Option<Value>,
}

/// Whether values that the service model marks as sensitive may stand on the command line, where every process of the machine can read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitive {
    /// Yes: they are placeholders.
    OnCommandLine,
    /// No.
    InJson,
}

impl Arguments {
    /// The arguments that send an input: options with shorthand syntax where it can express the value, JSON for the rest.
    pub fn of(operation: &str, input: &Map<String, Value>, sensitive: Sensitive) -> Self {
        let model = Model::embedded();
        let (mut options, mut rest) = (Vec::new(), Map::new());
        for (name, value) in input {
            match option(model, operation, name, value, sensitive) {
                Some(words) => options.extend(words),
                None => drop(rest.insert(name.clone(), value.clone())),
            }
        }
        let command = ["cognito-idp".to_owned(), words(operation, '-')];
        Self { words: command.into_iter().chain(options).collect(), input: (!rest.is_empty()).then_some(Value::Object(rest)) }
    }
}

fn option(model: &Model, operation: &str, name: &str, value: &Value, sensitive: Sensitive) -> Option<Vec<String>> {
    let shape = &model.input_members(operation)?.get(name)?.shape;
    if sensitive == Sensitive::InJson && holds(model, shape, value, &|shape| shape.sensitive) {
        return None;
    }
    let name = words(name, '-');
    if let (ShapeKind::Boolean, Value::Bool(flag)) = (&model.shape(shape)?.kind, value) {
        return Some(vec![format!("--{}{name}", if *flag { "" } else { "no-" })]);
    }
    let value = shorthand::words(model, shape, value)?;
    Some(std::iter::once(format!("--{name}")).chain(value).collect())
}

/// Whether a value of that shape holds one of a shape that `is_meant`.
pub(super) fn holds(model: &Model, shape: &str, value: &Value, is_meant: &dyn Fn(&Shape) -> bool) -> bool {
    let Some(facts) = model.shape(shape) else { return false };
    is_meant(facts)
        || match (&facts.kind, value) {
            (ShapeKind::Structure { members, .. }, Value::Object(given)) => {
                given.iter().any(|(name, value)| members.get(name).is_some_and(|member| holds(model, &member.shape, value, is_meant)))
            }
            (ShapeKind::Map { key, value: shape, .. }, Value::Object(given)) => given
                .iter()
                .any(|(name, value)| holds(model, key, &Value::from(name.as_str()), is_meant) || holds(model, shape, value, is_meant)),
            (ShapeKind::List { member, .. }, Value::Array(items)) => items.iter().any(|item| holds(model, member, item, is_meant)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn arguments(operation: &str, input: &Value, sensitive: Sensitive) -> Arguments {
        Arguments::of(operation, input.as_object().expect("an object"), sensitive)
    }

    #[rstest]
    #[case::all_by_options(
        "SetUserPoolMfaConfig",
        json!({ "UserPoolId": "us-east-1_a", "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": true } }),
        "cognito-idp set-user-pool-mfa-config --user-pool-id us-east-1_a --mfa-configuration ON --software-token-mfa-configuration Enabled=true",
        None
    )]
    #[case::the_secret_in_json(
        "SetUserSettings",
        json!({ "AccessToken": "t", "MFAOptions": [{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }] }),
        "cognito-idp set-user-settings --mfa-options DeliveryMedium=SMS,AttributeName=phone_number",
        Some(json!({ "AccessToken": "t" }))
    )]
    #[case::a_secret_inside(
        "AdminUpdateUserAttributes",
        json!({ "UserPoolId": "us-east-1_a", "UserAttributes": [{ "Name": "email", "Value": "a@b.c" }] }),
        "cognito-idp admin-update-user-attributes --user-pool-id us-east-1_a",
        Some(json!({ "UserAttributes": [{ "Name": "email", "Value": "a@b.c" }] }))
    )]
    #[case::a_flag("AdminSetUserPassword", json!({ "Permanent": true }), "cognito-idp admin-set-user-password --permanent", None)]
    #[case::a_flag_that_is_off("AdminSetUserPassword", json!({ "Permanent": false }), "cognito-idp admin-set-user-password --no-permanent", None)]
    #[case::unknown_member("GetUser", json!({ "Nope": "x" }), "cognito-idp get-user", Some(json!({ "Nope": "x" })))]
    #[case::unknown_operation("Nope", json!({ "A": "x" }), "cognito-idp nope", Some(json!({ "A": "x" })))]
    #[case::nothing("ListUserPools", json!({}), "cognito-idp list-user-pools", None)]
    fn says_by_options_what_is_not_secret(#[case] operation: &str, #[case] input: Value, #[case] line: &str, #[case] json: Option<Value>) {
        let arguments = arguments(operation, &input, Sensitive::InJson);
        assert_eq!((arguments.words.join(" ").as_str(), arguments.input), (line, json));
    }

    #[test]
    fn placeholders_need_not_hide() {
        let arguments = arguments("GetUser", &json!({ "AccessToken": "<user.access_token>" }), Sensitive::OnCommandLine);
        assert_eq!(arguments.words, ["cognito-idp", "get-user", "--access-token", "<user.access_token>"]);
        assert_eq!(arguments.input, None);
    }
}
