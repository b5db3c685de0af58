//! REFRESH_TOKEN_AUTH: new tokens for a refresh token.

use serde_json::json;

use super::{
    super::{
        super::{
            error::{Answer, ServiceError},
            token::USER_SCOPE,
        },
        Call,
    },
    names, parameter, parameters,
};

/// REFRESH_TOKEN_AUTH, and REFRESH_TOKEN, which is the same. A client that replaces refresh tokens has another operation for it.
pub fn refresh(call: &mut Call) -> Answer {
    let client = call.client()?;
    if !client.refreshes_by_sign_in() {
        return Err(ServiceError::invalid("REFRESH_TOKEN_AUTH flow not enabled for this client"));
    }
    let parameters = parameters(call);
    let token = parameter(parameters, "REFRESH_TOKEN")?;
    let family = call.pool.refreshable(token, &client)?;
    client.check_later_secret(parameters.text("SECRET_HASH"), &names(call.pool.user(&family.sub)?))?;
    call.pool.check_device(&family, parameters.text("DEVICE_KEY"))?;
    call.pool.touch_session(&family)?;
    let result = call.pool.tokens(&family, &client, USER_SCOPE)?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}
