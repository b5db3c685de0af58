//! RespondToAuthChallenge and AdminRespondToAuthChallenge: they differ in who may call them, and in the names that they take.

mod choice;
mod custom;
mod device;
mod passkey;
mod srp;

use serde_json::Value;

use super::{
    super::{
        client::Client,
        error::{Answer, ServiceError},
        input::Input,
        session::{Challenge, Session},
        user::{Factor, Status, User},
    },
    Call,
    sign_in::{names, parameter},
};
use crate::identity::totp::matching_step;

/// One answer to one challenge, whose session has been found good.
struct Reply<'a> {
    session: &'a str,
    sub: String,
    client: Client,
    responses: Input<'a>,
}

/// RespondToAuthChallenge and AdminRespondToAuthChallenge.
pub fn respond_to_auth_challenge(call: &mut Call) -> Answer {
    let name = call.input.required("ChallengeName");
    let presented = call.pool.presented_in(call.input.text("Session"));
    call.pool.presented = presented.then(call.input.object("ChallengeResponses"));
    match name {
        "PASSWORD_VERIFIER" => srp::password_verifier(call),
        name @ ("SELECT_CHALLENGE" | "PASSWORD" | "PASSWORD_SRP" | "SMS_OTP") => choice::respond(call, name),
        "CUSTOM_CHALLENGE" => custom::respond(call),
        "WEB_AUTHN" => passkey::respond(call),
        name @ ("DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER") => device::respond(call, name),
        name => in_session(call, name),
    }
}

/// An answer to a challenge that its session alone describes.
fn in_session(call: &mut Call, name: &str) -> Answer {
    let token = token_of(call);
    in_session_named(call, name, token)
}

fn in_session_named(call: &mut Call, name: &str, token: Result<&str, ServiceError>) -> Answer {
    let (session, reply) = opened_as(call, name, token)?;
    answer(call, &session, reply)
}

fn token_of<'a>(call: &Call<'a>) -> Result<&'a str, ServiceError> {
    call.input.text("Session").ok_or_else(|| ServiceError::missing_parameter("Session"))
}

/// The session of the request, which must wait for an answer to the challenge of that name by this user and client.
fn opened<'a>(call: &mut Call<'a>, name: &str) -> Result<(Session, Reply<'a>), ServiceError> {
    let token = token_of(call);
    opened_as(call, name, token)
}

fn opened_as<'a: 'b, 'b>(
    call: &mut Call<'a>,
    name: &str,
    token: Result<&'b str, ServiceError>,
) -> Result<(Session, Reply<'b>), ServiceError> {
    let client = call.client()?;
    let responses = call.input.object("ChallengeResponses").unwrap_or(Input(&Value::Null));
    let user_name = parameter(responses, "USERNAME")?;
    let token = token?;
    let session = call.pool.session(token)?.clone();
    let user = call.pool.users.get(&session.sub);
    let mut spellings = user.map(names).unwrap_or_default();
    spellings.push(user_name);
    client.check_later_secret(responses.text("SECRET_HASH"), &spellings)?;
    let fits = session.client_id == client.id && session.challenge.name() == name;
    let own = user.map_or_else(|| call.pool.find(user_name).is_err(), |user| is_name_of(call, user_name, user));
    if !fits || !own {
        return Err(ServiceError::bad_session());
    }
    user.map_or_else(|| session.challenge.check_nobody(), User::check_state)?;
    let own_name = user.map_or_else(|| user_name.to_owned(), |user| user.username.clone());
    call.pool.presented.answered_as(user_name, &own_name);
    Ok((session.clone(), Reply { session: token, sub: session.sub, client, responses }))
}

impl Challenge {
    /// What somebody who is no user comes to, where the client must not tell: the codes went nowhere. Only custom challenges go on.
    fn check_nobody(&self) -> Result<(), ServiceError> {
        match self {
            Self::Custom(_) => Ok(()),
            Self::Email(_) | Self::FirstSms(_) => Err(wrong_code()),
            _ => Err(ServiceError::wrong_password()),
        }
    }
}

/// Administrators must use the user's own name: an alias is none to them.
fn is_name_of(call: &Call, name: &str, user: &User) -> bool {
    let by_administrator = call.input.get("UserPoolId").is_some();
    let named = call.pool.find(name).is_ok_and(|sub| sub == user.sub);
    named && (!by_administrator || [&user.username, &user.sub].contains(&&call.pool.folded(name)))
}

