//! SELECT_CHALLENGE and the first factors that can be chosen.

use super::{
    super::{
        super::{
            error::{Answer, ServiceError},
            session::Challenge,
        },
        Call,
        sign_in::{choice, parameter},
    },
    Reply, expect_code, opened,
};

/// SELECT_CHALLENGE, PASSWORD, PASSWORD_SRP, SMS_OTP.
pub fn respond(call: &mut Call, name: &str) -> Answer {
    let (session, reply) = opened(call, name)?;
    match &session.challenge {
        Challenge::FirstSms(code) => {
            expect_code(code, parameter(reply.responses, "SMS_OTP_CODE")?)?;
            call.pool.close_session(reply.session);
            call.pool.finish(&reply.sub, &reply.client)
        }
        Challenge::First("SELECT_CHALLENGE") => select(call, &reply),
        Challenge::First(chosen) => begin(call, &reply, chosen),
        _ => Err(ServiceError::bad_session()),
    }
}

fn select(call: &mut Call, reply: &Reply) -> Answer {
    let wanted = parameter(reply.responses, "ANSWER")?;
    let available = call.pool.first_challenges(call.pool.user(&reply.sub)?);
    let chosen = available.into_iter().find(|one| *one == wanted);
    let chosen = chosen.ok_or_else(|| ServiceError::invalid("The challenge that was selected is not available."))?;
    begin(call, reply, chosen)
}

// Whatever the answer, this session is over: a wrong password needs a new sign-in.
fn begin(call: &mut Call, reply: &Reply, chosen: &'static str) -> Answer {
    match chosen {
        "PASSWORD" => drop(parameter(reply.responses, "PASSWORD")?),
        "PASSWORD_SRP" => drop(parameter(reply.responses, "SRP_A")?),
        _ => {}
    }
    call.pool.close_session(reply.session);
    choice::begin(call, &reply.client, &reply.sub, chosen, reply.responses)
}
