//! AssociateSoftwareToken and VerifySoftwareToken, by access token or by the session of an MFA_SETUP challenge.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        pool::Pool,
        session::Challenge,
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
    let (sub, session) = who(call)?;
    if !call.pool.offers(Factor::SoftwareToken) {
        return Err(not_found("Software Token MFA has not been enabled by the userPool"));
    }
    let secret = random_text(BASE32, SECRET_LENGTH);
    call.pool.user_mut(&sub)?.pending_secret = Some(secret.clone());
    let mut answer = json!({ "SecretCode": secret });
    if let Some(session) = session {
        answer["Session"] = renew(call.pool, session, Challenge::Setup)?;
    }
    Ok(answer)
}

/// VerifySoftwareToken. A wrong code uses up neither secret nor session; a right one does not turn the factor on.
pub fn verify_software_token(call: &mut Call) -> Answer {
    let (sub, session) = who(call)?;
    let time = call.pool.seconds();
    let user = call.pool.user_mut(&sub)?;
    let secret = user.secret_to_verify()?;
    let step = matching_step(&secret, call.input.required("UserCode"), time).ok().flatten().ok_or_else(mismatch)?;
    let device_name = call.input.text("FriendlyDeviceName").map(str::to_owned);
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

/// The user, and the session if that is how the user came; an access token goes before a session.
fn who<'a>(call: &Call<'a>) -> Result<(String, Option<&'a str>), ServiceError> {
    if call.claims.is_some() {
        return Ok((call.signed_in()?, None));
    }
    let name = call.input.required("Session");
    let session = call.pool.session(name)?;
    match session.challenge {
        Challenge::Setup | Challenge::SetupDone => Ok((session.sub.clone(), Some(name))),
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