// A wrong answer leaves the session usable: it is closed only where the challenge is met.
fn answer(call: &mut Call, session: &Session, reply: Reply) -> Answer {
    match &session.challenge {
        Challenge::NewPassword => return new_password(call, reply),
        Challenge::Select => return select(call, reply),
        Challenge::Sms(code) => {
            expect_code(code, parameter(reply.responses, "SMS_MFA_CODE")?)?;
            call.pool.user_mut(&reply.sub)?.prove("phone_number");
        }
        Challenge::Email(code) => {
            expect_code(code, parameter(reply.responses, "EMAIL_OTP_CODE")?)?;
            call.pool.user_mut(&reply.sub)?.prove("email");
        }
        Challenge::SoftwareToken => software_token(call, &reply)?,
        Challenge::Setup(_) | Challenge::First(_) | Challenge::FirstSms(_) | Challenge::Custom(_) | Challenge::SignedUp => {
            return Err(ServiceError::bad_session());
        }
        Challenge::SetupDone => {}
        Challenge::DeviceSrp(key) => return device::begin(call, key, reply),
        Challenge::DeviceVerifier(_) => return device::finish(call, reply),
        Challenge::Passkey(challenge) => passkey::verify(call, &reply, challenge)?,
    }
    call.pool.close_session(reply.session);
    call.pool.finish(&reply.sub, &reply.client)
}

fn expect_code(sent: &str, given: &str) -> Result<(), ServiceError> {
    (sent == given).then_some(()).ok_or_else(wrong_code)
}

fn wrong_code() -> ServiceError {
    ServiceError::new("CodeMismatchException", "Invalid code or auth state for the user.")
}

fn software_token(call: &mut Call, reply: &Reply) -> Result<(), ServiceError> {
    let code = parameter(reply.responses, "SOFTWARE_TOKEN_MFA_CODE")?;
    let time = call.pool.seconds();
    call.pool.user_mut(&reply.sub)?.spend_code(code, time)
}

impl User {
    /// Accepts a code of the authenticator app once: its step and those before are spent then.
    fn spend_code(&mut self, code: &str, time: u64) -> Result<(), ServiceError> {
        let text = "Software Token MFA does not exist for the user.";
        let token = self.software_token.as_mut().ok_or_else(|| super::software_token::not_found(text))?;
        let step = matching_step(&token.secret, code, time).ok().flatten();
        let step = step.ok_or_else(|| ServiceError::new("CodeMismatchException", "Invalid code received for user"))?;
        if step <= token.last_step {
            let text = "Your software token has already been used once.";
            return Err(ServiceError::new("ExpiredCodeException", text));
        }
        token.last_step = step;
        Ok(())
    }
}

fn select(call: &mut Call, reply: Reply) -> Answer {
    let wanted = parameter(reply.responses, "ANSWER")?;
    let user = call.pool.user(&reply.sub)?;
    let chosen = user.factors.iter().copied().find(|factor| factor.name() == wanted && call.pool.offers(*factor));
    let factor: Factor = chosen.ok_or_else(|| ServiceError::invalid("Invalid MFA type selected."))?;
    call.pool.close_session(reply.session);
    call.pool.ask_factor(&reply.sub, &reply.client, factor)
}

fn new_password(call: &mut Call, reply: Reply) -> Answer {
    let password = parameter(reply.responses, "NEW_PASSWORD")?;
    super::administration::check_new_password(call, &reply.sub, password)?;
    let changes = call.pool.changed_attributes(&sent_attributes(reply.responses))?;
    reply.client.check_writable(changes.keys().map(String::as_str))?;
    let mut attributes = call.pool.user(&reply.sub)?.attributes.clone();
    if let Some(name) = changes.keys().find(|name| call.pool.requires(name) && attributes.contains_key(*name)) {
        return Err(ServiceError::not_authorized(format!("Cannot modify an already provided {name}")));
    }
    call.pool.check_taken(&changes, &reply.sub).map_err(ServiceError::taken)?;
    attributes.extend(changes);
    if let Some(missing) = call.pool.missing_required(&attributes).first() {
        return Err(ServiceError::invalid(format!("Invalid attributes given, {missing} is missing")));
    }
    let now = call.pool.now();
    let user = call.pool.user_mut(&reply.sub)?;
    user.attributes = attributes;
    user.set_password(password, Status::Confirmed, now);
    call.pool.close_session(reply.session);
    call.pool.after_new_password(&reply.sub, &reply.client)
}

/// Attributes among the responses: `userAttributes.<name>`.
fn sent_attributes(responses: Input) -> Vec<Value> {
    let all = responses.0.as_object().into_iter().flatten();
    all.filter_map(|(key, value)| {
        let name = key.strip_prefix("userAttributes.")?;
        Some(serde_json::json!({ "Name": name, "Value": value }))
    })
    .collect()
}
