//! SetUserSettings and AdminSetUserSettings: the legacy list MFAOptions, a flag of its own beside the MFA preference.

use serde_json::{Value, json};

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

// Contested: the API reference calls SMS and phone_number the only supported values, while an example of the AWS CLI
// sends EMAIL. SMS without a phone number is refused as the newer operations do.
fn set(call: &mut Call, sub: &str) -> Answer {
    let options = call.input.list("MFAOptions").to_vec();
    if !options.iter().all(is_supported) {
        return Err(ServiceError::invalid("Only SMS to phone_number can be set as an MFA option"));
    }
    let user = call.pool.user_mut(sub)?;
    if !options.is_empty() && user.attribute("phone_number").is_none() {
        return Err(ServiceError::invalid("User does not have a phone_number set to turn on SMS MFA"));
    }
    user.mfa_options = options;
    Ok(json!({}))
}

fn is_supported(option: &Value) -> bool {
    let is = |member: &str, only: &str| option.get(member).and_then(Value::as_str).is_none_or(|value| value == only);
    is("DeliveryMedium", "SMS") && is("AttributeName", "phone_number")
}
