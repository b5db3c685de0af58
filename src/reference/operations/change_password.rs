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

/// ChangePassword: tokens live on. Without PreviousPassword nothing but a passwordless account may set one, which there
/// is none of here.
pub fn change_password(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.tries.count(Try::ChangePassword, now)?;
    if call.input.text("PreviousPassword") != Some(user.password.as_str()) {
        return Err(ServiceError::wrong_password());
    }
    let password = call.input.required("ProposedPassword");
    check_new_password(call, &sub, password)?;
    let user = call.pool.user_mut(&sub)?;
    user.set_password(password, user.status, now);
    Ok(json!({}))
}
