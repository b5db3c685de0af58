//! Secrets that are proven and not sent: exchanges that were begun, and the claim that ends one.
//!
//! A claim names its exchange by SECRET_BLOCK and need not send a session. Users prove passwords so, and devices theirs: what
//! differs is the [`Known`] secret, and what [`Then`] follows.

use std::collections::HashMap;

use aws_lc_rs::{constant_time, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use time::{PrimitiveDateTime, macros::format_description};

use super::{client::Client, devices::Presented, error::ServiceError, input::Input, pool::Pool, user::User};
use crate::identity::srp::{Identity, SrpError, claim_signature, scope_of, secret, server_key, server_public, verifier};

/// What a server keeps of a secret.
#[derive(Clone)]
pub struct Known {
    /// What stands in a pool's id after the underscore; the device group key.
    pub scope: String,
    /// USER_ID_FOR_SRP; the device key.
    pub name: String,
    /// Hexadecimal.
    pub salt: String,
    /// Hexadecimal.
    pub verifier: String,
}

impl Known {
    /// What is kept of a secret that is known.
    pub fn new(identity: Identity<'_>, salt: String) -> Result<Self, ServiceError> {
        let verifier = verifier(identity, &salt).map_err(|_| ServiceError::internal())?;
        Ok(Self { scope: identity.scope.to_owned(), name: identity.name.to_owned(), salt, verifier })
    }
}

/// What follows a claim that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// As after a password that was sent: a new password, a second factor, or tokens.
    Password,
    /// The challenges of CUSTOM_AUTH.
    Custom,
    /// Tokens: a remembered device stands for the second factor.
    Device,
}

/// An exchange that waits for its claim.
#[derive(Clone)]
pub struct Exchange {
    /// Whose sign-in; absent where there is no such user and the client must not tell.
    pub sub: Option<String>,
    /// By which client.
    pub client_id: String,
    /// What follows.
    pub then: Then,
    presented: Presented,
    known: Known,
    key: [u8; 16],
    expires: f64,
}

/// Exchanges by SECRET_BLOCK.
pub type Exchanges = HashMap<String, Exchange>;

/// Bytes of a SECRET_BLOCK.
const BLOCK: usize = 1_024;
/// How far a claim's TIMESTAMP may be from the pool's clock, in seconds (chosen: AWS tells no number).
const TOLERANCE: f64 = 300.0;

impl Pool {
    /// Begins an exchange. Gives SALT, SRP_B and SECRET_BLOCK.
    pub fn open_exchange(
        &mut self,
        sub: Option<&str>,
        client: &Client,
        then: Then,
        known: Known,
        srp_a: &str,
    ) -> Result<Map<String, Value>, ServiceError> {
        let now = self.now();
        self.exchanges.retain(|_, exchange| exchange.expires > now);
        let secret = secret();
        let srp_b = server_public(&known.verifier, &secret).map_err(|_| ServiceError::internal())?;
        let key = server_key(&known.verifier, &secret, srp_a, &srp_b).map_err(|error| bad_number(&error, srp_a))?;
        let block = STANDARD.encode(rand::random::<[u8; BLOCK]>());
        let parameters = [("SALT", known.salt.clone()), ("SRP_B", srp_b), ("SECRET_BLOCK", block.clone())];
        let exchange = Exchange {
            sub: sub.map(str::to_owned),
            client_id: client.id.clone(),
            then,
            presented: self.presented.clone(),
            known,
            key,
            expires: now + client.session_seconds(),
        };
        self.exchanges.insert(block, exchange);
        Ok(parameters.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect())
    }

    /// Begins the proof of a password: ChallengeParameters of PASSWORD_VERIFIER. `sub` is absent for a `name` that nobody has,
    /// where the client must not tell.
    pub fn open_password_exchange(
        &mut self,
        sub: Option<&str>,
        name: &str,
        client: &Client,
        then: Then,
        srp_a: &str,
    ) -> Result<Value, ServiceError> {
        let known = match sub.map(|sub| self.user(sub)).transpose()? {
            Some(user) if user.has_password() => self.known_password(user)?,
            _ => self.invented_password(name)?,
        };
        let id = known.name.clone();
        let mut parameters = self.open_exchange(sub, client, then, known, srp_a)?;
        let shown = if sub.is_none() && self.setting("UsernameAttributes").is_empty() { name } else { id.as_str() };
        parameters.insert("USERNAME".into(), json!(shown));
        parameters.insert("USER_ID_FOR_SRP".into(), json!(id));
        Ok(Value::Object(parameters))
    }

    fn known_password(&self, user: &User) -> Result<Known, ServiceError> {
        let identity = Identity { scope: scope_of(&self.id), name: &user.username, password: &user.password };
        Known::new(identity, self.salt_for(&user.username))
    }

    /// The same salt and id for the same name each time, as a user's would be; the password is nobody's.
    fn invented_password(&self, name: &str) -> Result<Known, ServiceError> {
        let bytes = self.fingerprint("nobody", name);
        let id = uuid::Uuid::from_slice(&bytes[..16]).map_err(|_| ServiceError::internal())?.to_string();
        Known::new(Identity { scope: scope_of(&self.id), name: &id, password: &secret() }, self.salt_for(name))
    }

