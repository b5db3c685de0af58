//! RS256: RSA keys of 2048 bits, signing and verifying compact tokens.
//!
//! The key pair is kept parsed, so that a signature costs what the arithmetic costs and no more.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value, json};

use super::jwt::unsigned;

/// The cryptographic library gave up; there is nothing a user can do about it but try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("make an RSA key or signature: the random number source may be exhausted, try again")]
pub struct SigningError;

/// A private key with its name.
pub struct SigningKey {
    kid: String,
    pair: KeyPair,
}

impl SigningKey {
    /// A new key of 2048 bits with a random name (base64 of 32 bytes, as Cognito's are). Takes about 0.1 s.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn generate() -> Result<Self, SigningError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningError)?;
        Ok(Self { kid: STANDARD.encode(rand::random::<[u8; 32]>()), pair })
    }

    /// The key's name, `kid` in a token's header.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// A token of `claims` with header `{"kid", "alg":"RS256"}`.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn issue(&self, claims: &Map<String, Value>) -> Result<String, SigningError> {
        let header = Map::from_iter([("kid".into(), json!(self.kid)), ("alg".into(), json!("RS256"))]);
        self.sign(&header, claims)
    }

    /// A token of the given header and claims, whatever the header says of key and algorithm.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn sign(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> Result<String, SigningError> {
        let message = unsigned(header, claims);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).map_err(|_| SigningError)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether this key signed the token. A text that is no token was not.
    #[must_use]
    pub fn signed(&self, token: &str) -> bool {
        let Some((message, signature)) = token.rsplit_once('.') else {
            return false;
        };
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
            return false;
        };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key()).verify(message.as_bytes(), &signature).is_ok()
    }

    /// The public half as an entry of a key set.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let key = self.pair.public_key();
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero()),
            "kid": self.kid,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero()),
            "use": "sig",
        })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

    use super::*;

    #[test]
    fn another_library_accepts_the_token() {
        let key = SigningKey::generate().expect("a key");
        let token = key.issue(&Map::from_iter([("sub".into(), json!("a"))])).expect("a token");
        let jwk = serde_json::from_value(key.jwk()).expect("a JWK");
        let mut rules = Validation::new(Algorithm::RS256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        let read = decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).expect("a key"), &rules).expect("verified");
        assert_eq!(read.claims, json!({"sub": "a"}));
        assert_eq!(read.header.kid.as_deref(), Some(key.kid()));
    }

    #[test]
    fn a_changed_token_is_not_signed() {
        let key = SigningKey::generate().expect("a key");
        let token = key.issue(&Map::new()).expect("a token");
        assert!(key.signed(&token));
        assert!(!key.signed(&token.replace('.', "A.")));
        assert!(!key.signed("nonsense"));
    }
}
