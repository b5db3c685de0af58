//! StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        passkeys::{MOST, Passkey, Registration, challenge},
        user::User,
    },
    Call, Find, Operation, paging,
};
use crate::identity::passkey::{
    cose::{ES256, RS256},
    relying_party::{Refusal, registration},
    to_text,
};

/// How long a browser is given to make a passkey, in milliseconds.
const TIMEOUT: u64 = 60_000;
/// How long a started registration can be completed, in seconds: longer than the browser is given (inferred).
const VALIDITY: f64 = 300.0;

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    let run = match name {
        "StartWebAuthnRegistration" => start,
        "CompleteWebAuthnRegistration" => complete,
        "ListWebAuthnCredentials" => list,
        "DeleteWebAuthnCredential" => delete,
        _ => return None,
    };
    Some(Operation::Pool(Find::Token, run))
}

impl Call<'_> {
    /// The signed-in user, for operations that list no UserNotFoundException.
    fn owner(&self) -> Result<String, ServiceError> {
        self.signed_in().map_err(|error| match error.kind {
            "UserNotFoundException" => ServiceError::not_authorized("Access Token has been revoked"),
            _ => error,
        })
    }
}

fn start(call: &mut Call) -> Answer {
    let sub = call.owner()?;
    call.pool.check_passkeys_enabled()?;
    let relying_party = call.pool.relying_party()?;
    let user = call.pool.user(&sub)?;
    check_room(user)?;
    let challenge = challenge();
    let options = json!({
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": call.pool.user_verification(user),
        },
        "challenge": challenge,
        "excludeCredentials": descriptors(&user.passkeys.registered),
        "pubKeyCredParams": [{ "alg": ES256, "type": "public-key" }, { "alg": RS256, "type": "public-key" }],
        "rp": { "id": relying_party, "name": relying_party },
        "timeout": TIMEOUT,
        "user": { "displayName": user.username, "id": to_text(user.sub.as_bytes()), "name": user.username },
    });
    let client_id = client_of(call);
    let expires = call.pool.now() + VALIDITY;
    call.pool.user_mut(&sub)?.passkeys.started = Some(Registration { challenge, client_id, expires });
    Ok(json!({ "CredentialCreationOptions": options }))
}

fn client_of(call: &Call) -> String {
    call.claims.as_ref().map(|claims| claims.client_id.clone()).unwrap_or_default()
}

fn check_room(user: &User) -> Result<(), ServiceError> {
    let full = || ServiceError::new("LimitExceededException", "The user has the most passkeys that a user can have.");
    (user.passkeys.registered.len() < MOST).then_some(()).ok_or_else(full)
}

fn descriptors(passkeys: &[Passkey]) -> Vec<Value> {
    passkeys.iter().map(|passkey| json!({ "id": passkey.id, "type": "public-key" })).collect()
}

// A refused credential leaves the registration open (inferred).
fn complete(call: &mut Call) -> Answer {
    let sub = call.owner()?;
    call.pool.check_passkeys_enabled()?;
    let relying_party = call.pool.relying_party().map_err(|_| not_found())?;
    let user = call.pool.user(&sub)?;
    let started = user.passkeys.started.as_ref().filter(|started| started.expires > call.pool.now()).ok_or_else(not_found)?;
    if started.client_id != client_of(call) {
        let text = "The access token is of another app client than the one that started the registration.";
        return Err(ServiceError::new("WebAuthnClientMismatchException", text));
    }
    check_room(user)?;
    let credential = call.input.get("Credential").filter(|credential| is_complete(credential)).ok_or_else(not_valid)?;
    let registered = registration(credential, call.pool.expect(user, &started.challenge, &relying_party)).map_err(refusal)?;
    if call.pool.users.values().any(|user| user.passkeys.registered.iter().any(|passkey| passkey.id == registered.id)) {
        return Err(not_valid());
    }
    let passkey = Passkey::new(registered, credential, &relying_party, call.pool.now());
    let passkeys = &mut call.pool.user_mut(&sub)?.passkeys;
    passkeys.started = None;
    passkeys.registered.push(passkey);
    Ok(json!({}))
}

// Some mobile platforms leave both out, and are refused until an application adds them; whether one would do is not known.
fn is_complete(credential: &Value) -> bool {
    credential.get("authenticatorAttachment").is_some() || credential.pointer("/response/transports").is_some()
}

fn not_valid() -> ServiceError {
    ServiceError::invalid("Credential data is not valid")
}

fn not_found() -> ServiceError {
    ServiceError::new("WebAuthnChallengeNotFoundException", "There is no challenge for the user, or it has expired.")
}

fn refusal(refusal: Refusal) -> ServiceError {
    let new = ServiceError::new;
    match refusal {
        Refusal::Malformed | Refusal::Signature => not_valid(),
        Refusal::Challenge => not_found(),
        Refusal::Origin => new("WebAuthnOriginNotAllowedException", "The origin does not fit the relying party."),
        Refusal::RelyingParty => new("WebAuthnRelyingPartyMismatchException", "The credential is of another relying party."),
        Refusal::User | Refusal::Algorithm => new("WebAuthnCredentialNotSupportedException", "The credential is not supported."),
    }
}

fn list(call: &mut Call) -> Answer {
    let passkeys = &call.pool.user(&call.owner()?)?.passkeys.registered;
    paging::MAX_RESULTS.page(call.input, "Credentials", passkeys.iter().map(Passkey::describe))
}

fn delete(call: &mut Call) -> Answer {
    let sub = call.owner()?;
    let id = call.input.required("CredentialId");
    let passkeys = &mut call.pool.user_mut(&sub)?.passkeys.registered;
    let before = passkeys.len();
    passkeys.retain(|passkey| passkey.id != id);
    let missing = || ServiceError::new("ResourceNotFoundException", "The user has no such passkey.");
    (passkeys.len() < before).then(|| json!({})).ok_or_else(missing)
}
