//! PASSWORD_VERIFIER: the proof of a password.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// PASSWORD_VERIFIER.
pub fn password_verifier(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
