//! CUSTOM_CHALLENGE.

use super::super::{
    super::{
        client::Client,
        error::{Answer, ServiceError},
    },
    Call,
};

/// CUSTOM_CHALLENGE.
pub fn respond(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}

/// The first challenge after the proof of a password (CHALLENGE_NAME `SRP_A`).
pub fn after_password(_: &mut Call, _: &str, _: &Client) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
