//! One user pool: its settings, clients, users, sessions and clock.

use std::{
    collections::{BTreeMap, HashMap},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value, json};

use super::{
    client::Client,
    devices::Presented,
    error::ServiceError,
    groups::Group,
    providers::Provider,
    refresh::Standing,
    session::Session,
    srp::Exchanges,
    triggers::Occasion,
    user::{Factor, User},
    user_sessions::Tracking,
};

/// What SetUserPoolMfaConfig set; a block that was never set is absent.
#[derive(Clone)]
pub struct MfaConfig {
    /// `OFF`, `OPTIONAL` or `ON`.
    pub mode: String,
    /// The blocks by the names of the API.
    pub blocks: Map<String, Value>,
}

/// What a refresh token stands for.
#[derive(Clone)]
pub struct Family {
    /// Whose.
    pub sub: String,
    /// By which client.
    pub client_id: String,
    /// Ties all tokens of one sign-in together.
    pub origin_jti: String,
    /// Names the sign-in in all its tokens, and in the user's history.
    pub event_id: String,
    /// Time of the sign-in, seconds since 1970.
    pub auth_time: u64,
    /// When the refresh token ends, seconds since 1970.
    pub expires: f64,
    /// What became of the refresh token.
    pub standing: Standing,
}

/// A user pool. Cloning it copies all of it, so that an operation can be tried on a copy. No `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Pool {
    /// `us-east-1_` and 9 letters or digits.
    pub id: String,
    /// Issuer of its tokens.
    pub issuer: String,
    /// UserPoolType as answered, but for the members that are kept beside it.
    pub description: Map<String, Value>,
    /// MFA settings.
    pub mfa: MfaConfig,
    /// App clients by id.
    pub clients: BTreeMap<String, Client>,
    /// Users by sub.
    pub users: BTreeMap<String, User>,
    /// Sub by user name, folded where the pool ignores case.
    pub names: HashMap<String, String>,
    /// Groups by name.
    pub groups: BTreeMap<String, Group>,
    /// Identity providers by name.
    pub providers: BTreeMap<String, Provider>,
    /// Sessions by name.
    pub sessions: HashMap<String, Session>,
    /// Proofs of passwords that were begun.
    pub exchanges: Exchanges,
    /// Refresh tokens.
    pub families: HashMap<String, Family>,
    /// What the sign-in at hand has said of its device.
    pub presented: Presented,
    /// Settings of the sessions of users.
    pub session_tracking: Tracking,
    /// How many users were ever made.
    pub users_made: u64,
    /// Seconds by which this pool's clock is ahead.
    pub clock_offset: i64,
    /// What is going on: functions are told of it.
    pub occasion: Occasion,
}

