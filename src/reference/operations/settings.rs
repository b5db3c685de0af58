//! SetUserSettings and AdminSetUserSettings: the legacy list MFAOptions, a flag of its own beside the MFA preference.

use serde_json::json;

use super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// SetUserSettings.
pub fn set_user_settings(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    set(call, &sub)
}

/// AdminSetUserSettings.
pub fn admin_set_user_settings(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    set(call, &sub)
}

// The documentation calls SMS and phone_number the only supported values, yet its own example sends EMAIL: what the
// model allows is accepted. SMS without a phone number is refused as the newer operations do.
fn set(call: &mut Call, sub: &str) -> Answer {
    let options = call.input.list("MFAOptions").to_vec();
    let user = call.pool.user_mut(sub)?;
    let wants_sms = options.iter().any(|option| option["DeliveryMedium"] == "SMS");
    if wants_sms && user.attribute("phone_number").is_none() {
        return Err(ServiceError::invalid("User does not have a phone_number set to turn on SMS MFA"));
    }
    user.mfa_options = options;
    Ok(json!({}))
}
