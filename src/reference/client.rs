//! One app client: which flows it may use, how long its tokens live, whether it proves a secret.

use serde_json::{Map, Value};

use super::error::ServiceError;
use crate::identity::secret_hash::secret_hash;

/// An app client. No `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Client {
    /// 26 lower-case letters and digits.
    pub id: String,
    /// Present when GenerateSecret was asked for.
    pub secret: Option<String>,
    /// UserPoolClientType as answered.
    pub description: Map<String, Value>,
}

impl Client {
    /// Whether one of the named ExplicitAuthFlows values is set.
    pub fn allows(&self, flows: &[&str]) -> bool {
        let explicit = self.description.get("ExplicitAuthFlows").and_then(Value::as_array);
        explicit.is_some_and(|explicit| explicit.iter().filter_map(Value::as_str).any(|flow| flows.contains(&flow)))
    }

    /// Whether a password may be proven. It may where nothing is said of flows, and the former values all allow it but the one
    /// that is named for its exclusiveness.
    pub fn allows_srp(&self) -> bool {
        let explicit = self.description.get("ExplicitAuthFlows").and_then(Value::as_array);
        let any = explicit.is_some_and(|explicit| !explicit.is_empty());
        !any || self.allows(&["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"])
    }

    /// Whether challenges may be the pool's own: as for proofs of a password, and the former value that allows nothing else.
    pub fn allows_custom(&self) -> bool {
        let explicit = self.description.get("ExplicitAuthFlows").and_then(Value::as_array);
        explicit.is_none_or(Vec::is_empty) || self.allows(&["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"])
    }

    /// Whether the client hides from strangers which users exist.
    pub fn hides_users(&self) -> bool {
        self.description.get("PreventUserExistenceErrors").and_then(Value::as_str) == Some("ENABLED")
    }

    /// What it is answered to a code of somebody who is no user: who hides users says that no code is outstanding.
    pub fn no_code_of_nobody(&self) -> ServiceError {
        if self.hides_users() { ServiceError::expired_code() } else { ServiceError::no_user_of_client() }
    }

    /// Whether the client may see an attribute; without ReadAttributes it sees all, and `sub` it always sees.
    pub fn reads(&self, attribute: &str) -> bool {
        attribute == "sub" || self.lists("ReadAttributes", attribute)
    }

    /// Refuses a write of attributes of which one is not among WriteAttributes; without that list all may be written, but for
    /// what only an administrator sets.
    pub fn check_writable<'a>(&self, mut attributes: impl Iterator<Item = &'a str>) -> Result<(), ServiceError> {
        let administrators = |attribute: &str| attribute.starts_with("dev:") || attribute.ends_with("_verified");
        let allowed = attributes.all(|attribute| !administrators(attribute) && self.lists("WriteAttributes", attribute));
        let refusal = || ServiceError::not_authorized("A client attempted to write unauthorized attribute");
        allowed.then_some(()).ok_or_else(refusal)
    }

    fn lists(&self, member: &str, attribute: &str) -> bool {
        let list = self.description.get(member).and_then(Value::as_array);
        list.is_none_or(|list| list.iter().any(|name| name == attribute))
    }

    /// Seconds that a token of this kind lives; `kind` is `AccessToken`, `IdToken` or `RefreshToken`.
    pub fn validity(&self, kind: &str, default_unit: &str, default: u64) -> u64 {
        let unit = self.description.get("TokenValidityUnits").and_then(|units| units.get(kind)?.as_str());
        let seconds = match unit.unwrap_or(default_unit) {
            "seconds" => 1,
            "minutes" => 60,
            "days" => 86_400,
            _ => 3_600,
        };
        let number = self.description.get(&format!("{kind}Validity")).and_then(Value::as_u64);
        number.filter(|number| *number > 0).map_or(default, |number| number.saturating_mul(seconds))
    }

    /// Whether its tokens can be revoked one by one, and say of which sign-in they are.
    pub fn revokes(&self) -> bool {
        self.description.get("EnableTokenRevocation") != Some(&Value::Bool(false))
    }

    /// Seconds for which a refresh token can be used after it was replaced; `None` where refresh tokens are not replaced.
    pub fn rotation(&self) -> Option<f64> {
        let rotation = self.description.get("RefreshTokenRotation").filter(|rotation| rotation["Feature"] == "ENABLED")?;
        Some(rotation.get("RetryGracePeriodSeconds").and_then(Value::as_f64).unwrap_or_default())
    }

    /// Whether the flow REFRESH_TOKEN_AUTH is open to it. Clients with the older names of flows, or none, always had it.
    pub fn refreshes_by_sign_in(&self) -> bool {
        let flows = self.description.get("ExplicitAuthFlows").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_new = |flow: &Value| flow.as_str().is_some_and(|flow| flow.starts_with("ALLOW_"));
        self.rotation().is_none() && (self.allows(&["ALLOW_REFRESH_TOKEN_AUTH"]) || !flows.iter().any(is_new))
    }

    /// Checks ClientSecret, which must be there if the client has one.
    pub fn has_secret(&self, given: Option<&str>) -> bool {
        self.secret.as_deref() == given
    }

    /// Seconds that a challenge's session lives.
    pub fn session_seconds(&self) -> f64 {
        self.description.get("AuthSessionValidity").and_then(Value::as_f64).unwrap_or(3.0) * 60.0
    }

    /// Checks SecretHash / SECRET_HASH of a first step against any of the spellings of the user's name that count. A client without a
    /// secret must be sent none.
    pub fn check_secret(&self, hash: Option<&str>, names: &[&str]) -> Result<(), ServiceError> {
        if self.secret.is_none() && hash.is_some() {
            let text = format!("App client {} is not configured for secret but secret hash was received", self.id);
            return Err(ServiceError::invalid(text));
        }
        self.check_later_secret(hash, names)
    }

    /// The same in a later step, where what a client without a secret is sent does not matter.
    pub fn check_later_secret(&self, hash: Option<&str>, names: &[&str]) -> Result<(), ServiceError> {
        let (secret, hash) = match (&self.secret, hash) {
            (None, _) => return Ok(()),
            (Some(secret), Some(hash)) => (secret, hash),
            (Some(_), None) => {
                let id = &self.id;
                let text = format!("Client {id} is configured with secret but SECRET_HASH was not received");
                return Err(ServiceError::not_authorized(text));
            }
        };
        let good = names.iter().any(|name| secret_hash(secret, name, &self.id) == hash);
        let text = || format!("Unable to verify secret hash for client {}", self.id);
        good.then_some(()).ok_or_else(|| ServiceError::not_authorized(text()))
    }
}
