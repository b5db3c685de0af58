//! Refresh tokens: what one is worth, replacing it by the next one, revoking it.

use super::{
    client::Client,
    error::ServiceError,
    pool::{Family, Pool},
    token::{LETTERS, random_text},
};

/// What became of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// It can be used.
    Good,
    /// Another one took its place; until then it can be used all the same.
    Replaced {
        /// Seconds since 1970.
        until: f64,
    },
    /// Its sign-in was ended.
    Revoked,
}

impl Family {
    /// What its access tokens are known by when they are revoked.
    pub fn revoked_by(&self, client: &Client) -> &str {
        if client.revokes() { &self.origin_jti } else { &self.event_id }
    }
}

impl Pool {
    /// What a refresh token stands for, if the client may use it now.
    pub fn refreshable(&self, token: &str, client: &Client) -> Result<Family, ServiceError> {
        let invalid = || ServiceError::not_authorized("Invalid Refresh Token");
        let family = self.families.get(token).ok_or_else(invalid)?;
        let now = self.now();
        let refusal = match family.standing {
            _ if family.client_id != client.id => ServiceError::not_authorized("Refresh Token has different Client"),
            _ if !self.users.contains_key(&family.sub) => {
                ServiceError::not_authorized("The user has been deleted for the associated refresh token")
            }
            // Disabling a user revokes the tokens, too; this is said of it.
            _ if !self.user(&family.sub)?.enabled => ServiceError::disabled(),
            Standing::Revoked => ServiceError::not_authorized("Refresh Token has been revoked"),
            _ if family.expires <= now => ServiceError::not_authorized("Refresh Token has expired"),
            Standing::Replaced { until } if until <= now => {
                ServiceError::new("RefreshTokenReuseException", "Refresh token has been used before")
            }
            Standing::Good | Standing::Replaced { .. } => return Ok(family.clone()),
        };
        Err(refusal)
    }

    /// A new refresh token.
    pub fn keep_family(&mut self, family: Family) -> String {
        let token = random_text(LETTERS, 180);
        self.families.insert(token.clone(), family);
        token
    }

    /// Replaces a refresh token by another, which ends when it would have; it can be used for a while yet where the client says so.
    pub fn rotate(&mut self, token: &str, family: Family, grace: f64) -> String {
        let until = self.now() + grace;
        if let Some(old) = self.families.get_mut(token).filter(|old| old.standing == Standing::Good) {
            old.standing = Standing::Replaced { until };
        }
        self.keep_family(Family { standing: Standing::Good, ..family })
    }

    /// Ends the sign-in of a refresh token of that client. A token that is unknown, or revoked before, is left as it is.
    pub fn revoke(&mut self, token: &str, client: &Client) {
        let family = self.families.get(token).filter(|family| family.client_id == client.id);
        if let Some(origin_jti) = family.map(|family| family.origin_jti.clone()) {
            self.end_sign_in(&origin_jti);
        }
    }

    /// Revokes all tokens of a sign-in.
    pub fn end_sign_in(&mut self, origin_jti: &str) {
        self.families.values_mut().filter(|family| family.origin_jti == origin_jti).for_each(|family| family.standing = Standing::Revoked);
        for user in self.users.values_mut() {
            user.live.remove(origin_jti);
        }
    }
}
