//! CUSTOM_CHALLENGE.

use super::{
    super::{
        super::{
            client::Client,
            error::{Answer, ServiceError},
            session::Challenge,
            triggers::challenge::{Custom, Round},
        },
        Call,
        sign_in::{custom, parameter},
    },
    opened,
};

/// CUSTOM_CHALLENGE. Its session is over, whatever the answer: a next question has its own.
pub fn respond(call: &mut Call) -> Answer {
    let (session, reply) = opened(call, "CUSTOM_CHALLENGE")?;
    let Challenge::Custom(custom) = session.challenge else {
        return Err(ServiceError::bad_session());
    };
    let answer = parameter(reply.responses, "ANSWER")?;
    let mut custom = *custom;
    call.pool.close_session(reply.session);
    custom.verify(call.pool, answer)?;
    custom::next(call, &reply.client, custom)
}

/// The first challenge after the proof of a password (CHALLENGE_NAME `SRP_A`).
pub fn after_password(call: &mut Call, sub: &str, client: &Client) -> Answer {
    let name = call.pool.user(sub)?.username.clone();
    let rounds = vec![Round::met("SRP_A"), Round::met("PASSWORD_VERIFIER")];
    custom::next(call, client, Custom::new(&name, Some(sub.to_owned()), rounds))
}
