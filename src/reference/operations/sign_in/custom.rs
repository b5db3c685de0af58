//! CUSTOM_AUTH: challenges that Lambda functions define.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            client::Client,
            error::{Answer, ServiceError},
            session::Challenge,
            srp::Then,
            triggers::{
                challenge::{Custom, Next, Round, not_configured},
                unusable,
            },
        },
        Call,
    },
    find, parameter, parameters, srp,
};

/// CUSTOM_AUTH, from the start or from the proof of a password.
pub fn custom_auth(call: &mut Call) -> Answer {
    let client = call.client()?;
    if !client.allows_custom() {
        return Err(ServiceError::invalid("CUSTOM_AUTH is not enabled for the client."));
    }
    let parameters = parameters(call);
    let name = parameter(parameters, "USERNAME")?;
    client.check_secret(parameters.text("SECRET_HASH"), &[name])?;
    if !call.pool.has_custom_challenges() {
        return Err(not_configured());
    }
    call.pool.announce(&client, name)?;
    let sub = match find(call, &client, name) {
        Ok(sub) => Some(sub),
        Err(_) if client.hides_users() => None,
        Err(error) => return Err(error),
    };
    if let Some(sub) = &sub {
        call.pool.user(sub)?.check_state()?;
    }
    let rounds = match parameters.text("CHALLENGE_NAME") {
        Some("SRP_A") => vec![Round::met("SRP_A")],
        _ => Vec::new(),
    };
    let password_first = !rounds.is_empty();
    let custom = Custom::new(name, sub, rounds);
    match custom.define(call.pool)? {
        // Whether it is needed, the function has to say: it may ask a question of its own all the same.
        Next::Password if password_first => srp::challenge(call, &client, name, parameter(parameters, "SRP_A")?, Then::Custom),
        next => go_on(call, &client, custom, next),
    }
}

/// Asks the pool's function what comes next, and does it.
pub fn next(call: &mut Call, client: &Client, custom: Custom) -> Answer {
    let next = custom.define(call.pool)?;
    go_on(call, client, custom, next)
}

// A name that nobody has comes to nothing in the end, whatever the functions say.
fn go_on(call: &mut Call, client: &Client, mut custom: Custom, next: Next) -> Answer {
    match (next, custom.sub.clone()) {
        (Next::Tokens, Some(sub)) => call.pool.finish(&sub, client),
        (Next::Tokens, None) | (Next::Failure, _) => Err(ServiceError::wrong_password()),
        (Next::Password, _) => Err(unusable("Unrecognizable lambda output")),
        (Next::Question, sub) => {
            let mut parameters = custom.create(call.pool)?;
            if custom.is_unanswered() {
                parameters["USERNAME"] = username(call, &custom);
            }
            let session = call.pool.open_session(&sub.unwrap_or_default(), client, Challenge::Custom(Box::new(custom)));
            Ok(json!({ "ChallengeName": "CUSTOM_CHALLENGE", "ChallengeParameters": parameters, "Session": session }))
        }
    }
}

fn username(call: &Call, custom: &Custom) -> Value {
    let user = custom.sub.as_ref().and_then(|sub| call.pool.users.get(sub));
    json!(user.map_or(&custom.name, |user| &user.username))
}
