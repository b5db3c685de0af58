//! Is a request signed as it must be? AWS Signature Version 4.
//!
//! The received request is signed once more by aws-sigv4, with the same key, time and headers, and the two signatures
//! are compared. The suite's client signs with the same crate, so `tests/clients/signatures` checks both with others.
//!
//! Which headers must be signed: `host` (recorded), and no other. DynamoDB answered a request that signed only `host`
//! with a canonical request of just that (2013, dynalite), so neither `x-amz-date` nor `x-amz-target` is demanded, and
//! Kinesis took session tokens that were not signed (soto-project/soto-core#99, 2019).
//! The body's hash is the body's own, whatever `x-amz-content-sha256` says: `UNSIGNED-PAYLOAD` is a mismatch
//! (DynamoDB, measured in 2026 by extenddb).

mod authorization;
mod flaw;
mod instant;
mod keys;
mod recalculated;

use std::time::SystemTime;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{
    body::Bytes,
    http::{HeaderMap, Request, header::AUTHORIZATION},
};

use authorization::{Authorization, Credential};
pub use flaw::Flaw;
pub use keys::{KeyPair, Session};

/// A request that was received whole.
pub type Received = Request<Bytes>;

/// The only algorithm.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last part of a credential.
const TERMINATOR: &str = "aws4_request";
/// The header of a session token.
const TOKEN: &str = "x-amz-security-token";

/// What a signature is for.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Signing name of the service.
    pub service: &'static str,
    /// Region; any will do where none is named.
    pub region: Option<String>,
    /// How far its time may be from ours, in minutes.
    pub minutes: i64,
}

/// What a signed operation demands.
pub enum Gate {
    /// An Authorization header. What is in it is not looked at.
    Present,
    /// A signature by this key.
    Valid(KeyPair),
}

impl Gate {
    /// Lets a request pass, or says what is wrong with its signature.
    ///
    /// # Errors
    /// It may not pass.
    pub fn admit(&self, request: &Received, purpose: &Purpose) -> Result<(), Flaw> {
        match self {
            Self::Present if request.headers().contains_key(AUTHORIZATION) => Ok(()),
            Self::Present => Err(Flaw::Missing),
            Self::Valid(keys) => verify(request, purpose, keys, SystemTime::now()),
        }
    }
}

/// All checks, in the order that was recorded on DynamoDB (2013, dynalite).
fn verify(request: &Received, purpose: &Purpose, keys: &KeyPair, now: SystemTime) -> Result<(), Flaw> {
    let headers = request.headers();
    let authorization = Authorization::read(request.uri(), headers)?;
    let signed_at = instant::read(headers)?;
    instant::check(signed_at, now.into(), purpose.minutes)?;
    if !authorization.signed_headers.split(';').any(|name| name.eq_ignore_ascii_case("host")) {
        // aws/aws-sdk-php#2469 (DynamoDB, 2022).
        return Err(Flaw::Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned()));
    }
    if authorization.algorithm != ALGORITHM {
        let text = format!("Unsupported AWS 'algorithm': '{}' (only {ALGORITHM} for now). ", authorization.algorithm);
        return Err(Flaw::Incomplete(text));
    }
    let credential = authorization.credential()?;
    check_scope(&credential, purpose, &instant::day(signed_at))?;
    let token = headers.contains_key(TOKEN);
    // A temporary access key is nobody's without its token (inferred).
    if credential.access_key_id != keys.access_key_id || (keys.session.is_some() && !token) {
        return Err(Flaw::UnknownKey);
    }
    let ours = recalculated::signature(request, &authorization.signed_headers, &credential, keys, signed_at.into());
    let ours = ours.ok_or_else(Flaw::mismatch)?;
    verify_slices_are_equal(ours.as_bytes(), authorization.signature.as_bytes()).map_err(|_| Flaw::mismatch())?;
    check_token(headers, keys, now)
}

// One text for all that is wrong, each sentence with its blank: DynamoDB, measured in 2026 (extenddb); the date's:
// disneystreaming/smithy4s#387 (Kinesis, 2022). The terminator's is of 2013 without the repetition of what was sent.
fn check_scope(credential: &Credential, purpose: &Purpose, day: &str) -> Result<(), Flaw> {
    let mut text = String::new();
    if purpose.region.as_ref().is_some_and(|region| region != credential.region) {
        text.push_str("Credential should be scoped to a valid region. ");
    }
    if purpose.service != credential.service {
        text.push_str(&format!("Credential should be scoped to correct service: '{}'. ", purpose.service));
    }
    if credential.terminator != TERMINATOR {
        text.push_str(&format!("Credential should be scoped with a valid terminator: '{TERMINATOR}'. "));
    }
    if credential.date != day {
        text.push_str("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ");
    }
    if text.is_empty() { Ok(()) } else { Err(Flaw::Invalid(text)) }
}

/// A long-term key has no token, and a temporary one only its own.
fn check_token(headers: &HeaderMap, keys: &KeyPair, now: SystemTime) -> Result<(), Flaw> {
    let Some(sent) = headers.get(TOKEN) else { return Ok(()) };
    let Some(session) = &keys.session else { return Err(Flaw::BadToken) };
    verify_slices_are_equal(sent.as_bytes(), session.token.as_bytes()).map_err(|_| Flaw::BadToken)?;
    if session.has_ended(now) { Err(Flaw::ExpiredToken) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
