//! Which requests make the service send a message. What cannot be told counts as a message.
//!
//! [`Messages`] goes through requests in their order and remembers of pools and users what decides it: which attributes are
//! verified by a message, which second factors are on. A run asks it of every request that it sends; before that,
//! [`of_case`] asks it of a case as it is written.

mod case;
mod request;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde_json::Value;

pub use case::of_case;
use request::{aliases, attributes, list, literal, medium_of_answer, texts, turns_on};

use crate::identity::jwt::Jwt;

/// How a message goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// To a phone.
    Sms,
    /// To a mailbox.
    Email,
    /// The one or the other.
    Either,
}

impl fmt::Display for Medium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sms => "SMS",
            Self::Email => "email",
            Self::Either => "SMS or email",
        })
    }
}

/// Ways to reach somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Media {
    sms: bool,
    email: bool,
}

impl Media {
    const BOTH: Self = Self { sms: true, email: true };

    fn and(self, other: Self) -> Self {
        Self { sms: self.sms && other.sms, email: self.email && other.email }
    }

    fn or(self, other: Self) -> Self {
        Self { sms: self.sms || other.sms, email: self.email || other.email }
    }

    /// Those that attributes stand for.
    fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        names.into_iter().fold(Self::default(), |media, name| match name {
            "phone_number" => Self { sms: true, ..media },
            "email" => Self { email: true, ..media },
            // An expression: it may be either.
            name if name.contains('$') => Self::BOTH,
            _ => media,
        })
    }

    fn medium(self) -> Option<Medium> {
        match (self.sms, self.email) {
            (true, true) => Some(Medium::Either),
            (true, false) => Some(Medium::Sms),
            (false, true) => Some(Medium::Email),
            (false, false) => None,
        }
    }
}

/// What of a pool decides whether a message is sent.
#[derive(Debug, Clone, Copy, Default)]
struct Pool {
    /// New and changed attributes are verified by a code.
    verified: Media,
    /// The user name is an address itself.
    names: Media,
    /// Second factors that are sent.
    factors: Media,
    /// Everybody has a second factor.
    required: bool,
    /// First factors that are sent.
    first: Media,
}

/// What of a user decides it.
#[derive(Debug, Clone, Copy, Default)]
struct User {
    /// Where the user can be reached.
    reached: Media,
    /// Second factors that were turned on.
    factors: Media,
}

/// What is known of pools and users so far. Nothing is ever taken back: a factor that is turned off again counts as on.
#[derive(Debug, Default)]
pub struct Messages {
    pools: HashMap<String, Pool>,
    clients: HashMap<String, String>,
    users: HashMap<Name, User>,
    /// Other names of users: their attributes, and their `sub`.
    aliases: HashMap<Name, BTreeSet<String>>,
}

/// A user's name in a pool. Upper and lower case make no difference to most pools.
type Name = (String, String);

fn name(pool: &str, user: &str) -> Name {
    (pool.to_owned(), user.to_lowercase())
}

impl Messages {
    /// A pool was made by this request.
    pub fn made_pool(&mut self, id: &str, input: &Value) {
        self.configure(id, input);
    }

    /// An app client was made in a pool.
    pub fn made_client(&mut self, id: &str, pool: &str) {
        self.clients.insert(id.to_owned(), pool.to_owned());
    }

    /// A user was made by this request, and can be called by its `sub` too.
    pub fn made_user(&mut self, input: &Value, sub: &str) {
        let (pool, user) = self.about(input);
        self.aliases.entry(name(&pool, sub)).or_default().insert(user);
    }

    /// Takes the next request: whether it makes the service send a message.
    pub fn next(&mut self, operation: &str, input: &Value) -> Option<Medium> {
        let (pool, user) = self.about(input);
        self.next_about(&pool, &user, operation, input)
    }

    fn next_about(&mut self, pool: &str, user: &str, operation: &str, input: &Value) -> Option<Medium> {
        let sent = self.sends(pool, user, operation, input);
        self.note(pool, user, operation, input);
        sent
    }

    /// The pool and the user that a request is about; empty where it does not say.
    fn about(&self, input: &Value) -> (String, String) {
        let text = |pointer: &str| input.pointer(pointer).and_then(Value::as_str);
        let claims = text("/AccessToken").and_then(|token| Jwt::read(token).ok()).map(|token| token.claims).unwrap_or_default();
        let claim = |name: &str| claims.get(name).and_then(Value::as_str);
        let issuer = claim("iss").and_then(|issuer| issuer.rsplit('/').next());
        let of_client = text("/ClientId").and_then(|client| self.clients.get(client)).map(String::as_str);
        let names = ["/Username", "/AuthParameters/USERNAME", "/ChallengeResponses/USERNAME"];
        let user = names.into_iter().find_map(text).or_else(|| claim("username"));
        (text("/UserPoolId").or(of_client).or(issuer).unwrap_or_default().to_owned(), user.unwrap_or_default().to_owned())
    }

