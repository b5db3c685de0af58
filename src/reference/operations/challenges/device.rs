//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: the proof of a remembered device.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER.
pub fn respond(_: &mut Call, _: &str) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
