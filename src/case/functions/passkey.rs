//! Functions of a software authenticator.

use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error};
use serde_json::Value;

use super::failed;
use crate::identity::passkey::{
    authenticator::{Algorithm, Deviations, Passkey},
    to_text,
};

pub(super) const NAMES: [&str; 4] = ["passkey", "passkey_attestation", "passkey_assertion", "base64url"];

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_function("passkey", passkey);
    environment.add_function("passkey_attestation", attestation);
    environment.add_function("passkey_assertion", assertion);
    environment.add_function("base64url", |text: &str| to_text(text.as_bytes()));
}

fn passkey(algorithm: Option<&str>) -> Result<minijinja::Value, Error> {
    let name = algorithm.unwrap_or("ES256");
    let algorithm = Algorithm::named(name).ok_or_else(|| failed(format!("`{name}` is none of ES256, RS256, EdDSA")))?;
    Passkey::generate(algorithm).map(|passkey| minijinja::Value::from(Serde(passkey))).map_err(failed)
}

fn attestation(
    Serde(passkey): Serde<Passkey>,
    Serde(options): Serde<Value>,
    origin: &str,
    otherwise: Kwargs,
) -> Result<minijinja::Value, Error> {
    let credential = passkey.attest(&options, origin, &deviations(&otherwise)?).map_err(failed)?;
    Ok(minijinja::Value::from(Serde(credential)))
}

/// The options are text in a challenge's parameters.
fn assertion(Serde(passkey): Serde<Passkey>, options: &str, origin: &str, otherwise: Kwargs) -> Result<String, Error> {
    let options: Value = serde_json::from_str(options).map_err(|_| failed("the options of the ceremony are no JSON text"))?;
    passkey.assert(&options, origin, &deviations(&otherwise)?).map(|credential| credential.to_string()).map_err(failed)
}

fn deviations(named: &Kwargs) -> Result<Deviations, Error> {
    let signer: Option<Serde<Passkey>> = named.get("signer")?;
    let verified: Option<bool> = named.get("verified")?;
    let bare: Option<bool> = named.get("bare")?;
    let deviations = Deviations {
        challenge: named.get("challenge")?,
        relying_party: named.get("rp_id")?,
        unverified: verified == Some(false),
        signer: signer.map(|Serde(signer)| signer),
        attachment: named.get("attachment")?,
        transports: named.get("transports")?,
        user: named.get("user")?,
        bare: bare == Some(true),
    };
    named.assert_all_used()?;
    Ok(deviations)
}
