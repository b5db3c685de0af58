//! ListUserSessions, RevokeUserSession, the same as an administrator, and the pool's settings of sessions.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        user_sessions::Tracking,
    },
    Call, Find, Operation,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    Some(match name {
        "ListUserSessions" => Operation::Pool(Find::Token, list_user_sessions),
        "RevokeUserSession" => Operation::Pool(Find::Token, revoke_user_session),
        "AdminListUserSessions" => Operation::Pool(Find::Pool, admin_list_user_sessions),
        "AdminRevokeUserSession" => Operation::Pool(Find::Pool, admin_revoke_user_session),
        "SetUserPoolSessionConfiguration" => Operation::Pool(Find::Pool, set_configuration),
        "GetUserPoolSessionConfiguration" => Operation::Pool(Find::Pool, get_configuration),
        _ => return None,
    })
}

/// ListUserSessions: all on one page.
fn list_user_sessions(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let current = call.claims.as_ref().map(|claims| claims.origin_jti.as_str());
    list(call, &sub, current)
}

/// AdminListUserSessions.
fn admin_list_user_sessions(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    list(call, &sub, None)
}

fn list(call: &Call, sub: &str, current: Option<&str>) -> Answer {
    demand_tracking(call)?;
    // No answer has a token, so none that is sent can be good.
    if call.input.get("NextToken").is_some() {
        return Err(ServiceError::invalid("Invalid pagination token."));
    }
    Ok(json!({ "Sessions": call.pool.list_sessions(sub, current)? }))
}

/// RevokeUserSession: any but the one that the access token belongs to.
fn revoke_user_session(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    demand_tracking(call)?;
    let session = call.pool.session_named(&sub, call.input.required("SessionId"))?;
    if call.claims.as_ref().is_some_and(|claims| claims.origin_jti == session) {
        return Err(ServiceError::invalid("The current session cannot be revoked."));
    }
    call.pool.end_session(&sub, &session)?;
    Ok(json!({}))
}

/// AdminRevokeUserSession. A sign-in by this API has no linked session that RevokeAssociatedSessions could end too.
fn admin_revoke_user_session(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    demand_tracking(call)?;
    let session = call.pool.session_named(&sub, call.input.required("SessionId"))?;
    call.pool.end_session(&sub, &session)?;
    Ok(json!({}))
}

// Inferred: the error is described as "not available for the current user pool configuration".
fn demand_tracking(call: &Call) -> Result<(), ServiceError> {
    let text = "Session tracking is not enabled for this user pool.";
    let refusal = || ServiceError::new("OperationNotEnabledException", text);
    call.pool.session_tracking.enabled.then_some(()).ok_or_else(refusal)
}

/// SetUserPoolSessionConfiguration.
fn set_configuration(call: &mut Call) -> Answer {
    if call.pool.description.get("UserPoolTier") == Some(&json!("LITE")) {
        let text = "Session tracking is not available in the tier of this user pool.";
        return Err(ServiceError::new("FeatureUnavailableInTierException", text));
    }
    let most = call.input.object("TokenSession").and_then(|tokens| tokens.number("MaxPerUser"));
    let max_per_user = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(1);
    call.pool.session_tracking = Tracking { enabled: call.input.required("UserSessionTracking") == "ENABLED", max_per_user };
    Ok(configuration(call))
}

/// GetUserPoolSessionConfiguration.
fn get_configuration(call: &mut Call) -> Answer {
    Ok(configuration(call))
}

fn configuration(call: &Call) -> Value {
    let Tracking { enabled, max_per_user } = call.pool.session_tracking;
    json!({
        "UserPoolId": call.pool.id,
        "UserSessionTracking": if enabled { "ENABLED" } else { "DISABLED" },
        "TokenSession": { "MaxPerUser": max_per_user },
    })
}
