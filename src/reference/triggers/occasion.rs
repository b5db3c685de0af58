//! The request in whose course a function is called, as far as the function is told of it.

use serde_json::{Map, Value, json};

use super::super::input::Input;

/// The request that is carried out.
#[derive(Clone, Default)]
pub struct Occasion {
    /// The app client, where the request names one.
    pub client_id: Option<String>,
    operation: String,
    /// AuthFlow or ChallengeName.
    step: String,
    metadata: Option<Value>,
    validation: Option<Value>,
}

impl Occasion {
    /// That of a request.
    pub fn of(operation: &str, input: Input) -> Self {
        let text = |name: &str| input.text(name).map(str::to_owned);
        Self {
            client_id: text("ClientId"),
            operation: operation.to_owned(),
            step: text("AuthFlow").or_else(|| text("ChallengeName")).unwrap_or_default(),
            metadata: input.get("ClientMetadata").cloned(),
            validation: input.get("ValidationData").and_then(Value::as_array).map(|list| pairs(list)),
        }
    }

    /// What of the caller's own words reaches the function of a trigger. At the start of a sign-in ClientMetadata is validation data to
    /// those that decide whether it may begin, and is kept from all others (API reference, InitiateAuth).
    pub(super) fn told(&self, trigger: &str) -> Value {
        let starts = matches!(self.operation.as_str(), "InitiateAuth" | "AdminInitiateAuth");
        let (metadata, validation) = match (starts, trigger) {
            (true, "PreSignUp" | "PreAuthentication" | "UserMigration") => (None, self.metadata.as_ref()),
            (true, _) => (None, None),
            (false, _) => (self.metadata.as_ref(), self.validation.as_ref()),
        };
        let told = [("clientMetadata", metadata), ("validationData", validation)];
        told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))).collect::<Map<_, _>>().into()
    }

    /// The source of the tokens that are being made.
    pub(super) fn token_source(&self) -> &'static str {
        match (self.operation.as_str(), self.step.as_str()) {
            ("GetTokensFromRefreshToken", _) | (_, "REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH") => "TokenGeneration_RefreshTokens",
            (_, "NEW_PASSWORD_REQUIRED") => "TokenGeneration_NewPasswordChallenge",
            (_, "DEVICE_PASSWORD_VERIFIER") => "TokenGeneration_AuthenticateDevice",
            _ => "TokenGeneration_Authentication",
        }
    }
}

/// Pairs of name and value as an object.
fn pairs(list: &[Value]) -> Value {
    let pair = |item: &Value| Some((item.get("Name")?.as_str()?.to_owned(), item.get("Value").cloned().unwrap_or(json!(null))));
    list.iter().filter_map(pair).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("InitiateAuth", "PreAuthentication", json!({ "validationData": { "a": "b" } }))]
    #[case("InitiateAuth", "DefineAuthChallenge", json!({}))]
    #[case("RespondToAuthChallenge", "DefineAuthChallenge", json!({ "clientMetadata": { "a": "b" } }))]
    #[case("ConfirmSignUp", "PostConfirmation", json!({ "clientMetadata": { "a": "b" } }))]
    fn metadata_reaches_some(#[case] operation: &str, #[case] trigger: &str, #[case] told: Value) {
        let input = json!({ "ClientMetadata": { "a": "b" } });
        assert_eq!(Occasion::of(operation, Input(&input)).told(trigger), told);
    }

    #[test]
    fn validation_data_are_pairs() {
        let input = json!({ "ValidationData": [{ "Name": "a", "Value": "b" }, { "Name": "c" }] });
        assert_eq!(Occasion::of("SignUp", Input(&input)).told("PreSignUp"), json!({ "validationData": { "a": "b", "c": null } }));
    }

    #[rstest]
    #[case("InitiateAuth", json!({ "AuthFlow": "REFRESH_TOKEN" }), "TokenGeneration_RefreshTokens")]
    #[case("InitiateAuth", json!({ "AuthFlow": "USER_AUTH" }), "TokenGeneration_Authentication")]
    #[case("GetTokensFromRefreshToken", json!({}), "TokenGeneration_RefreshTokens")]
    #[case("AdminRespondToAuthChallenge", json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED" }), "TokenGeneration_NewPasswordChallenge")]
    fn tokens_have_a_source(#[case] operation: &str, #[case] input: Value, #[case] source: &str) {
        assert_eq!(Occasion::of(operation, Input(&input)).token_source(), source);
    }
}
