//! Functions for signing in without sending the password.

use minijinja::value::Serde;
use minijinja::{Environment, Error, State};
use serde_json::{Value, json};
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use super::{case_time, failed};
use crate::identity::srp::{self, Identity};

pub(super) const NAMES: [&str; 6] = ["srp_secret", "srp_public", "srp_claim", "srp_timestamp", "device_verifier", "device_claim"];

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_function("srp_secret", srp::secret);
    environment.add_function("srp_public", |secret: &str| srp::client_public(secret).map_err(failed));
    environment.add_function("srp_claim", srp_claim);
    environment.add_function("srp_timestamp", timestamp);
    environment.add_function("device_verifier", device_verifier);
    environment.add_function("device_claim", device_claim);
}

/// The case's time as a claim carries it: `Mon Jan 2 15:04:05 UTC 2006`, the day without a leading zero.
fn timestamp(state: &State<'_, '_>, offset: Option<i64>) -> Result<String, Error> {
    const FORM: &[time::format_description::BorrowedFormatItem<'_>] =
        format_description!("[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]");
    let seconds = i64::try_from(case_time(state)?).map_err(failed)?;
    let moment = OffsetDateTime::from_unix_timestamp(seconds).map_err(failed)?;
    let moment = moment.checked_add(Duration::seconds(offset.unwrap_or(0))).ok_or_else(|| failed("the offset leads too far"))?;
    moment.format(FORM).map_err(failed)
}

fn srp_claim(secret: &str, Serde(parameters): Serde<Value>, pool_id: &str, password: &str, timestamp: &str) -> Result<String, Error> {
    let name = parameter(&parameters, "USER_ID_FOR_SRP")?;
    claim(secret, &parameters, Identity { scope: srp::scope_of(pool_id), name, password }, timestamp)
}

/// `device` is NewDeviceMetadata.
fn device_claim(
    secret: &str,
    Serde(parameters): Serde<Value>,
    Serde(device): Serde<Value>,
    password: &str,
    timestamp: &str,
) -> Result<String, Error> {
    claim(secret, &parameters, device_identity(&device, password)?, timestamp)
}

fn device_identity<'a>(device: &'a Value, password: &'a str) -> Result<Identity<'a>, Error> {
    let member = |name: &str| device.get(name).and_then(Value::as_str).ok_or_else(|| failed(format!("the device has no `{name}`")));
    Ok(Identity { scope: member("DeviceGroupKey")?, name: member("DeviceKey")?, password })
}

fn claim(secret: &str, parameters: &Value, identity: Identity<'_>, timestamp: &str) -> Result<String, Error> {
    let [salt, srp_b, block] = ["SALT", "SRP_B", "SECRET_BLOCK"].map(|name| parameter(parameters, name));
    let key = srp::client_key(identity, secret, salt?, srp_b?).map_err(failed)?;
    srp::claim_signature(&key, identity.scope, identity.name, block?, timestamp).map_err(failed)
}

fn parameter<'a>(parameters: &'a Value, name: &str) -> Result<&'a str, Error> {
    parameters.get(name).and_then(Value::as_str).ok_or_else(|| failed(format!("the challenge has no parameter `{name}`")))
}

/// DeviceSecretVerifierConfig of a device (NewDeviceMetadata) that will prove that password.
fn device_verifier(Serde(device): Serde<Value>, password: &str) -> Result<minijinja::Value, Error> {
    let salt = srp::salt();
    let verifier = srp::verifier(device_identity(&device, password)?, &salt).map_err(failed)?;
    let [verifier, salt] = [verifier, salt].map(|number| srp::to_base64(&number).map_err(failed));
    Ok(minijinja::Value::from(Serde(json!({ "PasswordVerifier": verifier?, "Salt": salt? }))))
}
