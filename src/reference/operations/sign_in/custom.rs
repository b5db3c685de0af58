//! CUSTOM_AUTH: challenges that Lambda functions define.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// CUSTOM_AUTH.
pub fn custom_auth(_: &mut Call) -> Answer {
    Err(ServiceError::invalid("Custom auth lambda trigger is not configured for the user pool."))
}
