//! RS256: RSA keys of 2048 bits, signing and verifying compact tokens.
//!
//! The key pair is kept parsed, so that a signature costs what the arithmetic costs and no more.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents, UnparsedPublicKey},
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

/// Why a token is not verified by a key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// It is no set of keys.
    #[error("the key set is no list of keys")]
    NoKeys,
    /// No key of that name.
    #[error("no key of the set has that `kid`")]
    UnknownKey,
    /// The key cannot be used.
    #[error("the key of that `kid` is no RSA key with `n` and `e` in base64url")]
    Key,
    /// Somebody else signed it, or it was changed.
    #[error("that key did not sign it")]
    Signature,
}

/// Checks the RS256 signature of a compact token by the key of that name in a key set, or in the list of its keys.
///
/// # Errors
/// When it was not signed by that key, or there is no such key.
pub fn verify(keys: &Value, token: &str, kid: &str) -> Result<(), KeySetError> {
    let keys = keys.as_array().or_else(|| keys.get("keys")?.as_array()).ok_or(KeySetError::NoKeys)?;
    let key = keys.iter().find(|key| key["kid"] == kid).ok_or(KeySetError::UnknownKey)?;
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default()).map_err(|_| KeySetError::Key);
    let (n, e) = (bytes("n")?, bytes("e")?);
    if key["kty"] != "RSA" || n.is_empty() || e.is_empty() {
        return Err(KeySetError::Key);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(KeySetError::Signature)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| KeySetError::Signature)?;
    let key = RsaPublicKeyComponents { n, e };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).map_err(|_| KeySetError::Signature)
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
    fn a_key_set_verifies_what_its_keys_signed() {
        let (key, other) = (SigningKey::generate().expect("a key"), SigningKey::generate().expect("a key"));
        let token = key.issue(&Map::new()).expect("a token");
        let set = json!({ "keys": [other.jwk(), key.jwk()] });
        assert_eq!(verify(&set, &token, key.kid()), Ok(()));
        assert_eq!(verify(&set, &token, other.kid()), Err(KeySetError::Signature));
        assert_eq!(verify(&set, &token, "x"), Err(KeySetError::UnknownKey));
        assert_eq!(verify(&set["keys"], &token, key.kid()), Ok(()));
        assert_eq!(verify(&json!({}), &token, key.kid()), Err(KeySetError::NoKeys));
        let broken = json!({ "keys": [{ "kid": key.kid(), "kty": "RSA", "n": "!" }] });
        assert_eq!(verify(&broken, &token, key.kid()), Err(KeySetError::Key));
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
