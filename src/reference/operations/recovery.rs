//! ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword: a new password by a code.

use serde_json::{Value, json};

use super::{
    super::{
        codes::Purpose,
        delivery::{CODE_DIGITS, simulated_details},
        error::{Answer, ServiceError},
        pool::Pool,
        tries::Try,
        user::Status,
    },
    Call, Find, Operation,
    administration::check_new_password,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    Some(match name {
        "ForgotPassword" => Operation::Pool(Find::Client, forgot_password),
        "ConfirmForgotPassword" => Operation::Pool(Find::Client, confirm_forgot_password),
        "AdminResetUserPassword" => Operation::Pool(Find::Pool, admin_reset_user_password),
        _ => return None,
    })
}

/// ForgotPassword. A client that hides users answers for whom it can send no code as if it had sent one.
fn forgot_password(call: &mut Call) -> Answer {
    let (client, name) = call.client_and_name()?;
    let unknown = |error: ServiceError| if error.is_of_function() { error } else { ServiceError::no_user_of_client() };
    let sent = call.pool.find_or_migrate(name, None).map_err(unknown).and_then(|sub| send(call.pool, &sub));
    let hidden = |error: ServiceError| {
        let hides = client.hides_users() && error.kind != "LimitExceededException" && !error.is_of_function();
        if hides { Ok(simulated_details(name)) } else { Err(error) }
    };
    Ok(json!({ "CodeDeliveryDetails": sent.or_else(hidden)? }))
}

/// Sends a code that resets the password, and gives CodeDeliveryDetails.
fn send(pool: &mut Pool, sub: &str) -> Result<Value, ServiceError> {
    let now = pool.now();
    let user = pool.user(sub)?;
    if !user.enabled {
        return Err(ServiceError::disabled());
    }
    // Whoever was never signed in has a temporary password to begin with.
    if user.status == Status::ForceChangePassword {
        return Err(ServiceError::not_authorized("User password cannot be reset in the current state."));
    }
    let medium = pool.recovery_medium(user)?;
    pool.trigger("CustomMessage_ForgotPassword", sub)?;
    let user = pool.user_mut(sub)?;
    user.tries.count(Try::Reset, now)?;
    let code = user.send_code(medium, CODE_DIGITS);
    user.codes.issue(Purpose::Reset, code, now);
    Ok(user.delivery_details(medium))
}

/// ConfirmForgotPassword. A password that is refused leaves the code good (inferred).
fn confirm_forgot_password(call: &mut Call) -> Answer {
    let (client, name) = call.client_and_name()?;
    let hides = client.hides_users();
    let sub = call.pool.find(name).map_err(|_| client.no_code_of_nobody())?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    if !user.enabled {
        return Err(if hides { ServiceError::wrong_code() } else { ServiceError::disabled() });
    }
    user.tries.count(Try::Reset, now)?;
    user.codes.check(&Purpose::Reset, call.input.required("ConfirmationCode"), now)?;
    let password = call.input.required("Password");
    check_new_password(call, &sub, password)?;
    let user = call.pool.user_mut(&sub)?;
    user.codes.spend(&Purpose::Reset);
    user.set_password(password, Status::Confirmed, now);
    call.pool.trigger("PostConfirmation_ConfirmForgotPassword", &sub)?;
    Ok(json!({}))
}

/// AdminResetUserPassword.
fn admin_reset_user_password(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    send(call.pool, &sub)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.status = Status::ResetRequired;
    user.modified = now;
    Ok(json!({}))
}