impl Pool {
    /// Seconds since 1970 by this pool's clock, in whole milliseconds.
    pub fn now(&self) -> f64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (since.as_millis() as f64) / 1_000.0 + self.clock_offset as f64
    }

    /// Whole seconds since 1970 by this pool's clock.
    pub fn seconds(&self) -> u64 {
        self.now() as u64
    }

    /// A list of texts among the pool's settings.
    pub fn setting(&self, name: &str) -> Vec<&str> {
        let list = self.description.get(name).and_then(Value::as_array);
        list.map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// A setting inside nested objects: `at("/Policies/PasswordPolicy")`.
    pub fn at(&self, first: &str, rest: &str) -> Option<&Value> {
        self.description.get(first)?.pointer(rest)
    }

    /// An app client.
    pub fn client(&self, id: &str) -> Result<&Client, ServiceError> {
        self.clients.get(id).ok_or_else(|| ServiceError::no_client(id))
    }

    /// A user by sub.
    pub fn user(&self, sub: &str) -> Result<&User, ServiceError> {
        self.users.get(sub).ok_or_else(ServiceError::no_user)
    }

    /// A user by sub, to be changed.
    pub fn user_mut(&mut self, sub: &str) -> Result<&mut User, ServiceError> {
        self.users.get_mut(sub).ok_or_else(ServiceError::no_user)
    }

    /// The sub of the user whom `name` names: by user name, an alias that counts in this pool, or sub.
    pub fn find(&self, name: &str) -> Result<String, ServiceError> {
        let by_sub = || self.users.contains_key(name).then(|| name.to_owned());
        self.find_by_name(name).or_else(|unknown| by_sub().ok_or(unknown))
    }

    /// The same for who signs in with a password that is not sent: the sub names nobody there.
    pub fn find_by_name(&self, name: &str) -> Result<String, ServiceError> {
        let by_name = self.names.get(&self.folded(name)).cloned();
        by_name.or_else(|| self.by_alias(name)).ok_or_else(ServiceError::no_user)
    }

    fn by_alias(&self, name: &str) -> Option<String> {
        let folded = self.folded(name);
        let is_alias = |user: &User, attribute: &str, must_verify: bool| {
            let value = user.attribute(attribute).map(|value| self.folded(value));
            value.as_ref() == Some(&folded) && (!must_verify || user.verified(attribute))
        };
        let aliases = self.setting("AliasAttributes");
        let usernames = self.setting("UsernameAttributes");
        let named = |user: &&User| {
            usernames.iter().any(|attribute| is_alias(user, attribute, false))
                || aliases.iter().any(|attribute| is_alias(user, attribute, *attribute != "preferred_username"))
        };
        if aliases.is_empty() && usernames.is_empty() {
            return None;
        }
        self.users.values().find(named).map(|user| user.sub.clone())
    }

    /// A name as it is compared: lower case unless the pool is case sensitive (the default).
    pub fn folded(&self, name: &str) -> String {
        match self.at("UsernameConfiguration", "/CaseSensitive") {
            Some(Value::Bool(false)) => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    /// Adds a user.
    pub fn insert_user(&mut self, mut user: User) {
        self.users_made += 1;
        user.number = self.users_made;
        self.names.insert(self.folded(&user.username), user.sub.clone());
        self.users.insert(user.sub.clone(), user);
    }

    /// All users, in the order in which they were made, which dates in milliseconds do not always tell.
    pub fn oldest_first(&self) -> Vec<&User> {
        let mut users: Vec<_> = self.users.values().collect();
        users.sort_by_key(|user| user.number);
        users
    }

    /// Removes a user with all that hangs on it.
    pub fn remove_user(&mut self, sub: &str) {
        self.users.remove(sub);
        self.names.retain(|_, named| named != sub);
        self.groups.values_mut().for_each(|group| _ = group.members.remove(sub));
        self.sessions.retain(|_, session| session.sub != sub);
        self.exchanges.retain(|_, exchange| exchange.sub.as_deref() != Some(sub));
        // Refresh tokens stay known: who sends one is told that the user was deleted.
    }

    /// Ends all sign-ins of a user: refresh and access tokens are revoked.
    pub fn sign_out(&mut self, sub: &str) {
        self.families.values_mut().filter(|family| family.sub == sub).for_each(|family| family.standing = Standing::Revoked);
        if let Some(user) = self.users.get_mut(sub) {
            user.live.clear();
        }
    }

    /// Whether the pool offers a factor at sign-in.
    pub fn offers(&self, factor: Factor) -> bool {
        match factor {
            Factor::Sms => self.mfa.blocks.contains_key("SmsMfaConfiguration"),
            Factor::Email => self.mfa.blocks.contains_key("EmailMfaConfiguration"),
            Factor::SoftwareToken => {
                let block = self.mfa.blocks.get("SoftwareTokenMfaConfiguration");
                block.and_then(|block| block.get("Enabled")) == Some(&json!(true))
            }
        }
    }

    /// UserPoolType.
    pub fn describe(&self) -> Value {
        let mut description = self.description.clone();
        description.insert("MfaConfiguration".into(), json!(self.mfa.mode));
        description.insert("EstimatedNumberOfUsers".into(), json!(self.users.len()));
        Value::Object(description)
    }
}
