//! GlobalSignOut, AdminUserGlobalSignOut, RevokeToken.

use serde_json::json;

use super::{
    super::error::{Answer, ServiceError},
    Call,
};
use crate::identity::jwt::Jwt;

/// GlobalSignOut. It has no error for a user who is gone (by the model): the token is no good then.
pub fn global_sign_out(call: &mut Call) -> Answer {
    let gone = |error: ServiceError| match error.kind {
        "UserNotFoundException" => ServiceError::not_authorized("Access Token has been revoked"),
        _ => error,
    };
    let sub = call.signed_in().map_err(gone)?;
    call.pool.sign_out(&sub);
    Ok(json!({}))
}

/// AdminUserGlobalSignOut.
pub fn admin_user_global_sign_out(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.sign_out(&sub);
    Ok(json!({}))
}

/// RevokeToken: ends the one sign-in of a refresh token. A token that is unknown, or revoked before, is no error.
pub fn revoke_token(call: &mut Call) -> Answer {
    let client = call.client()?;
    if call.input.text("ClientSecret") != client.secret.as_deref() {
        return Err(ServiceError::new("UnauthorizedException", "Invalid client secret"));
    }
    if client.description.get("EnableTokenRevocation") == Some(&json!(false)) {
        let text = "Token revocation is not enabled for this client";
        return Err(ServiceError::new("UnsupportedOperationException", text));
    }
    let token = call.input.required("Token");
    if Jwt::read(token).is_ok() {
        return Err(ServiceError::new("UnsupportedTokenTypeException", "Only refresh tokens can be revoked"));
    }
    let own = call.pool.families.get(token).is_some_and(|family| family.client_id == client.id);
    if let Some(family) = own.then(|| call.pool.families.remove(token)).flatten() {
        call.pool.user_mut(&family.sub)?.live.remove(&family.origin_jti);
    }
    Ok(json!({}))
}
