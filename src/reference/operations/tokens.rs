//! GetTokensFromRefreshToken.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        token::USER_SCOPE,
    },
    Call, Find, Operation,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    (name == "GetTokensFromRefreshToken").then_some(Operation::Pool(Find::Client, get_tokens_from_refresh_token))
}

/// GetTokensFromRefreshToken: new tokens, and where the client says so a new refresh token in place of the one that was sent.
fn get_tokens_from_refresh_token(call: &mut Call) -> Answer {
    let client = call.client()?;
    if !client.has_secret(call.input.text("ClientSecret")) {
        return Err(ServiceError::not_authorized(format!("Unable to verify the secret of client {}", client.id)));
    }
    let token = call.input.required("RefreshToken");
    let family = call.pool.refreshable(token, &client)?;
    call.pool.check_device(&family, call.input.text("DeviceKey"))?;
    call.pool.touch_session(&family)?;
    let mut result = call.pool.tokens(&family, &client, USER_SCOPE)?;
    if let Some(grace) = client.rotation() {
        result["RefreshToken"] = json!(call.pool.rotate(token, family, grace));
    }
    Ok(json!({ "AuthenticationResult": result }))
}
