//! The sessions of users, for pools that track them: one for each sign-in whose refresh token still does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    client::Client,
    error::ServiceError,
    pool::{Family, Pool},
    refresh::Standing,
    token::{LOWER, random_text},
};

/// What SetUserPoolSessionConfiguration set.
#[derive(Clone)]
pub struct Tracking {
    /// UserSessionTracking is `ENABLED`.
    pub enabled: bool,
    /// TokenSession.MaxPerUser.
    pub max_per_user: usize,
}

impl Default for Tracking {
    fn default() -> Self {
        Self { enabled: false, max_per_user: 20 }
    }
}

/// A token session.
#[derive(Clone)]
struct TokenSession {
    id: String,
    client_id: String,
    created: f64,
    active: f64,
}

/// The token sessions of a user by `origin_jti`.
#[derive(Clone, Default)]
pub struct TokenSessions(BTreeMap<String, TokenSession>);

impl Pool {
    /// Records a sign-in. Who has as many sessions as the pool allows loses the one that was idle longest.
    pub fn begin_session(&mut self, family: &Family, client: &Client) -> Result<(), ServiceError> {
        if !self.session_tracking.enabled {
            return Ok(());
        }
        let room = self.session_tracking.max_per_user.saturating_sub(1);
        let mut active = self.active_sessions(&family.sub)?;
        active.sort_by(|one, other| one.1.active.total_cmp(&other.1.active));
        for (origin_jti, _) in active.iter().take(active.len().saturating_sub(room)) {
            self.end_session(&family.sub, origin_jti)?;
        }
        let now = self.now();
        let id = format!("tkn{}", random_text(LOWER, 25));
        let session = TokenSession { id, client_id: client.id.clone(), created: now, active: now };
        self.user_mut(&family.sub)?.token_sessions.0.insert(family.origin_jti.clone(), session);
        Ok(())
    }

    /// Records a refresh.
    pub fn touch_session(&mut self, family: &Family) -> Result<(), ServiceError> {
        let now = self.now();
        if let Some(session) = self.user_mut(&family.sub)?.token_sessions.0.get_mut(&family.origin_jti) {
            session.active = now;
        }
        Ok(())
    }

    /// A user's sessions as they are listed, the newest first; `current` is the `origin_jti` of the caller.
    pub fn list_sessions(&self, sub: &str, current: Option<&str>) -> Result<Vec<Value>, ServiceError> {
        let mut active = self.active_sessions(sub)?;
        active.sort_by(|one, other| other.1.created.total_cmp(&one.1.created));
        let shown = active.iter().map(|(origin_jti, session)| {
            json!({
                "SessionId": session.id,
                "SessionType": "TOKEN",
                "ClientId": session.client_id,
                "CreateDate": session.created,
                "LastActiveDate": session.active,
                // The server listens on this address only, and reads no user agents.
                "LastIPAddress": "127.0.0.1",
                "DeviceType": "unknown",
                "IsCurrentSession": current == Some(origin_jti.as_str()),
            })
        });
        Ok(shown.collect())
    }

    /// The `origin_jti` of a user's session.
    pub fn session_named(&self, sub: &str, id: &str) -> Result<String, ServiceError> {
        let found = self.active_sessions(sub)?.into_iter().find(|(_, session)| session.id == id);
        let unknown = || ServiceError::new("ResourceNotFoundException", "Session does not exist.");
        found.map(|(origin_jti, _)| origin_jti).ok_or_else(unknown)
    }

    /// Ends a session: its refresh and access tokens are revoked.
    pub fn end_session(&mut self, sub: &str, origin_jti: &str) -> Result<(), ServiceError> {
        self.end_sign_in(origin_jti);
        self.user_mut(sub)?.token_sessions.0.remove(origin_jti);
        Ok(())
    }

    // A sign-in lives as long as its refresh token.
    fn active_sessions(&self, sub: &str) -> Result<Vec<(String, TokenSession)>, ServiceError> {
        let now = self.now();
        let is_good = |family: &Family| family.standing == Standing::Good && family.expires > now;
        let lives = |origin_jti: &str| self.families.values().any(|family| family.origin_jti == origin_jti && is_good(family));
        let sessions = self.user(sub)?.token_sessions.0.iter().filter(|(origin_jti, _)| lives(origin_jti));
        Ok(sessions.map(|(origin_jti, session)| (origin_jti.clone(), session.clone())).collect())
    }
}
