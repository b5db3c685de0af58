//! CreateUserPool, DescribeUserPool, ListUserPools, DeleteUserPool.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::{
    super::{
        attributes::schema,
        devices::Presented,
        error::{Answer, ServiceError},
        input::Input,
        pool::{MfaConfig, Pool},
        state::{State, lock},
        token::{LETTERS, random_text},
        triggers::Occasion,
        user_sessions::Tracking,
    },
    Call, Change, Outcome, paging,
};

/// Members of CreateUserPool that DescribeUserPool shows as they were sent.
const KEPT: [&str; 19] = [
    "AccountRecoverySetting",
    "AliasAttributes",
    "AutoVerifiedAttributes",
    "DeviceConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "IssuerConfiguration",
    "KeyConfiguration",
    "LambdaConfig",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTags",
    "UserPoolTier",
    "UsernameAttributes",
    "UsernameConfiguration",
    "DeletionProtection",
];

/// CreateUserPool.
pub fn create_user_pool(state: &State, input: Input) -> Outcome {
    check(input)?;
    let id = format!("{}_{}", state.region, random_text(LETTERS, 9));
    let mut pool = empty(&state.region, id, mfa(input));
    pool.description = describe(&pool, state, input)?;
    Ok((json!({ "UserPool": pool.describe() }), Change::Insert(Box::new(pool))))
}

fn check(input: Input) -> Result<(), ServiceError> {
    let has_sms = input.get("SmsConfiguration").is_some();
    let wants_mfa = matches!(input.text("MfaConfiguration"), Some("ON" | "OPTIONAL"));
    if wants_mfa && !has_sms {
        let text = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
        return Err(ServiceError::invalid(text));
    }
    let factors = input.0.pointer("/Policies/SignInPolicy/AllowedFirstAuthFactors").and_then(Value::as_array);
    if !has_sms && factors.is_some_and(|factors| factors.contains(&json!("SMS_OTP"))) {
        let text = "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration";
        return Err(ServiceError::invalid(text));
    }
    let both = input.get("AliasAttributes").is_some() && input.get("UsernameAttributes").is_some();
    if both {
        return Err(ServiceError::invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool."));
    }
    Ok(())
}

/// A pool that is created with MFA has SMS as its factor.
fn mfa(input: Input) -> MfaConfig {
    let mode = input.text("MfaConfiguration").unwrap_or("OFF").to_owned();
    let mut blocks = Map::new();
    if let (true, Some(sms)) = (mode != "OFF", input.get("SmsConfiguration")) {
        blocks.insert("SmsMfaConfiguration".into(), json!({ "SmsConfiguration": sms }));
    }
    MfaConfig { mode, blocks }
}

fn empty(region: &str, id: String, mfa: MfaConfig) -> Pool {
    Pool {
        issuer: format!("https://cognito-idp.{region}.amazonaws.com/{id}"),
        id,
        description: Map::new(),
        mfa,
        clients: BTreeMap::new(),
        users: BTreeMap::new(),
        names: HashMap::new(),
        groups: BTreeMap::new(),
        providers: BTreeMap::new(),
        sessions: HashMap::new(),
        exchanges: HashMap::new(),
        families: HashMap::new(),
        presented: Presented::default(),
        session_tracking: Tracking::default(),
        users_made: 0,
        clock_offset: 0,
        occasion: Occasion::default(),
    }
}

fn describe(pool: &Pool, state: &State, input: Input) -> Result<Map<String, Value>, ServiceError> {
    let now = pool.now();
    let (region, account) = (&state.region, state.account.as_str());
    let identity = [
        ("Id", json!(pool.id)),
        ("Name", json!(input.required("PoolName"))),
        ("LastModifiedDate", json!(now)),
        ("CreationDate", json!(now)),
        ("SchemaAttributes", schema(input.list("Schema"))?),
        ("UserPoolTier", json!("ESSENTIALS")),
        ("Arn", json!(format!("arn:aws:cognito-idp:{region}:{account}:userpool/{}", pool.id))),
    ];
    let mut description: Map<_, _> = identity.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    description.extend(settings(input, &default_policies()));
    Ok(description)
}

/// The members that UpdateUserPool sets anew: as sent, over their defaults.
pub(super) fn settings(input: Input, policies: &Value) -> Map<String, Value> {
    let email = json!({ "EmailSendingAccount": "COGNITO_DEFAULT" });
    let template = json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE" });
    let creation = json!({ "AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7 });
    let sent_policies = input.object("Policies").unwrap_or(Input(&Value::Null));
    let policy = |name: &str| merged(policies[name].clone(), sent_policies, name);
    let defaults = [
        ("Policies", json!({ "PasswordPolicy": password_policy(policy("PasswordPolicy")), "SignInPolicy": policy("SignInPolicy") })),
        ("DeletionProtection", json!("INACTIVE")),
        ("LambdaConfig", json!({})),
        ("VerificationMessageTemplate", merged(template, input, "VerificationMessageTemplate")),
        ("EmailConfiguration", merged(email, input, "EmailConfiguration")),
        ("AdminCreateUserConfig", merged(creation, input, "AdminCreateUserConfig")),
    ];
    let mut settings: Map<_, _> = defaults.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    settings.extend(input.only(&KEPT));
    settings
}

fn default_policies() -> Value {
    json!({
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": true,
            "RequireLowercase": true,
            "RequireNumbers": true,
            "RequireSymbols": true,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] },
    })
}

/// A zero is no value: the history is not shown then, and the days are the default.
fn password_policy(mut policy: Value) -> Value {
    let is_zero = |policy: &Value, name: &str| policy[name] == json!(0);
    if is_zero(&policy, "TemporaryPasswordValidityDays") {
        policy["TemporaryPasswordValidityDays"] = default_policies()["PasswordPolicy"]["TemporaryPasswordValidityDays"].take();
    }
    if let (true, Some(policy)) = (is_zero(&policy, "PasswordHistorySize"), policy.as_object_mut()) {
        policy.remove("PasswordHistorySize");
    }
    policy
}

/// The defaults with what was sent over them.
fn merged(mut defaults: Value, input: Input, member: &str) -> Value {
    let sent = input.get(member).and_then(Value::as_object);
    if let (Value::Object(defaults), Some(sent)) = (&mut defaults, sent) {
        defaults.extend(sent.clone());
    }
    defaults
}

/// DescribeUserPool.
pub fn describe_user_pool(call: &mut Call) -> Answer {
    Ok(json!({ "UserPool": call.pool.describe() }))
}

/// DeleteUserPool.
pub fn delete_user_pool(state: &State, input: Input) -> Outcome {
    let id = input.required("UserPoolId");
    let slot = state.pool(id)?;
    if lock(&slot).now.description.get("DeletionProtection") == Some(&json!("ACTIVE")) {
        let text =
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.";
        return Err(ServiceError::invalid(text));
    }
    Ok((json!({}), Change::Remove(id.to_owned())))
}

/// ListUserPools: oldest first.
pub fn list_user_pools(state: &State, input: Input) -> Outcome {
    let slots = state.pools();
    let shown = slots.iter().map(|slot| summary(&lock(slot).now));
    Ok((paging::MAX_RESULTS.page(input, "UserPools", shown)?, Change::None))
}

fn summary(pool: &Pool) -> Value {
    let description = Value::Object(pool.description.clone());
    Value::Object(Input(&description).only(&["Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate"]))
}
