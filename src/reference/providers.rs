//! Identity providers of a pool, and the identities there that are linked to its users.

use serde_json::{Map, Value, json};

use super::user::User;

/// The provider that a pool is to itself.
pub const OWN: &str = "Cognito";
/// The attribute that stands for whatever a provider knows its users by.
pub const SUBJECT: &str = "Cognito_Subject";

/// An identity provider.
#[derive(Debug, Clone)]
pub struct Provider {
    /// `Google`, `SAML` and so on.
    pub kind: String,
    /// ProviderDetails, AttributeMapping and IdpIdentifiers as they were sent.
    pub settings: Map<String, Value>,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
    /// As `created`.
    pub modified: f64,
}

impl Provider {
    /// Social providers know their users by one thing only.
    pub fn is_social(&self) -> bool {
        !matches!(self.kind.as_str(), "OIDC" | "SAML")
    }

    /// What lists show.
    pub fn summary(&self, name: &str) -> Map<String, Value> {
        Map::from_iter([
            ("ProviderName".to_owned(), json!(name)),
            ("ProviderType".to_owned(), json!(self.kind)),
            ("LastModifiedDate".to_owned(), json!(self.modified)),
            ("CreationDate".to_owned(), json!(self.created)),
        ])
    }

    /// IdentityProviderType.
    pub fn describe(&self, pool_id: &str, name: &str) -> Value {
        let mut members = self.summary(name);
        members.insert("UserPoolId".into(), json!(pool_id));
        members.extend(self.settings.clone());
        Value::Object(members)
    }
}

/// Who a user is at an identity provider.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Name of the provider.
    pub provider: String,
    /// Its type.
    pub kind: String,
    /// By what it was linked: an attribute, or [`SUBJECT`].
    pub attribute: String,
    /// The value of that.
    pub value: String,
    /// Milliseconds since 1970 by the pool's clock.
    pub linked: i64,
}

impl Identity {
    /// Whether this is that one.
    pub fn is(&self, provider: &str, attribute: &str, value: &str) -> bool {
        self.provider == provider && self.attribute == attribute && self.value == value
    }

    fn describe(&self) -> Value {
        json!({
            "userId": self.value,
            "providerName": self.provider,
            "providerType": self.kind,
            "issuer": null,
            "primary": false,
            "dateCreated": self.linked,
        })
    }

    /// As the claim has it: all as text but what is null.
    fn claim(&self) -> Value {
        let mut identity = self.describe();
        identity["primary"] = json!("false");
        identity["dateCreated"] = json!(self.linked.to_string());
        identity
    }
}

impl User {
    /// The attribute `identities`: JSON text, while there are any.
    pub fn identities_attribute(&self) -> Option<String> {
        let identities: Value = self.identities.iter().map(Identity::describe).collect();
        (!self.identities.is_empty()).then(|| identities.to_string())
    }

    /// The claim `identities` of the ID token, while there are any.
    pub fn identities_claim(&self) -> Option<(String, Value)> {
        let identities: Value = self.identities.iter().map(Identity::claim).collect();
        (!self.identities.is_empty()).then(|| ("identities".to_owned(), identities))
    }
}
