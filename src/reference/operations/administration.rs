//! What an administrator does to an account: password, disable, enable, reset.

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
    check_policy(call, password)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.password = password.to_owned();
    user.password_since = now;
    user.status = if call.input.flag("Permanent") { Status::Confirmed } else { Status::ForceChangePassword };
    user.modified = now;
    Ok(json!({}))
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

/// AdminResetUserPassword.
pub fn admin_reset_user_password(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    if !user.enabled {
        return Err(ServiceError::not_authorized("User is disabled."));
    }
    if user.status == Status::ForceChangePassword {
        return Err(ServiceError::not_authorized("User password cannot be reset in the current state."));
    }
    let medium = match (user.verified("email"), user.verified("phone_number")) {
        (_, true) => "SMS",
        (true, false) => "EMAIL",
        (false, false) => {
            let text = "Cannot reset password for the user as there is no registered/verified email or phone_number";
            return Err(ServiceError::invalid(text));
        }
    };
    user.send_code(medium, 6);
    user.status = Status::ResetRequired;
    user.modified = now;
    Ok(json!({}))
}
