//! GetUserAuthFactors, AdminGetUserAuthFactors, AdminDeleteSoftwareToken.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        pool::Pool,
        user::{Status, User},
    },
    Call, Find, Operation,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    Some(match name {
        "GetUserAuthFactors" => Operation::Pool(Find::Token, get_user_auth_factors),
        "AdminGetUserAuthFactors" => Operation::Pool(Find::Pool, admin_get_user_auth_factors),
        "AdminDeleteSoftwareToken" => Operation::Pool(Find::Pool, admin_delete_software_token),
        _ => return None,
    })
}

fn get_user_auth_factors(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.signed_in()?)?;
    Ok(factors(call.pool, user))
}

fn admin_get_user_auth_factors(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.named_user()?)?;
    Ok(factors(call.pool, user))
}

fn factors(pool: &Pool, user: &User) -> Value {
    let mut members = user.preference_members();
    members.insert("Username".into(), json!(user.username));
    members.insert("ConfiguredUserAuthFactors".into(), json!(pool.configured_factors(user)));
    Value::Object(members)
}

// A user without an authenticator app has nothing taken away, which is no error (inferred).
fn admin_delete_software_token(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let user = call.pool.user_mut(&sub)?;
    if user.status == Status::Unconfirmed {
        return Err(ServiceError::new("UserNotConfirmedException", "User is not confirmed."));
    }
    user.forget_software_token();
    Ok(json!({}))
}
