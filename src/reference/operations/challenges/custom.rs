//! CUSTOM_CHALLENGE.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// CUSTOM_CHALLENGE.
pub fn respond(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the challenge"))
}
