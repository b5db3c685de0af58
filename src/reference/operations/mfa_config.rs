//! SetUserPoolMfaConfig and GetUserPoolMfaConfig.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        input::Input,
        pool::Pool,
    },
    Call,
};

const FACTOR_BLOCKS: [&str; 3] = ["SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"];
const WEB_AUTHN: &str = "WebAuthnConfiguration";

/// GetUserPoolMfaConfig.
pub fn get_user_pool_mfa_config(call: &mut Call) -> Answer {
    Ok(show(call.pool))
}

fn show(pool: &Pool) -> Value {
    let mut answer = pool.mfa.blocks.clone();
    answer.insert("MfaConfiguration".into(), json!(pool.mfa.mode));
    Value::Object(answer)
}

/// SetUserPoolMfaConfig: replaces mode and factors; an absent mode is OFF, an absent factor block is none. The
/// WebAuthn block is no factor and stays when it is left out.
pub fn set_user_pool_mfa_config(call: &mut Call) -> Answer {
    let mode = call.input.text("MfaConfiguration").unwrap_or("OFF");
    let mut blocks = call.input.only(&FACTOR_BLOCKS);
    // A block counts by being there, even one of a software token that is not enabled (measured, as floci's source says).
    let any_on = !blocks.is_empty();
    match (mode, any_on) {
        ("OFF", true) => {
            return refuse("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
        }
        ("OFF", false) => {}
        (_, false) => {
            return refuse("Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.");
        }
        (_, true) => check_factors(call.pool, call.input, mode)?,
    }
    if let Some(web_authn) = call.input.get(WEB_AUTHN).or_else(|| call.pool.mfa.blocks.get(WEB_AUTHN)) {
        blocks.insert(WEB_AUTHN.into(), web_authn.clone());
    }
    if let Some(sms) = call.input.object("SmsMfaConfiguration").and_then(|block| block.get("SmsConfiguration")) {
        call.pool.description.insert("SmsConfiguration".into(), sms.clone());
    }
    call.pool.mfa.mode = mode.to_owned();
    call.pool.mfa.blocks = blocks;
    Ok(show(call.pool))
}

fn check_factors(pool: &Pool, input: Input, mode: &str) -> Result<(), ServiceError> {
    let had_sms = pool.mfa.blocks.contains_key("SmsMfaConfiguration");
    if had_sms && input.get("SmsMfaConfiguration").is_none() && pool.description.contains_key("SmsConfiguration") {
        return refuse("Can't turn off SMS_MFA when SMS configuration is set for the user pool").map(drop);
    }
    if input.get("EmailMfaConfiguration").is_some() {
        check_email(pool)?;
    }
    if mode == "ON" { check_first_factors(pool, input) } else { Ok(()) }
}

fn check_email(pool: &Pool) -> Result<(), ServiceError> {
    if pool.description.get("UserPoolTier") == Some(&json!("LITE")) {
        let text = "Email MFA is not available in the LITE tier.";
        return Err(ServiceError::new("FeatureUnavailableInTierException", text));
    }
    if pool.at("EmailConfiguration", "/EmailSendingAccount") == Some(&json!("DEVELOPER")) {
        return Ok(());
    }
    let text = "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT";
    refuse(text).map(drop)
}

fn check_first_factors(pool: &Pool, input: Input) -> Result<(), ServiceError> {
    if pool.allows_first("EMAIL_OTP") || pool.allows_first("SMS_OTP") {
        let text = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";
        return refuse(text).map(drop);
    }
    let multi = input.object(WEB_AUTHN).and_then(|block| block.text("FactorConfiguration"));
    if pool.allows_first("WEB_AUTHN") && multi != Some("MULTI_FACTOR_WITH_USER_VERIFICATION") {
        let text =
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor";
        return refuse(text).map(drop);
    }
    Ok(())
}

fn refuse(text: &str) -> Answer {
    Err(ServiceError::invalid(text))
}