    fn sends(&self, pool: &str, user: &str, operation: &str, input: &Value) -> Option<Medium> {
        match operation {
            "ForgotPassword" | "AdminResetUserPassword" | "ResendConfirmationCode" => Some(Medium::Either),
            "GetUserAttributeVerificationCode" => Media::of(literal(input, "AttributeName"))
                .medium()
                .or(Some(Medium::Either))
                .filter(|_| input.get("AttributeName").is_some()),
            "AdminCreateUser" => (literal(input, "MessageAction") != Some("SUPPRESS")).then_some(Medium::Either),
            "SetRiskConfiguration" => input.to_string().contains("NotifyConfiguration").then_some(Medium::Email),
            "SignUp" => {
                let pool = self.pools.get(pool)?;
                pool.verified.and(pool.names.or(attributes(input).reached)).medium()
            }
            "UpdateUserAttributes" | "AdminUpdateUserAttributes" => {
                self.pools.get(pool)?.verified.and(attributes(input).unverified).medium()
            }
            "InitiateAuth" | "AdminInitiateAuth" => self.begins(pool, user, input).medium(),
            "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => self.goes_on(pool, user, input).medium(),
            _ => None,
        }
    }

    fn begins(&self, pool: &str, user: &str, input: &Value) -> Media {
        let second = self.second_factor(pool, user);
        match literal(input, "AuthFlow") {
            Some("REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH") => Media::default(),
            Some("USER_AUTH") => {
                let first = self.pools.get(pool).map_or(Media::BOTH, |pool| pool.first);
                match input.pointer("/AuthParameters/PREFERRED_CHALLENGE").and_then(Value::as_str) {
                    Some("PASSWORD" | "PASSWORD_SRP" | "WEB_AUTHN") => second,
                    _ => first.or(second),
                }
            }
            _ => second,
        }
    }

    /// The answer to a challenge chooses a factor, or ends the first one.
    fn goes_on(&self, pool: &str, user: &str, input: &Value) -> Media {
        let chosen = medium_of_answer(input);
        match literal(input, "ChallengeName") {
            Some(
                "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP" | "SMS_OTP" | "MFA_SETUP" | "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER",
            ) => Media::default(),
            Some("SELECT_MFA_TYPE") => chosen,
            _ => chosen.or(self.second_factor(pool, user)),
        }
    }

    /// How the second factor of a sign-in is sent, if it is. Where several users have an alias it may be that of each.
    fn second_factor(&self, pool: &str, user: &str) -> Media {
        let Some(of_pool) = self.pools.get(pool) else { return Media::default() };
        let others = self.aliases.get(&name(pool, user)).into_iter().flatten().map(String::as_str);
        let users = others.chain([user]).filter_map(|user| self.users.get(&name(pool, user)));
        users.fold(Media::default(), |media, user| {
            let by_pool = if of_pool.required { of_pool.factors.and(user.reached) } else { Media::default() };
            media.or(user.factors).or(by_pool)
        })
    }

    fn note(&mut self, pool: &str, user: &str, operation: &str, input: &Value) {
        match operation {
            "UpdateUserPool" | "SetUserPoolMfaConfig" => self.configure(pool, input),
            "AdminCreateUser" | "SignUp" | "UpdateUserAttributes" | "AdminUpdateUserAttributes" => {
                let reached = attributes(input).reached.or(self.pools.get(pool).map(|pool| pool.names).unwrap_or_default());
                for alias in aliases(input) {
                    self.aliases.entry(name(pool, alias)).or_default().insert(user.to_owned());
                }
                let user = self.user(pool, user);
                user.reached = user.reached.or(reached);
            }
            "SetUserMFAPreference" | "AdminSetUserMFAPreference" => {
                self.turn_on(pool, user, Media { sms: turns_on(input, "SMSMfaSettings"), email: turns_on(input, "EmailMfaSettings") });
            }
            "SetUserSettings" | "AdminSetUserSettings" => {
                self.turn_on(pool, user, Media { sms: !list(input, "MFAOptions").is_empty(), email: false });
            }
            _ => {}
        }
    }

    fn turn_on(&mut self, pool: &str, user: &str, factors: Media) {
        let user = self.user(pool, user);
        user.factors = user.factors.or(factors);
    }

    fn user(&mut self, pool: &str, user: &str) -> &mut User {
        self.users.entry(name(pool, user)).or_default()
    }

    fn configure(&mut self, id: &str, input: &Value) {
        let pool = self.pools.entry(id.to_owned()).or_default();
        let has = |member: &str| input.get(member).is_some_and(|value| !value.is_null());
        pool.verified = pool.verified.or(Media::of(texts(input, "/AutoVerifiedAttributes")));
        pool.names = pool.names.or(Media::of(texts(input, "/UsernameAttributes")));
        let sms = has("SmsMfaConfiguration") || has("SmsConfiguration");
        pool.factors = pool.factors.or(Media { sms, email: has("EmailMfaConfiguration") });
        pool.required |= has("MfaConfiguration") && !matches!(literal(input, "MfaConfiguration"), Some("OFF" | "OPTIONAL"));
        let first = texts(input, "/Policies/SignInPolicy/AllowedFirstAuthFactors");
        let sent = |name: &str| first.iter().any(|factor| *factor == name || factor.contains('$'));
        pool.first = pool.first.or(Media { sms: sent("SMS_OTP"), email: sent("EMAIL_OTP") });
    }
}

#[cfg(test)]
mod tests;
