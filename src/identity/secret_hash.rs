//! The proof that an app client knows its secret, as `SecretHash` and `SECRET_HASH` carry it.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};

/// Base64 of HMAC-SHA-256 over user name and client id, keyed by the client's secret (developer guide, "Computing
/// secret hash values"). `username` is the name as the same request spells it.
#[must_use]
pub fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, client_secret.as_bytes());
    let tag = hmac::sign(&key, format!("{username}{client_id}").as_bytes());
    STANDARD.encode(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_openssl() {
        // printf userclient | openssl dgst -sha256 -hmac secret -binary | base64
        assert_eq!(secret_hash("secret", "user", "client"), "wvW87lzZoI+qQCVGmWVBJLlucdJ65huAVP1z+0MgA6E=");
    }

    #[test]
    fn depends_on_each_part() {
        let hash = secret_hash("secret", "user", "client");
        assert_ne!(hash, secret_hash("secret", "user2", "client"));
        assert_ne!(hash, secret_hash("secret2", "user", "client"));
        assert_ne!(hash, secret_hash("secret", "user", "client2"));
    }
}
