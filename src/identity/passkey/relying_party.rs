//! What a relying party checks of a credential: the steps of Web Authentication, sections 7.1 and 7.2, without attestation,
//! which Cognito does not enforce.

use ciborium::Value as Cbor;
use serde_json::Value;
use url::Url;

use super::{
    authenticator_data::AuthenticatorData,
    cose::{KeyError, PublicKey},
    from_text, signed_bytes, to_text,
};

/// Why a credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It lacks something, or is of the other ceremony.
    Malformed,
    /// It answers to another challenge.
    Challenge,
    /// It was made on a page of another site.
    Origin,
    /// It was made for another relying party.
    RelyingParty,
    /// The user was not there, or was not verified although that is asked for.
    User,
    /// The key is of an algorithm that was not offered.
    Algorithm,
    /// The key did not sign it.
    Signature,
}

/// What a credential must answer to.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The challenge as it was given, base64url.
    pub challenge: &'a str,
    /// The relying party's id.
    pub relying_party: &'a str,
    /// Whether the user must have been verified.
    pub verified: bool,
}

/// A passkey as it was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The credential's id, base64url.
    pub id: String,
    /// Its key.
    pub key: PublicKey,
    /// Signatures so far.
    pub sign_count: u32,
}

/// Checks RegistrationResponseJSON.
///
/// # Errors
/// With the first thing that is wrong.
pub fn registration(credential: &Value, expected: Expected<'_>) -> Result<Registered, Refusal> {
    check_client_data(&bytes(credential, "clientDataJSON")?, "webauthn.create", expected)?;
    let attestation: Cbor = ciborium::from_reader(bytes(credential, "attestationObject")?.as_slice()).map_err(|_| Refusal::Malformed)?;
    let members = attestation.as_map().ok_or(Refusal::Malformed)?;
    let data = members.iter().find(|(name, _)| name.as_text() == Some("authData")).and_then(|(_, data)| data.as_bytes());
    let data = AuthenticatorData::read(data.ok_or(Refusal::Malformed)?).ok_or(Refusal::Malformed)?;
    check_data(&data, expected)?;
    let attached = data.attached.ok_or(Refusal::Malformed)?;
    let key = PublicKey::read(&attached.key).map_err(|error| match error {
        KeyError::Malformed => Refusal::Malformed,
        KeyError::Algorithm => Refusal::Algorithm,
    })?;
    let id = to_text(&attached.id);
    if id_of(credential) != Some(&id) {
        return Err(Refusal::Malformed);
    }
    Ok(Registered { id, key, sign_count: data.sign_count })
}

/// Checks AuthenticationResponseJSON against the key of the passkey that it names. Gives its count of signatures.
///
/// # Errors
/// With the first thing that is wrong.
pub fn assertion(credential: &Value, expected: Expected<'_>, key: &PublicKey) -> Result<u32, Refusal> {
    let client_data = bytes(credential, "clientDataJSON")?;
    check_client_data(&client_data, "webauthn.get", expected)?;
    let signed = bytes(credential, "authenticatorData")?;
    let data = AuthenticatorData::read(&signed).ok_or(Refusal::Malformed)?;
    check_data(&data, expected)?;
    let signature = bytes(credential, "signature")?;
    let good = key.signed(&signed_bytes(&signed, &client_data), &signature);
    good.then_some(data.sign_count).ok_or(Refusal::Signature)
}

/// The id of the credential, if it is one of a public key.
#[must_use]
pub fn id_of(credential: &Value) -> Option<&str> {
    let is_key = credential.get("type").and_then(Value::as_str) == Some("public-key");
    credential.get("id").and_then(Value::as_str).filter(|_| is_key)
}

fn bytes(credential: &Value, name: &str) -> Result<Vec<u8>, Refusal> {
    let text = credential.get("response").and_then(|response| response.get(name)).and_then(Value::as_str);
    text.and_then(from_text).ok_or(Refusal::Malformed)
}

fn check_client_data(bytes: &[u8], ceremony: &str, expected: Expected<'_>) -> Result<(), Refusal> {
    let data: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::Malformed)?;
    let text = |name: &str| data.get(name).and_then(Value::as_str).ok_or(Refusal::Malformed);
    if text("type")? != ceremony {
        return Err(Refusal::Malformed);
    }
    if text("challenge")? != expected.challenge {
        return Err(Refusal::Challenge);
    }
    belongs(text("origin")?, expected.relying_party).then_some(()).ok_or(Refusal::Origin)
}

/// Whether a page of that origin may act for the relying party: it is of its domain or of one below, and its connection is secure.
fn belongs(origin: &str, relying_party: &str) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    let Some(host) = origin.host_str() else { return false };
    let secure = origin.scheme() == "https" || (origin.scheme() == "http" && host == "localhost");
    let below = host.strip_suffix(relying_party).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    secure && below
}

fn check_data(data: &AuthenticatorData, expected: Expected<'_>) -> Result<(), Refusal> {
    if !data.is_for(expected.relying_party) {
        return Err(Refusal::RelyingParty);
    }
    (data.present && (data.verified || !expected.verified)).then_some(()).ok_or(Refusal::User)
}
