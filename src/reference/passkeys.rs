//! Passkeys of a user, and what the pool's settings say of them.

use serde_json::{Value, json};

use super::{
    error::ServiceError,
    pool::Pool,
    user::{Factor, User},
};
use crate::identity::passkey::{
    cose::PublicKey,
    relying_party::{Expected, Registered},
    to_text,
};

/// The first factor, as AllowedFirstAuthFactors and challenges name it.
pub const WEB_AUTHN: &str = "WEB_AUTHN";
/// How many passkeys a user may have.
pub const MOST: usize = 20;
/// Bytes of a challenge, as in those of AWS that were seen.
const CHALLENGE_LENGTH: usize = 16;

/// A registered passkey.
#[derive(Clone)]
pub struct Passkey {
    /// CredentialId.
    pub id: String,
    /// Its public key.
    pub key: PublicKey,
    /// The highest count of signatures that was seen.
    pub sign_count: u32,
    /// RelyingPartyId that it was made for.
    pub relying_party: String,
    /// AuthenticatorAttachment, when it was told.
    pub attachment: Option<String>,
    /// AuthenticatorTransports.
    pub transports: Vec<String>,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
}

/// A registration that was started.
#[derive(Clone)]
pub struct Registration {
    /// What the credential must answer to.
    pub challenge: String,
    /// The app client of the token that started it.
    pub client_id: String,
    /// Seconds since 1970 by the pool's clock.
    pub expires: f64,
}

/// What a user has of passkeys.
#[derive(Clone, Default)]
pub struct Passkeys {
    /// Oldest first.
    pub registered: Vec<Passkey>,
    /// The last registration that was started and not completed.
    pub started: Option<Registration>,
    /// WebAuthnMfaSettings: a passkey meets the pool's demand for MFA.
    pub as_mfa: bool,
}

impl Passkey {
    /// What was registered, with what the browser told of the authenticator.
    pub fn new(registered: Registered, credential: &Value, relying_party: &str, created: f64) -> Self {
        let transports = credential.pointer("/response/transports").and_then(Value::as_array);
        Self {
            id: registered.id,
            key: registered.key,
            sign_count: registered.sign_count,
            relying_party: relying_party.to_owned(),
            attachment: credential.get("authenticatorAttachment").and_then(Value::as_str).map(str::to_owned),
            transports: transports.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
            created,
        }
    }

    /// WebAuthnCredentialDescription.
    // The name for what moves from device to device is the documentation's example; the other is made after it.
    pub fn describe(&self) -> Value {
        let roams = self.attachment.as_deref() == Some("cross-platform");
        let mut description = json!({
            "CredentialId": self.id,
            "FriendlyCredentialName": if roams { "Roaming passkey" } else { "Platform passkey" },
            "RelyingPartyId": self.relying_party,
            "AuthenticatorTransports": self.transports,
            "CreatedAt": self.created,
        });
        if let Some(attachment) = &self.attachment {
            description["AuthenticatorAttachment"] = json!(attachment);
        }
        description
    }

    /// Takes note of a count of signatures. One that does not rise is of a copy, but for authenticators that do not count.
    pub fn count(&mut self, count: u32) -> bool {
        let rises = count > self.sign_count || (count == 0 && self.sign_count == 0);
        self.sign_count = self.sign_count.max(count);
        rises
    }
}

impl Pool {
    /// Refuses where passkeys are no first factor.
    pub fn check_passkeys_enabled(&self) -> Result<(), ServiceError> {
        let refusal = || ServiceError::new("WebAuthnNotEnabledException", "WebAuthn is not enabled for the user pool.");
        self.allows_first(WEB_AUTHN).then_some(()).ok_or_else(refusal)
    }

    /// The relying party that the settings name. This server's pools have no domain to take its place.
    pub fn relying_party(&self) -> Result<String, ServiceError> {
        let text = "The user pool has neither a relying party id nor a domain.";
        let named = self.web_authn("RelyingPartyId").map(str::to_owned);
        named.ok_or_else(|| ServiceError::new("WebAuthnConfigurationMissingException", text))
    }

    fn web_authn(&self, member: &str) -> Option<&str> {
        self.mfa.blocks.get("WebAuthnConfiguration")?.get(member)?.as_str()
    }

    /// Whether the pool lets a passkey meet its demand for MFA.
    pub fn passkeys_can_be_mfa(&self) -> bool {
        self.web_authn("FactorConfiguration") == Some("MULTI_FACTOR_WITH_USER_VERIFICATION")
    }

    /// UserVerification: a user for whom a passkey is MFA must be verified, whatever the pool prefers.
    pub fn user_verification(&self, user: &User) -> &str {
        let must = user.passkeys.as_mfa && self.passkeys_can_be_mfa();
        if must { "required" } else { self.web_authn("UserVerification").unwrap_or("preferred") }
    }

    /// What a credential of that user must answer to.
    pub fn expect<'a>(&self, user: &User, challenge: &'a str, relying_party: &'a str) -> Expected<'a> {
        Expected { challenge, relying_party, verified: self.user_verification(user) == "required" }
    }

    /// The passkeys with which a user can sign in now: those of the relying party of now, where MFA does not stand against it.
    pub fn usable_passkeys<'a>(&self, user: &'a User) -> Vec<&'a Passkey> {
        let relying_party = self.relying_party().ok().filter(|_| self.allows_first(WEB_AUTHN) && self.lets_passkeys(user));
        let usable = user.passkeys.registered.iter().filter(|passkey| Some(&passkey.relying_party) == relying_party.as_ref());
        usable.collect()
    }

    fn lets_passkeys(&self, user: &User) -> bool {
        self.mfa.mode != "ON" || (user.passkeys.as_mfa && self.passkeys_can_be_mfa())
    }

    /// ConfiguredUserAuthFactors: what the user may begin a sign-in with, and the authenticator app.
    pub fn configured_factors(&self, user: &User) -> Vec<&'static str> {
        // The password is one factor, however it is proven.
        let first = self.first_challenges(user).into_iter().filter(|challenge| *challenge != "PASSWORD_SRP");
        first.chain(user.software_token.is_some().then_some("SOFTWARE_TOKEN")).collect()
    }
}

impl User {
    /// Takes the authenticator app away, with every preference for it.
    pub fn forget_software_token(&mut self) {
        self.software_token = None;
        self.pending_secret = None;
        self.factors.remove(&Factor::SoftwareToken);
        if self.preferred == Some(Factor::SoftwareToken) {
            self.preferred = None;
        }
    }
}

/// A new challenge.
pub fn challenge() -> String {
    to_text(&rand::random::<[u8; CHALLENGE_LENGTH]>())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::does_not_count(0, 0, true)]
    #[case::rises(3, 4, true)]
    #[case::stands(3, 3, false)]
    #[case::falls(3, 0, false)]
    #[case::begins(0, 1, true)]
    fn a_count_that_does_not_rise_is_of_a_copy(#[case] seen: u32, #[case] count: u32, #[case] good: bool) {
        let registered = Registered { id: "a".into(), key: PublicKey::Es256(Vec::new()), sign_count: seen };
        let mut passkey = Passkey::new(registered, &json!({}), "example.com", 0.0);
        assert_eq!(passkey.count(count), good);
        assert_eq!(passkey.sign_count, seen.max(count));
    }
}
