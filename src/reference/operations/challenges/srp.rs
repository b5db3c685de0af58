//! PASSWORD_VERIFIER: the proof of a password. It needs no session: the block of the challenge tells what it answers.

use serde_json::Value;

use super::{
    super::{
        super::{
            error::{Answer, ServiceError},
            input::Input,
            srp::{Exchange, Refusal, Then},
        },
        Call,
        sign_in::{names, parameter},
    },
    custom,
};

/// PASSWORD_VERIFIER.
pub fn password_verifier(call: &mut Call) -> Answer {
    let client = call.client()?;
    let responses = call.input.object("ChallengeResponses").unwrap_or(Input(&Value::Null));
    if responses.0.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(ServiceError::missing_parameter("challenge responses."));
    }
    let name = parameter(responses, "USERNAME")?;
    let named = call.pool.find(name).ok();
    let mut spellings = vec![name];
    if let Some(user) = named.as_ref().and_then(|sub| call.pool.users.get(sub)) {
        spellings.extend(names(user));
    }
    client.check_later_secret(responses.text("SECRET_HASH"), &spellings)?;
    call.pool.check_presented(named.as_deref())?;
    let closed = call.pool.close_exchange(responses, &client);
    let (sub, then) = settle(call, closed, named)?;
    if let Some(session) = call.input.text("Session") {
        call.pool.close_session(session);
    }
    match then {
        Then::Custom => custom::after_password(call, &sub, &client),
        Then::Password | Then::Device => call.pool.after_password(&sub, &client),
    }
}

/// Counts the attempt, right or wrong, and tells who may go on, and how.
fn settle(call: &mut Call, closed: Result<Exchange, Refusal>, named: Option<String>) -> Result<(String, Then), ServiceError> {
    let exchange = match closed {
        Ok(exchange) => exchange,
        Err(Refusal { sub: Some(sub), error }) => return call.pool.admit(&sub, false).and(Err(error)),
        Err(Refusal { sub: None, error }) => return Err(error),
    };
    let sub = exchange.sub.filter(|sub| named.as_ref() == Some(sub)).ok_or_else(ServiceError::wrong_password)?;
    call.pool.admit(&sub, true)?;
    Ok((sub, exchange.then))
}
