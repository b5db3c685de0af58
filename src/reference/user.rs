//! One user: who, in what state, and by which factors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    attribute_value::is_flagged, codes::Codes, devices::Devices, events::Event, lockout::Attempts, passkeys::Passkeys,
    passwords::Passwords, providers::Identity, tries::Tries, user_sessions::TokenSessions,
};

/// UserStatus as the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Signed up, not confirmed.
    Unconfirmed,
    /// May sign in.
    Confirmed,
    /// Has a temporary password.
    ForceChangePassword,
    /// An administrator reset the password.
    ResetRequired,
}

impl Status {
    /// The API's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
        }
    }
}

/// A second factor that a user can turn on and prefer, in the order in which lists show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// A code by SMS.
    Sms,
    /// A code of an authenticator app.
    SoftwareToken,
    /// A code by email.
    Email,
}

impl Factor {
    /// All factors.
    pub const ALL: [Self; 3] = [Self::Sms, Self::SoftwareToken, Self::Email];

    /// The API's word, in lists and as the name of the challenge.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }
}

/// A verified authenticator app.
#[derive(Clone)]
pub struct SoftwareToken {
    /// Base32.
    pub secret: String,
    /// FriendlyDeviceName, when given.
    pub device_name: Option<String>,
    /// The last step whose code was accepted; that code and earlier ones are spent.
    pub last_step: u64,
}

/// A code that was sent to a user.
#[derive(Clone)]
pub struct SentCode {
    /// The digits.
    pub code: String,
    /// `SMS` or `EMAIL`.
    pub medium: &'static str,
    /// The full address.
    pub destination: String,
}

/// A user. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct User {
    /// The name as stored: what the caller chose, or the sub where the pool signs in by email or phone.
    pub username: String,
    /// UUID.
    pub sub: String,
    /// The how manieth of its pool.
    pub number: u64,
    /// Plain text: a test server has nothing to protect. Empty: the user has none.
    pub password: String,
    /// When it was set, seconds since 1970 by the pool's clock: a temporary one is good for some days.
    pub password_since: f64,
    /// Where in its life the user is.
    pub status: Status,
    /// False after AdminDisableUser.
    pub enabled: bool,
    /// Attributes, without `sub`.
    pub attributes: BTreeMap<String, String>,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
    /// As `created`.
    pub modified: f64,
    /// MFAOptions as SetUserSettings left them; empty is shown as absent.
    pub mfa_options: Vec<Value>,
    /// UserMFASettingList.
    pub factors: BTreeSet<Factor>,
    /// PreferredMfaSetting.
    pub preferred: Option<Factor>,
    /// The authenticator app in force.
    pub software_token: Option<SoftwareToken>,
    /// Secret of AssociateSoftwareToken that is not verified yet.
    pub pending_secret: Option<String>,
    /// `origin_jti` of the sign-ins whose tokens are not revoked.
    pub live: BTreeSet<String>,
    /// The last code sent, for the side door.
    pub sent: Option<SentCode>,
    /// Who the user is at identity providers, as far as linked.
    pub identities: Vec<Identity>,
    /// What threat protection remembers, oldest first.
    pub events: Vec<Event>,
    /// Codes that can still be used.
    pub codes: Codes,
    /// Devices.
    pub devices: Devices,
    /// Sessions, where the pool tracks them.
    pub token_sessions: TokenSessions,
    /// Passkeys.
    pub passkeys: Passkeys,
    /// Passwords before this one.
    pub passwords: Passwords,
    /// What was tried lately that may not be tried too often.
    pub tries: Tries,
    /// Wrong passwords.
    pub attempts: Attempts,
    /// New addresses that take the place of the old ones once they are verified.
    pub pending: BTreeMap<String, String>,
}

impl User {
    /// A new, enabled user without attributes or factors.
    pub fn new(username: String, sub: String, password: String, status: Status, now: f64) -> Self {
        Self {
            username,
            sub,
            number: 0,
            password,
            password_since: now,
            status,
            enabled: true,
            attributes: BTreeMap::new(),
            created: now,
            modified: now,
            mfa_options: Vec::new(),
            factors: BTreeSet::new(),
            preferred: None,
            software_token: None,
            pending_secret: None,
            live: BTreeSet::new(),
            sent: None,
            identities: Vec::new(),
            events: Vec::new(),
            codes: Codes::default(),
            devices: Devices::default(),
            token_sessions: TokenSessions::default(),
            passkeys: Passkeys::default(),
            passwords: Passwords::default(),
            tries: Tries::default(),
            attempts: Attempts::default(),
            pending: BTreeMap::new(),
        }
    }

    /// Whether there is a password to sign in with: a user who signs in with codes only need not have one.
    pub fn has_password(&self) -> bool {
        !self.password.is_empty()
    }

    /// An attribute that is present and not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A code that went to an address came back: it is verified.
    pub fn prove(&mut self, name: &str) {
        self.attributes.insert(format!("{name}_verified"), "true".into());
    }

    /// An attribute is there and its `_verified` companion is `true`.
    pub fn verified(&self, name: &str) -> bool {
        self.attribute(name).is_some() && is_flagged(&self.attributes, name)
    }

    /// Attributes as the API lists them, `sub` first; those whose name is wanted.
    pub fn attribute_list(&self, wanted: impl Fn(&str) -> bool) -> Value {
        let sub = std::iter::once(("sub", self.sub.as_str()));
        let others = self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let identities = self.identities_attribute();
        let all = sub.chain(others).chain(identities.as_deref().map(|text| ("identities", text))).filter(|(name, _)| wanted(name));
        all.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }

    /// What GetUser and AdminGetUser show of the preference: nothing of what was never set.
    pub fn preference_members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some(preferred) = self.preferred {
            members.insert("PreferredMfaSetting".into(), json!(preferred.name()));
        }
        if !self.factors.is_empty() {
            members.insert("UserMFASettingList".into(), self.factors.iter().map(|factor| factor.name()).collect());
        }
        members
    }

    /// The members that AdminGetUser and AdminCreateUser share.
    pub fn administrative_members(&self) -> Map<String, Value> {
        Map::from_iter([
            ("Username".into(), json!(self.username)),
            ("UserCreateDate".into(), json!(self.created)),
            ("UserLastModifiedDate".into(), json!(self.modified)),
            ("Enabled".into(), json!(self.enabled)),
            ("UserStatus".into(), json!(self.status.name())),
        ])
    }
}
