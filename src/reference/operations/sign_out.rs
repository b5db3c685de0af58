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
    if !client.has_secret(call.input.text("ClientSecret")) {
        return Err(ServiceError::new("UnauthorizedException", "Invalid client secret"));
    }
    if !client.revokes() {
        let text = "Token revocation is not enabled for this client";
        return Err(ServiceError::new("UnsupportedOperationException", text));
    }
    let token = call.input.required("Token");
    if Jwt::read(token).is_ok() {
        return Err(ServiceError::new("UnsupportedTokenTypeException", "Only refresh tokens can be revoked"));
    }
    call.pool.revoke(token, &client);
    Ok(json!({}))
}
