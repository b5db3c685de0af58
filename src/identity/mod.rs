//! What a Cognito user's device computes, and reading (and forging) its tokens.
//!
//! - [`totp`]: codes of an authenticator app
//! - [`secret_hash`]: the proof that a client knows its secret
//! - [`jwt`]: what a token says, unverified
//! - [`signing`]: RS256 keys, signing and verifying
//! - [`forge`]: tokens that a service must refuse
//! - [`srp`]: proving a password without sending it
//! - [`passkey`]: a software authenticator, and what a relying party checks (Web Authentication)

pub mod forge;
pub mod jwt;
pub mod passkey;
pub mod secret_hash;
pub mod signing;
pub mod srp;
pub mod totp;
