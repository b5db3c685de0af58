//! USER_AUTH: the user chooses how to sign in.

use super::{
    super::{
        super::error::{Answer, ServiceError},
        Call,
    },
    find, parameter, parameters,
};

/// USER_AUTH.
pub fn user_auth(call: &mut Call) -> Answer {
    let client = call.client()?;
    let parameters = parameters(call);
    let sub = find(call, &client, parameter(parameters, "USERNAME")?)?;
    match parameters.text("PREFERRED_CHALLENGE") {
        Some("WEB_AUTHN") if !call.pool.usable_passkeys(call.pool.user(&sub)?).is_empty() => call.pool.ask_passkey(&sub, &client),
        _ => Err(ServiceError::not_implemented("the authentication flow USER_AUTH")),
    }
}
