//! Tokens that a service must refuse, made from one that it accepts.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{
    jwt::{Jwt, JwtError},
    signing::{SigningError, SigningKey},
};

/// Why a token could not be forged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// The token to start from is none.
    #[error("forge a token from one that is not a JWT: {0}")]
    Jwt(#[from] JwtError),
    /// The cryptographic library failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
}

/// The token without the last ten characters of its signature: still three parts, still the same claims.
///
/// # Errors
/// When `token` is not a JWT.
pub fn truncated(token: &str) -> Result<String, ForgeError> {
    Jwt::read(token)?;
    let (message, signature) = token.rsplit_once('.').unwrap_or_default();
    let kept = signature.chars().count().saturating_sub(10);
    Ok(format!("{message}.{}", signature.chars().take(kept).collect::<String>()))
}

/// The same header and claims, signed (RS256) by another key: one made once per process.
///
/// # Errors
/// When `token` is not a JWT, or no key can be made.
pub fn resigned(token: &str) -> Result<String, ForgeError> {
    static KEY: OnceLock<Result<SigningKey, SigningError>> = OnceLock::new();
    let jwt = Jwt::read(token)?;
    let key = KEY.get_or_init(SigningKey::generate).as_ref().map_err(|error| *error)?;
    Ok(key.sign(&jwt.header, &jwt.claims)?)
}

/// The same claims with `alg` none and an empty signature.
///
/// # Errors
/// When `token` is not a JWT.
pub fn unsigned(token: &str) -> Result<String, ForgeError> {
    let mut jwt = Jwt::read(token)?;
    jwt.header.insert("alg".into(), json!("none"));
    jwt.signature.clear();
    Ok(jwt.write())
}

/// The token with one claim set to `value`, under its old signature.
///
/// # Errors
/// When `token` is not a JWT.
pub fn with_claim(token: &str, name: &str, value: Value) -> Result<String, ForgeError> {
    let mut jwt = Jwt::read(token)?;
    jwt.claims.insert(name.to_owned(), value);
    Ok(jwt.write())
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn genuine() -> (SigningKey, String) {
        let key = SigningKey::generate().expect("a key");
        let token = key.issue(&Map::from_iter([("sub".into(), json!("a"))])).expect("a token");
        (key, token)
    }

    #[test]
    fn no_forgery_verifies_and_all_are_readable() {
        let (key, token) = genuine();
        let forgeries = [truncated(&token), resigned(&token), unsigned(&token), with_claim(&token, "sub", json!("b"))];
        for forged in forgeries {
            let forged = forged.expect("forged");
            assert!(!key.signed(&forged));
            assert!(Jwt::read(&forged).is_ok());
        }
    }

    #[test]
    fn claims_stay_but_for_the_one_changed() {
        let (_, token) = genuine();
        let sub = |token: &str| Jwt::read(token).expect("a token").text("sub").map(str::to_owned);
        assert_eq!(sub(&resigned(&token).expect("forged")).as_deref(), Some("a"));
        assert_eq!(sub(&with_claim(&token, "sub", json!("b")).expect("forged")).as_deref(), Some("b"));
    }

    #[test]
    fn only_a_token_can_be_forged() {
        assert!(matches!(truncated("nonsense"), Err(ForgeError::Jwt(_))));
    }
}
