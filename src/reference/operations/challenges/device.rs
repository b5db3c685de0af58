//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof of a remembered device.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    super::{
        super::{
            devices::Device,
            error::{Answer, ServiceError},
            session::{Challenge, DeviceProof},
        },
        Call,
        sign_in::parameter,
    },
    Reply, in_session,
};
use crate::identity::srp;

/// DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER.
pub fn respond(call: &mut Call, name: &str) -> Answer {
    in_session(call, name)
}

/// The device of a challenge, if the answer is about it.
fn device<'a>(call: &'a Call, reply: &Reply, key: &str) -> Result<&'a Device, ServiceError> {
    if parameter(reply.responses, "DEVICE_KEY")? != key {
        return Err(super::super::super::devices::no_device());
    }
    call.pool.user(&reply.sub)?.devices.find(key)
}

fn refused(_: srp::SrpError) -> ServiceError {
    ServiceError::not_authorized("Incorrect username or password.")
}

/// The answer to DEVICE_SRP_AUTH brings DEVICE_PASSWORD_VERIFIER.
pub fn begin(call: &mut Call, key: &str, reply: Reply) -> Answer {
    let srp_a = parameter(reply.responses, "SRP_A")?.to_owned();
    let device = device(call, &reply, key)?;
    let secret = srp::secret();
    let srp_b = srp::server_public(&device.verifier.verifier, &secret).map_err(refused)?;
    // Whether SRP_A is a number that proves anything is found out before it is kept.
    srp::server_key(&device.verifier.verifier, &secret, &srp_a).map_err(|_| ServiceError::invalid("Invalid SRP_A given."))?;
    let block = STANDARD.encode([rand::random::<[u8; 32]>(), rand::random()].concat());
    let username = call.pool.user(&reply.sub)?.username.clone();
    let parameters = json!({
        "SALT": device.verifier.salt,
        "SRP_B": srp_b,
        "SECRET_BLOCK": block,
        "DEVICE_KEY": key,
        "USERNAME": username,
    });
    let proof = DeviceProof { key: key.to_owned(), srp_a, secret, block };
    call.pool.close_session(reply.session);
    call.pool.ask(&reply.sub, &reply.client, Challenge::DeviceVerifier(proof), parameters)
}

/// The answer to DEVICE_PASSWORD_VERIFIER is the end of the sign-in, or leads to the second factor where a device does not
/// stand for it.
pub fn finish(call: &mut Call, proof: &DeviceProof, reply: Reply) -> Answer {
    let device = device(call, &reply, &proof.key)?;
    let [block, time, claim] =
        ["PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE"].map(|name| parameter(reply.responses, name));
    let (block, time, claim) = (block?, time?, claim?);
    let key = srp::server_key(&device.verifier.verifier, &proof.secret, &proof.srp_a).map_err(refused)?;
    let right = srp::claim_signature(&key, &device.group_key, &device.key, &proof.block, time).map_err(refused)?;
    if block != proof.block || claim != right {
        return Err(ServiceError::not_authorized("Incorrect username or password."));
    }
    call.pool.close_session(reply.session);
    match call.pool.device_setting("ChallengeRequiredOnNewDevice") {
        true => call.pool.finish(&reply.sub, &reply.client),
        false => call.pool.second_factor(&reply.sub, &reply.client),
    }
}
