//! The functions that expressions can call.

mod passkey;
mod srp;

use std::sync::atomic::{AtomicU64, Ordering};

use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, State};
use serde_json::Value;

use crate::identity::jwt::Jwt;
use crate::identity::secret_hash::secret_hash;
use crate::identity::{forge, totp};

/// Begins the name of everything that a run creates, so that leftovers can be recognised.
pub const NAME_PREFIX: &str = "cognito-conformance-";

/// The variable that tells `unique` which run it is.
pub const RUN_ID: &str = "run_id";

/// The variable that tells `totp` what time it is.
pub const CASE_TIME: &str = "case_time";

const NAMES: [&str; 13] = [
    "unique",
    "password",
    "totp",
    "wrong_totp",
    "truncated",
    "resigned",
    "unsigned",
    "tampered",
    "claim",
    "header",
    "secret_hash",
    "repeat",
    "json",
];

/// Whether a name is a function's.
pub fn is_function(name: &str) -> bool {
    NAMES.contains(&name) || passkey::NAMES.contains(&name) || srp::NAMES.contains(&name)
}

/// Makes the functions known to expressions.
pub fn register(environment: &mut Environment<'static>) {
    environment.add_function("unique", unique);
    environment.add_function("password", password);
    environment.add_function("totp", totp_code);
    environment.add_function("wrong_totp", wrong_totp);
    environment.add_function("truncated", |token: &str| forge::truncated(token).map_err(failed));
    environment.add_function("resigned", |token: &str| forge::resigned(token).map_err(failed));
    environment.add_function("unsigned", |token: &str| forge::unsigned(token).map_err(failed));
    environment.add_function("tampered", tampered);
    environment.add_function("claim", claim);
    environment.add_function("header", header);
    environment.add_function("secret_hash", secret_hash);
    environment.add_function("repeat", |text: &str, times: usize| text.repeat(times.min(1 << 20)));
    environment.add_function("json", |Serde(value): Serde<Value>| value.to_string());
    passkey::register(environment);
    srp::register(environment);
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

/// A number that no other call in this process got.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn unique(state: &State<'_, '_>, name: &str) -> Result<String, Error> {
    let run = state.lookup(RUN_ID).ok_or_else(|| failed("there is no run"))?;
    Ok(format!("{NAME_PREFIX}{run}-{name}-{}", next()))
}

/// Long enough and of every kind of character that a default policy asks for.
fn password() -> String {
    format!("Aa1!{}-{}", uuid::Uuid::new_v4().simple(), next())
}

/// Seconds since 1970 by the case's clock: all codes of a case are reckoned from one moment, whatever it takes to send them.
fn case_time(state: &State<'_, '_>) -> Result<u64, Error> {
    let time = state.lookup(CASE_TIME).and_then(|time| u64::try_from(time).ok());
    time.ok_or_else(|| failed("there is no case whose time it could be"))
}

fn totp_code(state: &State<'_, '_>, secret: &str, offset: Option<i64>) -> Result<String, Error> {
    totp::code_at(secret, case_time(state)?, offset.unwrap_or(0)).map_err(failed)
}

/// Six digits that are the code of none of the steps that a server may accept.
fn wrong_totp(state: &State<'_, '_>, secret: &str) -> Result<String, Error> {
    let time = case_time(state)?;
    let near = (-2..=2).map(|offset| totp::code_at(secret, time, offset)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut candidates = (0..10).map(|digit: u32| digit.to_string().repeat(6));
    candidates.find(|candidate| !near.contains(candidate)).ok_or_else(|| failed("every candidate is a right code"))
}

fn tampered(token: &str, name: &str, Serde(value): Serde<Value>) -> Result<String, Error> {
    forge::with_claim(token, name, value).map_err(failed)
}

fn claim(token: &str, name: &str) -> Result<minijinja::Value, Error> {
    let token = Jwt::read(token).map_err(failed)?;
    let value = token.claims.get(name).ok_or_else(|| failed(format!("the token has no claim `{name}`")))?;
    Ok(minijinja::Value::from(minijinja::value::Serde(value)))
}

fn header(token: &str, name: &str) -> Result<minijinja::Value, Error> {
    let token = Jwt::read(token).map_err(failed)?;
    let value = token.header.get(name).ok_or_else(|| failed(format!("the token's header has no member `{name}`")))?;
    Ok(minijinja::Value::from(minijinja::value::Serde(value)))
}
