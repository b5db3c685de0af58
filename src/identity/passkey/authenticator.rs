//! A software authenticator with its browser: it answers to options with a credential, and does what it is told, also what
//! no honest one would.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ciborium::Value as Cbor;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    authenticator_data::{Attached, AuthenticatorData, cbor},
    cose, from_text, signed_bytes, to_text,
};

/// Bytes of a credential's id.
const ID_LENGTH: usize = 20;

/// Why there is no credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticatorError {
    /// The cryptographic library failed.
    #[error("make a key or a signature: the random number source may be exhausted, try again")]
    Cryptography,
    /// The value is no passkey.
    #[error("read the passkey: use a value of $passkey()")]
    Passkey,
    /// The options lack something that every authenticator needs.
    #[error("read the options of the ceremony: they have no text `{0}`")]
    Options(&'static str),
}

/// The algorithm of a passkey's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    /// ECDSA on P-256: what nearly all authenticators use.
    Es256,
    /// RSA.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The algorithm of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ES256" => Self::Es256,
            "RS256" => Self::Rs256,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }
}

/// A key pair and the name of the credential. It is a value that a case can keep; no `Debug`, since it is a secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id, base64url.
    pub id: String,
    algorithm: Algorithm,
    // PKCS #8 in base64.
    key: String,
}

/// What the authenticator does otherwise than an honest one would, or than most do.
#[derive(Clone, Default)]
pub struct Deviations {
    /// Another challenge than the one of the options.
    pub challenge: Option<String>,
    /// Another relying party than the one of the options.
    pub relying_party: Option<String>,
    /// Whether the user was not verified.
    pub unverified: bool,
    /// Another passkey's key signs.
    pub signer: Option<Passkey>,
    /// `platform` if not given.
    pub attachment: Option<String>,
    /// `internal` if not given.
    pub transports: Option<Vec<String>>,
    /// The user's handle, which an assertion gives back.
    pub user: Option<String>,
    /// No more than id, type, client data and attestation object, as some mobile platforms give.
    pub bare: bool,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(rsa::KeyPair),
    EdDsa(Ed25519KeyPair),
}

impl Passkey {
    /// A new one.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Cryptography;
        let random = SystemRandom::new();
        let key = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(failed)?.as_ref().to_vec(),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random).map_err(failed)?.as_ref().to_vec(),
            Algorithm::Rs256 => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?.as_ref().to_vec()
            }
        };
        Ok(Self { id: to_text(&rand::random::<[u8; ID_LENGTH]>()), algorithm, key: STANDARD.encode(key) })
    }

    /// RegistrationResponseJSON for PublicKeyCredentialCreationOptions, without attestation.
    ///
    /// # Errors
    /// When the options are none.
    pub fn attest(&self, options: &Value, origin: &str, deviations: &Deviations) -> Result<Value, AuthenticatorError> {
        let pair = self.pair()?;
        let relying_party = text(options, "/rp/id", "rp.id")?;
        let client_data = client_data("webauthn.create", options, origin, deviations)?;
        let id = from_text(&self.id).ok_or(AuthenticatorError::Passkey)?;
        let data = data(relying_party, deviations, Some(Attached { id, key: pair.cose() }));
        let attestation = Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data.clone())),
        ]);
        let mut response = json!({ "clientDataJSON": to_text(client_data.as_bytes()), "attestationObject": to_text(&cbor(&attestation)) });
        if !deviations.bare {
            response["transports"] = deviations.transports.clone().map_or_else(|| json!(["internal"]), |transports| json!(transports));
            response["authenticatorData"] = json!(to_text(&data));
            response["publicKey"] = json!(to_text(&pair.public()?));
            response["publicKeyAlgorithm"] = json!(pair.algorithm());
        }
        Ok(self.credential(response, deviations))
    }

    /// AuthenticationResponseJSON for PublicKeyCredentialRequestOptions.
    ///
    /// # Errors
    /// When the options are none, or the cryptographic library fails.
    pub fn assert(&self, options: &Value, origin: &str, deviations: &Deviations) -> Result<Value, AuthenticatorError> {
        let relying_party = text(options, "/rpId", "rpId")?;
        let client_data = client_data("webauthn.get", options, origin, deviations)?;
        let data = data(relying_party, deviations, None);
        let signer = deviations.signer.as_ref().unwrap_or(self);
        let signature = signer.pair()?.sign(&signed_bytes(&data, client_data.as_bytes()))?;
        let mut response = json!({
            "clientDataJSON": to_text(client_data.as_bytes()),
            "authenticatorData": to_text(&data),
            "signature": to_text(&signature),
        });
        if let Some(user) = &deviations.user {
            response["userHandle"] = json!(user);
        }
        Ok(self.credential(response, deviations))
    }

    fn credential(&self, response: Value, deviations: &Deviations) -> Value {
        let mut credential = Map::from_iter([
            ("id".to_owned(), json!(self.id)),
            ("rawId".to_owned(), json!(self.id)),
            ("type".to_owned(), json!("public-key")),
            ("clientExtensionResults".to_owned(), json!({})),
            ("response".to_owned(), response),
        ]);
        if !deviations.bare {
            let attachment = deviations.attachment.as_deref().unwrap_or("platform");
            credential.insert("authenticatorAttachment".to_owned(), json!(attachment));
        }
        Value::Object(credential)
    }

    fn pair(&self) -> Result<Pair, AuthenticatorError> {
        let refused = |_| AuthenticatorError::Passkey;
        let key = STANDARD.decode(&self.key).map_err(|_| AuthenticatorError::Passkey)?;
        Ok(match self.algorithm {
            Algorithm::Es256 => Pair::Es256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key).map_err(refused)?),
            Algorithm::Rs256 => Pair::Rs256(rsa::KeyPair::from_pkcs8(&key).map_err(refused)?),
            Algorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(&key).map_err(refused)?),
        })
    }
}

