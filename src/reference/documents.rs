//! The documents that every pool has for everybody to read: its keys, and where its OpenID endpoints are.

use serde_json::{Value, json};

use super::{
    error::Answer,
    pool::Pool,
    protocol::Response,
    state::{State, lock},
    token::Keys,
};

/// A document of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// The public keys that tokens are signed with.
    Keys,
    /// The OpenID configuration.
    Configuration,
}

impl Document {
    /// What layers know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keys => "GET jwks.json",
            Self::Configuration => "GET openid-configuration",
        }
    }

    /// The document of a pool, or a refusal if there is no such pool.
    pub fn of(self, state: &State, pool_id: &str) -> Response {
        let answer = state.pool(pool_id).and_then(|slot| match self {
            // All pools of a process share their keys.
            Self::Keys => Keys::get().map(Keys::jwks),
            Self::Configuration => Ok(configuration(&lock(&slot).now)),
        });
        written(answer)
    }
}

fn written(answer: Answer) -> Response {
    let mut response = Response::new(answer);
    response.headers.insert("content-type".into(), "application/json".into());
    response
}

/// Pools without a domain have no endpoints for browsers, so that none are named.
fn configuration(pool: &Pool) -> Value {
    let issuer = &pool.issuer;
    json!({
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    })
}
