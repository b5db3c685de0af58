//! ChangePassword.

use serde_json::json;

use super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// ChangePassword: tokens live on. Without PreviousPassword nothing but a passwordless account may set one, which there
/// is none of here.
pub fn change_password(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    if call.input.text("PreviousPassword") != Some(call.pool.user(&sub)?.password.as_str()) {
        return Err(ServiceError::wrong_password());
    }
    let password = call.input.required("ProposedPassword");
    super::administration::check_policy(call, password)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.password = password.to_owned();
    user.modified = now;
    Ok(json!({}))
}