impl Pair {
    fn algorithm(&self) -> i64 {
        match self {
            Self::Es256(_) => cose::ES256,
            Self::Rs256(_) => cose::RS256,
            Self::EdDsa(_) => cose::EDDSA,
        }
    }

    fn cose(&self) -> Cbor {
        match self {
            Self::Es256(pair) => cose::es256(pair.public_key().as_ref()),
            Self::EdDsa(pair) => cose::eddsa(pair.public_key().as_ref()),
            Self::Rs256(pair) => {
                let key = pair.public_key();
                let [modulus, exponent] = [key.modulus(), key.exponent()].map(|part| part.big_endian_without_leading_zero());
                cose::rs256(modulus, exponent)
            }
        }
    }

    /// SubjectPublicKeyInfo.
    fn public(&self) -> Result<Vec<u8>, AuthenticatorError> {
        let der: Result<PublicKeyX509Der<'_>, _> = match self {
            Self::Es256(pair) => pair.public_key().as_der(),
            Self::Rs256(pair) => pair.public_key().as_der(),
            Self::EdDsa(pair) => pair.public_key().as_der(),
        };
        der.map(|der| der.as_ref().to_vec()).map_err(|_| AuthenticatorError::Cryptography)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthenticatorError> {
        let failed = |_| AuthenticatorError::Cryptography;
        let random = SystemRandom::new();
        Ok(match self {
            Self::Es256(pair) => pair.sign(&random, message).map_err(failed)?.as_ref().to_vec(),
            Self::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                signature
            }
        })
    }
}

fn text<'a>(options: &'a Value, pointer: &str, name: &'static str) -> Result<&'a str, AuthenticatorError> {
    options.pointer(pointer).and_then(Value::as_str).ok_or(AuthenticatorError::Options(name))
}

fn client_data(ceremony: &str, options: &Value, origin: &str, deviations: &Deviations) -> Result<String, AuthenticatorError> {
    let challenge = text(options, "/challenge", "challenge")?;
    let challenge = deviations.challenge.as_deref().unwrap_or(challenge);
    Ok(json!({ "type": ceremony, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string())
}

fn data(relying_party: &str, deviations: &Deviations, attached: Option<Attached>) -> Vec<u8> {
    let relying_party = deviations.relying_party.as_deref().unwrap_or(relying_party);
    AuthenticatorData::new(relying_party, !deviations.unverified, attached).write()
}
