//! WEB_AUTHN: the proof of a passkey.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// WEB_AUTHN.
pub fn respond(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
