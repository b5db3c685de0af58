//! The history of a user that threat protection keeps: sign-ins, sign-ups, codes and passwords.
//!
//! It is written from outside: what was asked and what was answered tell what happened, so no operation needs to know of it.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    error::{Answer, ServiceError},
    input::Input,
    pool::Pool,
    token::{LETTERS, random_text, verify},
};
use crate::identity::jwt::Jwt;

/// Something that happened to a user.
#[derive(Clone)]
pub struct Event {
    /// UUID; of a sign-in that is complete, the `event_id` of its tokens.
    pub id: String,
    /// EventType.
    pub kind: &'static str,
    /// EventResponse.
    pub response: &'static str,
    /// ChallengeName and ChallengeResponse.
    pub challenges: Vec<(&'static str, &'static str)>,
    /// Where the request came from, as far as it said so.
    pub address: Option<String>,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
    /// What was said of it, and when.
    pub feedback: Option<(String, &'static str, f64)>,
    /// Lets the user say it without signing in; only a message to the user has it.
    pub feedback_token: String,
}

const SIGN_IN: &str = "SignIn";
const PASS: &str = "Pass";
const FAIL: &str = "Fail";
const IN_PROGRESS: &str = "InProgress";
const PASSWORD: &str = "Password";

impl Event {
    fn new(pool: &Pool, kind: &'static str, response: &'static str) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            kind,
            response,
            challenges: Vec::new(),
            address: None,
            created: pool.now(),
            feedback: None,
            feedback_token: random_text(LETTERS, 60),
        }
    }

    /// AuthEventType. Nothing is ever found to be a risk.
    pub fn describe(&self) -> Value {
        let challenge = |(name, response): &(&str, &str)| json!({ "ChallengeName": name, "ChallengeResponse": response });
        let mut members = Map::from_iter([
            ("EventId".to_owned(), json!(self.id)),
            ("EventType".to_owned(), json!(self.kind)),
            ("CreationDate".to_owned(), json!(self.created)),
            ("EventResponse".to_owned(), json!(self.response)),
            ("EventRisk".to_owned(), json!({ "RiskDecision": "NoRisk", "CompromisedCredentialsDetected": false })),
            ("ChallengeResponses".to_owned(), self.challenges.iter().map(challenge).collect()),
            ("EventContextData".to_owned(), self.address.as_ref().map_or(json!({}), |address| json!({ "IpAddress": address }))),
        ]);
        if let Some((value, provider, date)) = &self.feedback {
            let feedback = json!({ "FeedbackValue": value, "Provider": provider, "FeedbackDate": date });
            members.insert("EventFeedback".into(), feedback);
        }
        Value::Object(members)
    }
}

impl Pool {
    /// Refuses where threat protection does not watch this pool.
    pub fn check_watched(&self) -> Result<(), ServiceError> {
        let text = "User pool add-ons are not enabled for the user pool.";
        self.is_watched().then_some(()).ok_or_else(|| ServiceError::new("UserPoolAddOnNotEnabledException", text))
    }

    fn is_watched(&self) -> bool {
        let mode = self.at("UserPoolAddOns", "/AdvancedSecurityMode").and_then(Value::as_str);
        matches!(mode, Some("AUDIT" | "ENFORCED"))
    }

    fn add_event(&mut self, sub: &str, event: Event) {
        if let Ok(user) = self.user_mut(sub) {
            user.events.push(event);
        }
    }
}

/// Adds to the history of a user what an operation did, if it is something that belongs there and the pool is watched.
pub fn record(pool: &mut Pool, operation: &str, input: Input, answer: &Answer) {
    if !pool.is_watched() {
        return;
    }
    let simple = match operation {
        "SignUp" => Some(("SignUp", PASS)),
        "ForgotPassword" => Some(("ForgotPassword", IN_PROGRESS)),
        "ConfirmForgotPassword" => Some(("ForgotPassword", PASS)),
        "ResendConfirmationCode" => Some(("ResendCode", PASS)),
        "ChangePassword" => Some(("PasswordChange", PASS)),
        _ => None,
    };
    if let (Some((kind, response)), Ok(_), Some(sub)) = (simple, answer, who(pool, input)) {
        let event = Event::new(pool, kind, response);
        pool.add_event(&sub, event);
    }
    match operation {
        "InitiateAuth" | "AdminInitiateAuth" => begun(pool, input, answer),
        "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => went_on(pool, input, answer),
        _ => {}
    }
}

fn who(pool: &Pool, input: Input) -> Option<String> {
    let by_name = input.text("Username").and_then(|name| pool.find(name).ok());
    by_name.or_else(|| input.text("AccessToken").and_then(|token| verify(token).ok()).map(|claims| claims.sub))
}

/// Only a wrong password counts as a failure: other refusals are about the request or the account.
fn begun(pool: &mut Pool, input: Input, answer: &Answer) {
    let name = input.object("AuthParameters").and_then(|parameters| parameters.text("USERNAME"));
    let Some(sub) = name.and_then(|name| pool.find(name).ok()) else { return };
    let proven = input.object("AuthParameters").is_some_and(|parameters| parameters.get("PASSWORD").is_some());
    let (response, challenge) = match answer {
        Ok(answer) if answer.get("AuthenticationResult").is_some() => (PASS, proven.then_some((PASSWORD, "Success"))),
        Ok(_) => (IN_PROGRESS, proven.then_some((PASSWORD, "Success"))),
        Err(error) if error.kind == "NotAuthorizedException" => (FAIL, Some((PASSWORD, "Failure"))),
        Err(_) => return,
    };
    let mut event = Event::new(pool, SIGN_IN, response);
    event.challenges.extend(challenge);
    event.address = input.object("ContextData").and_then(|context| context.text("IpAddress")).map(str::to_owned);
    if let Some(id) = event_id(answer) {
        event.id = id;
    }
    pool.add_event(&sub, event);
}

/// An answer to a challenge belongs to the sign-in that asked for it.
fn went_on(pool: &mut Pool, input: Input, answer: &Answer) {
    let name = input.object("ChallengeResponses").and_then(|responses| responses.text("USERNAME"));
    let Some(sub) = name.and_then(|name| pool.find(name).ok()) else { return };
    let challenge = match input.required("ChallengeName") {
        "PASSWORD_VERIFIER" | "PASSWORD" | "PASSWORD_SRP" => Some(PASSWORD),
        "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP" | "SMS_OTP" => Some("Mfa"),
        _ => None,
    };
    let Ok(user) = pool.user_mut(&sub) else { return };
    let Some(event) = user.events.iter_mut().rfind(|event| event.kind == SIGN_IN && event.response == IN_PROGRESS) else { return };
    match answer {
        Ok(_) => event.challenges.extend(challenge.map(|name| (name, "Success"))),
        Err(error) if matches!(error.kind, "NotAuthorizedException" | "CodeMismatchException") => {
            event.challenges.extend(challenge.map(|name| (name, "Failure")));
            // A code can be tried again, a proof of the password cannot.
            if challenge == Some(PASSWORD) {
                event.response = FAIL;
            }
        }
        Err(_) => {}
    }
    if let Some(id) = event_id(answer) {
        event.id = id;
        event.response = PASS;
    }
}

fn event_id(answer: &Answer) -> Option<String> {
    let token = answer.as_ref().ok()?.pointer("/AuthenticationResult/AccessToken")?.as_str()?;
    Jwt::read(token).ok()?.text("event_id").map(str::to_owned)
}