    fn salt_for(&self, name: &str) -> String {
        self.fingerprint("salt", name)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn fingerprint(&self, use_: &str, name: &str) -> Vec<u8> {
        let text = format!("{use_}\0{}\0{}", self.id, self.folded(name));
        digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
    }

    /// The exchange that PASSWORD_CLAIM_SECRET_BLOCK names and PASSWORD_CLAIM_SIGNATURE proves. It is over when a claim holds.
    ///
    /// # Errors
    /// The user's sub goes with a refusal of a claim that does not hold, so that attempts can be counted.
    pub fn close_exchange(&mut self, responses: Input, client: &Client) -> Result<Exchange, Refusal> {
        // In this order they are missed.
        let [timestamp, signature, block] = ["TIMESTAMP", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK"].map(|name| {
            let text = responses.text(name).filter(|text| !text.is_empty());
            text.ok_or_else(|| ServiceError::missing_parameter(name))
        });
        let (timestamp, signature, block) = (timestamp?, signature?, block?);
        let (canonical, moment) = read_timestamp(timestamp)?;
        if STANDARD.decode(signature).is_err() {
            return Err(ServiceError::invalid("Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.").into());
        }
        let now = self.now();
        let exchange = self.exchanges.get(block).filter(|exchange| exchange.client_id == client.id);
        let exchange = exchange.ok_or_else(ServiceError::wrong_password)?;
        let on_time = exchange.expires > now && (moment - now).abs() <= TOLERANCE;
        if !on_time || exchange.sub.is_none() || !exchange.is_proven(block, signature, &canonical) {
            return Err(Refusal { error: ServiceError::wrong_password(), sub: exchange.sub.clone() });
        }
        self.presented = exchange.presented.clone().then(Some(responses));
        Ok(self.exchanges.remove(block).ok_or_else(ServiceError::wrong_password)?)
    }
}

/// Why a claim was refused, and whose it was.
pub struct Refusal {
    /// What is answered.
    pub error: ServiceError,
    /// Whose claim did not hold.
    pub sub: Option<String>,
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self { error, sub: None }
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        refusal.error
    }
}

impl Exchange {
    fn is_proven(&self, block: &str, signature: &str, timestamp: &str) -> bool {
        let Known { scope, name, .. } = &self.known;
        let expected = claim_signature(&self.key, scope, name, block, timestamp);
        expected.is_ok_and(|expected| constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok())
    }
}

fn bad_number(error: &SrpError, srp_a: &str) -> ServiceError {
    match error {
        SrpError::Number("SRP_A") => ServiceError::invalid(format!(
            "1 validation error detected: Value '{srp_a}' at 'a' failed to satisfy constraint: Member must satisfy regular expression \
             pattern: ^[0-9a-fA-F]+$"
        )),
        SrpError::Zero("SRP_A") => ServiceError::invalid("Invalid SRP_A"),
        _ => ServiceError::internal(),
    }
}

/// A TIMESTAMP as the service itself writes it, and the second since 1970. A day with a zero before it is read, but what is
/// signed is the text without it: such a claim does not hold (qwigo/warrant#12, 2017), nor does one with another day of the week. Names
/// may be written in small letters or capitals (measured, ministackorg/ministack#1758, 2026).
fn read_timestamp(text: &str) -> Result<(String, f64), ServiceError> {
    // The case matters to neither of the names when they are read; written, they are as the service has them.
    const FORM: &[time::format_description::BorrowedFormatItem<'_>] = format_description!(
        "[weekday repr:short case_sensitive:false] [month repr:short case_sensitive:false] [day padding:none] [hour]:[minute]:[second] UTC [year]"
    );
    let refused = || ServiceError::invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
    let moment = PrimitiveDateTime::parse(text, FORM).map_err(|_| refused())?;
    let canonical = moment.format(FORM).map_err(|_| refused())?;
    Ok((canonical, moment.assume_utc().unix_timestamp() as f64))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("Wed Apr 5 22:42:34 UTC 2017", Some("Wed Apr 5 22:42:34 UTC 2017"))]
    #[case::padded("Wed Apr 05 22:42:34 UTC 2017", Some("Wed Apr 5 22:42:34 UTC 2017"))]
    #[case::another_day_of_the_week("Tue Apr 5 22:42:34 UTC 2017", Some("Wed Apr 5 22:42:34 UTC 2017"))]
    #[case::small_letters("wed apr 5 22:42:34 UTC 2017", Some("Wed Apr 5 22:42:34 UTC 2017"))]
    #[case::zone_in_small_letters("Wed Apr 5 22:42:34 utc 2017", None)]
    #[case::norwegian("ons. april 5 22:42:34 UTC 2017", None)]
    #[case::iso("2017-04-05T22:42:34Z", None)]
    #[case::no_zone("Wed Apr 5 22:42:34 2017", None)]
    fn reads_timestamps(#[case] text: &str, #[case] canonical: Option<&str>) {
        assert_eq!(read_timestamp(text).ok().map(|(text, _)| text).as_deref(), canonical);
    }
}
