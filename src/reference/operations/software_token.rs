//! AssociateSoftwareToken and VerifySoftwareToken, by access token or by the session of an MFA_SETUP challenge.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        pool::Pool,
        session::{Challenge, Session},
        token::{BASE32, random_text},
        user::{Factor, SoftwareToken, User},
    },
    Call,
};
use crate::identity::totp::matching_step;

/// Length of SecretCode: 52 characters of base32, 260 bits.
const SECRET_LENGTH: usize = 52;

/// AssociateSoftwareToken. The token in force stays so until the new one is verified.
pub fn associate_software_token(call: &mut Call) -> Answer {
    let (sub, session) = who(call).map_err(known_here)?;
    check_offered(call.pool)?;
    let secret = random_text(BASE32, SECRET_LENGTH);
    let mut answer = json!({ "SecretCode": secret });
    match session {
        Some(session) => answer["Session"] = renew(call.pool, session, Challenge::Setup(Some(secret)))?,
        None => call.pool.user_mut(&sub)?.pending_secret = Some(secret),
    }
    Ok(answer)
}

// The operation lists no UserNotFoundException, unlike its siblings.
fn known_here(error: ServiceError) -> ServiceError {
    if error.kind == "UserNotFoundException" { ServiceError::not_authorized("Access Token has been revoked") } else { error }
}

fn check_offered(pool: &Pool) -> Result<(), ServiceError> {
    let text = "Software Token MFA has not been enabled by the userPool";
    pool.offers(Factor::SoftwareToken).then_some(()).ok_or_else(|| not_found(text))
}

/// VerifySoftwareToken. A wrong code uses up neither secret nor session; a right one does not turn the factor on.
pub fn verify_software_token(call: &mut Call) -> Answer {
    let (sub, session) = who(call)?;
    check_offered(call.pool)?;
    let secret = match session {
        Some(session) => call.pool.session(session)?.secret_to_verify()?,
        None => call.pool.user(&sub)?.secret_to_verify()?,
    };
    let time = call.pool.seconds();
    let step = matching_step(&secret, call.input.required("UserCode"), time).ok().flatten().ok_or_else(mismatch)?;
    let device_name = call.input.text("FriendlyDeviceName").map(str::to_owned);
    let user = call.pool.user_mut(&sub)?;
    user.software_token = Some(SoftwareToken { secret, device_name, last_step: step });
    user.pending_secret = None;
    let mut answer = json!({ "Status": "SUCCESS" });
    if let Some(session) = session {
        answer["Session"] = renew(call.pool, session, Challenge::SetupDone)?;
    }
    Ok(answer)
}

fn mismatch() -> ServiceError {
    let text = "Code mismatch and fail enable Software Token MFA";
    ServiceError::new("EnableSoftwareTokenMFAException", text)
}

pub(super) fn not_found(text: &str) -> ServiceError {
    ServiceError::new("SoftwareTokenMFANotFoundException", text)
}

impl User {
    fn secret_to_verify(&self) -> Result<String, ServiceError> {
        let active = self.software_token.as_ref().map(|token| &token.secret);
        let secret = self.pending_secret.as_ref().or(active).cloned();
        secret.ok_or_else(|| not_found("Software Token MFA does not exist for the user."))
    }
}

impl Session {
    /// The session must be the one that AssociateSoftwareToken gave.
    fn secret_to_verify(&self) -> Result<String, ServiceError> {
        match &self.challenge {
            Challenge::Setup(Some(secret)) => Ok(secret.clone()),
            _ => Err(ServiceError::bad_session()),
        }
    }
}

/// The user, and the session if that is how the user came; an access token goes before a session.
fn who<'a>(call: &Call<'a>) -> Result<(String, Option<&'a str>), ServiceError> {
    if call.claims.is_some() {
        return Ok((call.signed_in()?, None));
    }
    let name = call.input.required("Session");
    let session = call.pool.session(name)?;
    match session.challenge {
        Challenge::Setup(_) | Challenge::SetupDone => Ok((session.sub.clone(), Some(name))),
        _ => Err(ServiceError::bad_session()),
    }
}

/// Closes a session and opens the next one.
fn renew(pool: &mut Pool, name: &str, challenge: Challenge) -> Answer {
    let session = pool.session(name)?.clone();
    let client = pool.client(&session.client_id)?.clone();
    pool.close_session(name);
    Ok(Value::String(pool.open_session(&session.sub, &client, challenge)))
}
