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

// SMS without a phone number is refused as the newer operations do. An attribute without a medium loses its MFA, as the API
// reference of 2018 says.
fn set(call: &mut Call, sub: &str) -> Answer {
    let mut options = call.input.list("MFAOptions").to_vec();
    if !options.iter().all(is_supported) {
        return Err(ServiceError::invalid("Only phone_number attribute is currently supported as a MFA option."));
    }
    options.retain(|option| medium(option).is_some());
    let user = call.pool.user_mut(sub)?;
    if options.iter().any(|option| medium(option) == Some("SMS")) && user.attribute("phone_number").is_none() {
        return Err(ServiceError::invalid("User does not have a phone_number set to turn on SMS MFA"));
    }
    user.mfa_options = options;
    Ok(json!({}))
}

fn medium(option: &Value) -> Option<&str> {
    option.get("DeliveryMedium").and_then(Value::as_str)
}

// Contested: the API reference calls SMS and phone_number the only supported values, while an example of the AWS CLI sends
// EMAIL and no attribute. That alone is let through.
fn is_supported(option: &Value) -> bool {
    match (option.get("AttributeName").and_then(Value::as_str), medium(option)) {
        (None, _) => true,
        (Some(attribute), medium) => attribute == "phone_number" && medium != Some("EMAIL"),
    }
}
