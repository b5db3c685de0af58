//! Sessions: the thread between the steps of one sign-in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{client::Client, devices::Presented, error::ServiceError, pool::Pool, triggers::challenge::Custom};

/// What a session waits for.
#[derive(Clone)]
pub enum Challenge {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
    /// SMS_MFA with the code that was sent.
    Sms(String),
    /// EMAIL_OTP with the code that was sent.
    Email(String),
    /// SOFTWARE_TOKEN_MFA.
    SoftwareToken,
    /// SELECT_MFA_TYPE.
    Select,
    /// MFA_SETUP before VerifySoftwareToken, with the secret of AssociateSoftwareToken once there is one.
    Setup(Option<String>),
    /// MFA_SETUP after VerifySoftwareToken.
    SetupDone,
    /// SELECT_CHALLENGE, or the challenge of that name which was chosen and waits for what answers it.
    First(&'static str),
    /// SMS_OTP with the code that was sent.
    FirstSms(String),
    /// CUSTOM_CHALLENGE.
    Custom(Box<Custom>),
    /// No challenge: a sign-up that a sign-in may follow without proving again what ConfirmSignUp proved.
    SignedUp,
    /// DEVICE_SRP_AUTH of that device.
    DeviceSrp(String),
    /// DEVICE_PASSWORD_VERIFIER of that SECRET_BLOCK.
    DeviceVerifier(String),
    /// WEB_AUTHN with its challenge.
    Passkey(String),
}

impl Challenge {
    /// ChallengeName; empty where there is none to answer.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
            Self::Sms(_) => "SMS_MFA",
            Self::Email(_) => "EMAIL_OTP",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Select => "SELECT_MFA_TYPE",
            Self::Setup(_) | Self::SetupDone => "MFA_SETUP",
            Self::First(name) => name,
            Self::FirstSms(_) => "SMS_OTP",
            Self::Custom(_) => "CUSTOM_CHALLENGE",
            Self::SignedUp => "",
            Self::DeviceSrp(_) => "DEVICE_SRP_AUTH",
            Self::DeviceVerifier(_) => "DEVICE_PASSWORD_VERIFIER",
            Self::Passkey(_) => "WEB_AUTHN",
        }
    }
}

/// A session. A used one is kept, so that a second use can be told from an invention.
#[derive(Clone)]
pub struct Session {
    /// Whose sign-in.
    pub sub: String,
    /// By which client.
    pub client_id: String,
    /// What it waits for.
    pub challenge: Challenge,
    /// What the sign-in has said of its device.
    pub presented: Presented,
    /// Seconds since 1970 by the pool's clock.
    pub expires: f64,
    /// Its challenge was met.
    pub used: bool,
}

/// Sessions beyond this many make room by dropping the expired ones.
const CROWD: usize = 1_000;
/// How long an expired session is still recognised, in seconds.
const MEMORY: f64 = 3_600.0;

impl Pool {
    /// Opens a session and gives its name: opaque, about 130 characters, beginning as AWS's do.
    pub fn open_session(&mut self, sub: &str, client: &Client, challenge: Challenge) -> String {
        let now = self.now();
        if self.sessions.len() > CROWD {
            self.sessions.retain(|_, session| session.expires + MEMORY > now);
        }
        let name = session_name(&self.id);
        let expires = now + client.session_seconds();
        let (client_id, presented) = (client.id.clone(), self.presented.clone());
        let session = Session { sub: sub.to_owned(), client_id, challenge, presented, expires, used: false };
        self.sessions.insert(name.clone(), session);
        name
    }

    /// The session of that name, if it can still be answered.
    pub fn session(&self, name: &str) -> Result<&Session, ServiceError> {
        let session = self.sessions.get(name).ok_or_else(ServiceError::bad_session)?;
        if session.used {
            return Err(ServiceError::not_authorized("Invalid session for the user, session can only be used once."));
        }
        if session.expires <= self.now() {
            return Err(ServiceError::not_authorized("Invalid session for the user, session is expired."));
        }
        Ok(session)
    }

    /// Marks a session as answered.
    pub fn close_session(&mut self, name: &str) {
        if let Some(session) = self.sessions.get_mut(name) {
            session.used = true;
        }
    }
}

const PREFIX: &str = "AYABe";

fn session_name(pool_id: &str) -> String {
    let mut bytes = pool_id.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend(rand::random::<[u8; 32]>());
    bytes.extend(rand::random::<[u8; 32]>());
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The pool that a session says it belongs to: some operations are given nothing else to find it by.
pub fn pool_of(session: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(session.strip_prefix(PREFIX)?).ok()?;
    let id = bytes.split(|byte| *byte == 0).next()?;
    String::from_utf8(id.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_knows_its_pool_and_fits_the_model() {
        let name = session_name("us-east-1_abcdefghi");
        assert_eq!(pool_of(&name).as_deref(), Some("us-east-1_abcdefghi"));
        assert!((20..=2048).contains(&name.len()));
    }

    #[test]
    fn an_invented_session_has_no_pool() {
        assert_eq!(pool_of("nonsense nonsense nonsense"), None);
    }
}
