//! Passkeys (W3C Web Authentication, Level 3): both sides of the two ceremonies, registration and sign-in.
//!
//! From the bottom up:
//!
//! - [`cose`]: public keys as they travel, and their signatures
//! - [`authenticator_data`]: the bytes that an authenticator signs
//! - [`authenticator`]: a software authenticator, which also does what no honest one would
//! - [`relying_party`]: what a service checks

pub mod authenticator;
pub mod authenticator_data;
pub mod cose;
pub mod relying_party;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Bytes as Web Authentication writes them in JSON: base64url without padding.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes that such a text stands for.
#[must_use]
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// What a signature signs: the authenticator data and the hash of the client data.
fn signed_bytes(authenticator_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [authenticator_data, &sha256(client_data)].concat()
}

#[cfg(test)]
mod tests;
