//! What an administrator does to an account: password, disable, enable.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        user::Status,
    },
    Call,
};

/// AdminSetUserPassword.
pub fn admin_set_user_password(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let password = call.input.required("Password");
    check_new_password(call, &sub, password)?;
    let now = call.pool.now();
    let status = if call.input.flag("Permanent") { Status::Confirmed } else { Status::ForceChangePassword };
    call.pool.user_mut(&sub)?.set_password(password, status, now);
    Ok(json!({}))
}

/// Whether a user may have this password: by the policy, and by those that the user had.
pub fn check_new_password(call: &Call, sub: &str, password: &str) -> Result<(), ServiceError> {
    check_policy(call, password)?;
    call.pool.check_password_history(call.pool.user(sub)?, password)
}

/// The set-password operations word it otherwise than SignUp.
pub fn check_policy(call: &Call, password: &str) -> Result<(), ServiceError> {
    let fault = |reason| ServiceError::new("InvalidPasswordException", format!("Password does not conform to policy: {reason}"));
    call.pool.password_fault(password).map_or(Ok(()), |reason| Err(fault(reason)))
}

/// AdminDisableUser: the user's tokens stop working, and stay so.
pub fn admin_disable_user(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.sign_out(&sub);
    set_enabled(call, &sub, false)
}

/// AdminEnableUser.
pub fn admin_enable_user(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    set_enabled(call, &sub, true)
}

fn set_enabled(call: &mut Call, sub: &str, enabled: bool) -> Answer {
    let now = call.pool.now();
    let user = call.pool.user_mut(sub)?;
    user.enabled = enabled;
    user.modified = now;
    Ok(json!({}))
}
