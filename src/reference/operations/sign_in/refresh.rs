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

/// REFRESH_TOKEN_AUTH, and REFRESH_TOKEN, which is the same.
pub fn refresh(call: &mut Call) -> Answer {
    let client = call.client()?;
    let parameters = parameters(call);
    let invalid = || ServiceError::not_authorized("Invalid Refresh Token");
    let token = parameter(parameters, "REFRESH_TOKEN")?;
    let family = call.pool.families.get(token).filter(|family| family.client_id == client.id).cloned();
    let family = family.ok_or_else(invalid)?;
    let user = call.pool.user(&family.sub)?;
    client.check_secret(parameters.text("SECRET_HASH"), &names(user))?;
    if !user.enabled {
        return Err(ServiceError::not_authorized("User is disabled."));
    }
    if family.expires <= call.pool.now() {
        return Err(ServiceError::not_authorized("Refresh Token has expired"));
    }
    call.pool.check_device(&family, parameters.text("DEVICE_KEY"))?;
    call.pool.touch_session(&family)?;
    let result = call.pool.tokens(&family, &client, USER_SCOPE)?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}
