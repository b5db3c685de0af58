//! The key pair that requests must be signed with.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// An access key, with the token of temporary credentials. Never printed.
#[derive(Clone)]
pub struct KeyPair {
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
    /// Session token; a key without one is a long-term key.
    pub session: Option<Session>,
}

/// What makes an access key a temporary one. Never printed.
#[derive(Clone)]
pub struct Session {
    /// The token.
    pub token: String,
    /// When it ends; never, if that is not known.
    pub ends: Option<SystemTime>,
}

impl Session {
    /// Whether it has ended.
    pub fn has_ended(&self, now: SystemTime) -> bool {
        self.ends.is_some_and(|ends| now.duration_since(ends).is_ok_and(|past| past > Duration::ZERO))
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(…)")
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_nothing() {
        let session = Session { token: "hush-token".into(), ends: None };
        let keys = KeyPair { access_key_id: "hush-id".into(), secret_access_key: "hush-secret".into(), session: Some(session.clone()) };
        assert!(!format!("{keys:?} {session:?}").contains("hush"));
    }
}
