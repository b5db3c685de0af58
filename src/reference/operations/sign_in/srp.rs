//! USER_SRP_AUTH: the password is proven, not sent.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// USER_SRP_AUTH.
pub fn user_srp_auth(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the authentication flow USER_SRP_AUTH"))
}
