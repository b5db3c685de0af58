//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof of a remembered device.
//!
//! Neither needs the session: who answers names the device, then the block (AWS code examples, sign_in_with_tracked_device;
//! NabuCasa/pycognito). There must be a sign-in that waits for it all the same.

use serde_json::Value;

use super::{
    super::{
        super::{
            devices::no_device,
            error::{Answer, ServiceError},
            input::Input,
            session::Challenge,
            srp::Then,
        },
        Call,
        sign_in::parameter,
    },
    Reply, in_session_named,
};

/// DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER.
pub fn respond(call: &mut Call, name: &str) -> Answer {
    let responses = call.input.object("ChallengeResponses").unwrap_or(Input(&Value::Null));
    let found = match call.input.text("Session") {
        Some(token) => Ok(token.to_owned()),
        None => waiting(call, name, responses),
    };
    call.pool.presented = call.pool.presented_in(found.as_deref().ok()).then(Some(responses));
    in_session_named(call, name, found.as_deref().map_err(Clone::clone))
}

/// The sign-in that waits for this answer.
fn waiting(call: &Call, name: &str, responses: Input) -> Result<String, ServiceError> {
    let sub = call.pool.find(parameter(responses, "USERNAME")?)?;
    let first = name == "DEVICE_SRP_AUTH";
    let wanted = parameter(responses, if first { "DEVICE_KEY" } else { "PASSWORD_CLAIM_SECRET_BLOCK" })?;
    let fits = |challenge: &Challenge| match challenge {
        Challenge::DeviceSrp(key) => first && key == wanted,
        Challenge::DeviceVerifier(block) => !first && block == wanted,
        _ => false,
    };
    let mut sessions = call.pool.sessions.iter().filter(|(_, session)| session.sub == sub && !session.used);
    let found = sessions.find(|(_, session)| fits(&session.challenge));
    found.map(|(token, _)| token.clone()).ok_or_else(ServiceError::bad_session)
}

/// The answer to DEVICE_SRP_AUTH brings DEVICE_PASSWORD_VERIFIER.
pub fn begin(call: &mut Call, key: &str, reply: Reply) -> Answer {
    let srp_a = parameter(reply.responses, "SRP_A")?;
    if parameter(reply.responses, "DEVICE_KEY")? != key {
        return Err(no_device());
    }
    let user = call.pool.user(&reply.sub)?;
    let (known, username) = (user.devices.find(key)?.secret.clone(), user.username.clone());
    let mut parameters = call.pool.open_exchange(Some(&reply.sub), &reply.client, Then::Device, known, srp_a)?;
    let block = parameters["SECRET_BLOCK"].as_str().unwrap_or_default().to_owned();
    parameters.insert("DEVICE_KEY".into(), key.into());
    parameters.insert("USERNAME".into(), username.into());
    call.pool.close_session(reply.session);
    call.pool.ask(&reply.sub, &reply.client, Challenge::DeviceVerifier(block), parameters.into())
}

/// The answer to DEVICE_PASSWORD_VERIFIER is the end of the sign-in, or leads to the second factor where a device does not
/// stand for it.
pub fn finish(call: &mut Call, reply: Reply) -> Answer {
    let exchange = call.pool.close_exchange(reply.responses, &reply.client)?;
    if exchange.then != Then::Device || exchange.sub.as_ref() != Some(&reply.sub) {
        return Err(ServiceError::wrong_password());
    }
    call.pool.close_session(reply.session);
    match call.pool.device_setting("ChallengeRequiredOnNewDevice") {
        true => call.pool.finish(&reply.sub, &reply.client),
        false => call.pool.second_factor(&reply.sub, &reply.client),
    }
}
