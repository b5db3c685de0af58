//! GlobalSignOut and AdminUserGlobalSignOut.

use serde_json::json;

use super::{super::error::Answer, Call};

/// GlobalSignOut.
pub fn global_sign_out(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    call.pool.sign_out(&sub);
    Ok(json!({}))
}

/// AdminUserGlobalSignOut.
pub fn admin_user_global_sign_out(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.sign_out(&sub);
    Ok(json!({}))
}
