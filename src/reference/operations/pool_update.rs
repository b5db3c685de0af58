//! UpdateUserPool.

use serde_json::{Map, Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        input::Input,
        pool::Pool,
        user::Factor,
    },
    Call,
    pools::settings,
};

/// What was settled when the pool was made, or stays when an update leaves it out.
const LASTING: [&str; 9] = [
    "AliasAttributes",
    "Arn",
    "CreationDate",
    "Id",
    "Name",
    "SchemaAttributes",
    "UserPoolTier",
    "UsernameAttributes",
    "UsernameConfiguration",
];

/// UpdateUserPool: what is left out goes back to its default, but for the mode of MFA, the tier and the policies.
pub fn update_user_pool(call: &mut Call) -> Answer {
    let mode = call.input.text("MfaConfiguration");
    check_mode(call.pool, mode)?;
    call.pool.description = updated(call.pool, call.input);
    if let Some(mode) = mode {
        call.pool.mfa.mode = mode.to_owned();
    }
    if mode == Some("OFF") {
        call.pool.mfa.blocks.retain(|name, _| name == "WebAuthnConfiguration");
    }
    Ok(json!({}))
}

// Measured for ON only; OPTIONAL is refused alike (inferred).
fn check_mode(pool: &Pool, mode: Option<&str>) -> Result<(), ServiceError> {
    let wants = matches!(mode, Some("ON" | "OPTIONAL"));
    if wants && !Factor::ALL.into_iter().any(|factor| pool.offers(factor)) {
        let text = "Cannot turn MFA functionality ON, once the user pool has been created.";
        return Err(ServiceError::invalid(text));
    }
    Ok(())
}

fn updated(pool: &Pool, input: Input) -> Map<String, Value> {
    let old = Value::Object(pool.description.clone());
    let mut description = Input(&old).only(&LASTING);
    // SMS as a factor cannot be without it (inferred).
    if pool.offers(Factor::Sms) {
        description.extend(Input(&old).only(&["SmsConfiguration"]));
    }
    description.extend(settings(input, &old["Policies"]));
    if let Some(name) = input.get("PoolName") {
        description.insert("Name".into(), name.clone());
    }
    description.insert("LastModifiedDate".into(), json!(pool.now()));
    description
}
