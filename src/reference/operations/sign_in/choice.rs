//! USER_AUTH: the user chooses how to sign in.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            client::Client,
            delivery::{CODE_DIGITS, EMAIL_OTP_DIGITS, simulated_code_parameters},
            error::{Answer, ServiceError},
            input::Input,
            pool::Pool,
            session::Challenge,
            srp::Then,
            token::{DIGITS, random_text},
        },
        Call,
    },
    find_or_migrate, parameter, parameters, srp,
};

/// USER_AUTH: what the user prefers, where it can be had; else the choice.
pub fn user_auth(call: &mut Call) -> Answer {
    let client = call.client()?;
    if !client.allows(&["ALLOW_USER_AUTH"]) {
        return Err(ServiceError::invalid("USER_AUTH flow not enabled for this client"));
    }
    let parameters = parameters(call);
    let name = parameter(parameters, "USERNAME")?;
    client.check_secret(parameters.text("SECRET_HASH"), &[name])?;
    if let Some(session) = call.input.text("Session") {
        return after_sign_up(call, &client, name, session);
    }
    let preferred = parameters.text("PREFERRED_CHALLENGE");
    let password = parameters.text("PASSWORD").filter(|_| preferred == Some("PASSWORD"));
    let found = find_or_migrate(call, &client, name, password);
    call.pool.announce(&client, name)?;
    let sub = match found {
        Ok(sub) => sub,
        Err(error) if client.hides_users() && error == ServiceError::wrong_password() => {
            return nobody(call, &client, name, preferred, parameters);
        }
        Err(error) => return Err(error),
    };
    let user = call.pool.user(&sub)?;
    let available = call.pool.first_challenges(user);
    let chosen = available.iter().find(|one| Some(**one) == preferred).copied();
    if let Some(chosen) = chosen {
        return begin(call, &client, &sub, chosen, parameters);
    }
    user.check_state()?;
    Ok(choice(call.pool, &sub, &client, &available))
}

/// A sign-up that was confirmed a moment ago needs no further proof: its session stands for it.
fn after_sign_up(call: &mut Call, client: &Client, name: &str, session: &str) -> Answer {
    let opened = call.pool.session(session)?;
    let fits = opened.client_id == client.id && matches!(opened.challenge, Challenge::SignedUp);
    let sub = opened.sub.clone();
    if !fits || call.pool.find(name).ok().as_ref() != Some(&sub) {
        return Err(ServiceError::bad_session());
    }
    call.pool.user(&sub)?.check_state()?;
    call.pool.close_session(session);
    call.pool.finish(&sub, client)
}

fn choice(pool: &mut Pool, sub: &str, client: &Client, available: &[&str]) -> Value {
    let session = pool.open_session(sub, client, Challenge::First("SELECT_CHALLENGE"));
    json!({ "ChallengeName": "SELECT_CHALLENGE", "ChallengeParameters": {}, "Session": session, "AvailableChallenges": available })
}

/// Begins with a challenge: at once where what answers it was sent along, else by asking.
pub fn begin(call: &mut Call, client: &Client, sub: &str, chosen: &'static str, given: Input) -> Answer {
    match (chosen, given.text("PASSWORD"), given.text("SRP_A")) {
        ("PASSWORD", Some(password), _) => {
            call.pool.admit_password(sub, password)?;
            call.pool.after_password(sub, client)
        }
        ("PASSWORD_SRP", _, Some(srp_a)) => {
            let name = call.pool.user(sub)?.username.clone();
            srp::challenge(call, client, &name, srp_a, Then::Password)
        }
        ("EMAIL_OTP" | "SMS_OTP", ..) => {
            call.pool.user(sub)?.check_state()?;
            send_code(call, client, sub, chosen)
        }
        ("WEB_AUTHN", ..) => {
            call.pool.user(sub)?.check_state()?;
            call.pool.ask_passkey(sub, client)
        }
        _ => {
            call.pool.user(sub)?.check_state()?;
            Ok(ask(call.pool, client, sub, Challenge::First(chosen), json!({})))
        }
    }
}

fn ask(pool: &mut Pool, client: &Client, sub: &str, challenge: Challenge, parameters: Value) -> Value {
    let name = challenge.name();
    let session = pool.open_session(sub, client, challenge);
    json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": session, "AvailableChallenges": [name] })
}

/// How the code of a challenge goes, and how many digits it has (by SMS: chosen, there is no record of one).
fn sent_by(chosen: &str) -> (&'static str, usize) {
    if chosen == "SMS_OTP" { ("SMS", CODE_DIGITS) } else { ("EMAIL", EMAIL_OTP_DIGITS) }
}

fn of_code(medium: &str, code: String) -> Challenge {
    if medium == "SMS" { Challenge::FirstSms(code) } else { Challenge::Email(code) }
}

fn send_code(call: &mut Call, client: &Client, sub: &str, chosen: &str) -> Answer {
    call.pool.trigger("CustomMessage_Authentication", sub)?;
    let (medium, digits) = sent_by(chosen);
    let user = call.pool.user_mut(sub)?;
    let challenge = of_code(medium, user.send_code(medium, digits));
    let parameters = user.code_parameters(medium);
    Ok(ask(call.pool, client, sub, challenge, parameters))
}

/// What somebody who is no user is answered: as if there were one, with codes that go nowhere.
fn nobody(call: &mut Call, client: &Client, name: &str, preferred: Option<&str>, given: Input) -> Answer {
    let available = call.pool.first_challenges_of_nobody();
    let chosen = available.iter().find(|one| Some(**one) == preferred);
    match (chosen.copied(), given.text("PASSWORD"), given.text("SRP_A")) {
        (Some("PASSWORD"), Some(_), _) => Err(ServiceError::wrong_password()),
        (Some("PASSWORD_SRP"), _, Some(srp_a)) => srp::challenge(call, client, name, srp_a, Then::Password),
        (Some(chosen @ ("EMAIL_OTP" | "SMS_OTP")), ..) => {
            let (medium, digits) = sent_by(chosen);
            let challenge = of_code(medium, random_text(DIGITS, digits));
            Ok(ask(call.pool, client, "", challenge, simulated_code_parameters(medium, name)))
        }
        (Some(chosen), ..) => Ok(ask(call.pool, client, "", Challenge::First(chosen), json!({}))),
        (None, ..) => Ok(choice(call.pool, "", client, &available)),
    }
}
