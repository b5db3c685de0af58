//! ChangePassword.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        tries::Try,
    },
    Call,
    administration::check_new_password,
};

/// ChangePassword: tokens live on. Only a user who has no password yet may set one without PreviousPassword.
pub fn change_password(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.tries.count(Try::ChangePassword, now)?;
    match call.input.text("PreviousPassword") {
        // As the service calls it, which is not as its request does.
        None if user.has_password() => return Err(ServiceError::missing_parameter("OldPassword")),
        given if given.unwrap_or_default() != user.password => return Err(ServiceError::wrong_password()),
        _ => {}
    }
    let password = call.input.required("ProposedPassword");
    check_new_password(call, &sub, password)?;
    let user = call.pool.user_mut(&sub)?;
    user.set_password(password, user.status, now);
    Ok(json!({}))
}
