//! What can be wrong with the documents by which tokens are verified.

use serde_json::{Value, json};

use crate::identity::signing::SigningKey;

/// The name of the key set among what is answered.
pub const KEY_SET: &str = "GET jwks.json";
/// And of the discovery document.
pub const DISCOVERY: &str = "GET openid-configuration";

/// The operation whose cases claim what the documents say.
pub const CLAIMED_BY: &str = "InitiateAuth";

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Misprint {
    /// The keys have the right names and are others.
    OtherKeys,
    /// The keys are right and have other names.
    OtherNames,
    /// There is one key only.
    OneKey,
    /// A key lacks its modulus.
    NoModulus,
    /// The keys do not say what they are for.
    NoUse,
    /// The discovery document names another issuer.
    OtherIssuer,
    /// It does not say where the keys are.
    NoAddress,
}

impl Misprint {
    /// All of them, with their names.
    pub const NAMES: [(Self, &str); 7] = [
        (Self::OtherKeys, "other-keys"),
        (Self::OtherNames, "other-names"),
        (Self::OneKey, "one-key"),
        (Self::NoModulus, "no-modulus"),
        (Self::NoUse, "no-use"),
        (Self::OtherIssuer, "other-issuer"),
        (Self::NoAddress, "no-address"),
    ];

    /// The document that it is in.
    pub fn document(self) -> &'static str {
        match self {
            Self::OtherIssuer | Self::NoAddress => DISCOVERY,
            _ => KEY_SET,
        }
    }

    /// Makes it in the document.
    pub fn distort(self, body: &mut Value) {
        match self {
            Self::OtherIssuer => body["issuer"] = json!("https://example.com/issuer"),
            Self::NoAddress => drop(body.as_object_mut().and_then(|body| body.shift_remove("jwks_uri"))),
            Self::OneKey => drop(body["keys"].as_array_mut().and_then(Vec::pop)),
            _ => body["keys"].as_array_mut().into_iter().flatten().for_each(|key| self.distort_key(key)),
        }
    }

    fn distort_key(self, key: &mut Value) {
        let mut remove = |member| drop(key.as_object_mut().and_then(|key| key.shift_remove(member)));
        match self {
            Self::NoModulus => remove("n"),
            Self::NoUse => remove("use"),
            Self::OtherNames => key["kid"] = json!("another key, by its name"),
            Self::OtherKeys => {
                if let Ok(other) = SigningKey::generate() {
                    key["n"] = other.jwk()["n"].take();
                }
            }
            _ => {}
        }
    }
}
