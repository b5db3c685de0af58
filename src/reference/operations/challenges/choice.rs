//! SELECT_CHALLENGE and the first factors that can be chosen.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP, SMS_OTP.
pub fn respond(_: &mut Call, _: &str) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
