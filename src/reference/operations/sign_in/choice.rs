//! USER_AUTH: the user chooses how to sign in.

use super::super::{
    super::error::{Answer, ServiceError},
    Call,
};

/// USER_AUTH.
pub fn user_auth(_: &mut Call) -> Answer {
    Err(ServiceError::not_implemented("the authentication flow USER_AUTH"))
}
