//! WEB_AUTHN: the proof of a passkey.

use serde_json::{Value, json};

use super::{
    super::{
        super::{
            client::Client,
            error::{Answer, ServiceError},
            passkeys::{Passkey, challenge},
            pool::Pool,
            session::Challenge,
        },
        Call,
        sign_in::parameter,
    },
    Reply, in_session,
};
use crate::identity::passkey::relying_party::{assertion, id_of};

/// How long a browser is given to prove a passkey, in milliseconds.
const TIMEOUT: u64 = 180_000;

impl Pool {
    /// Asks for the proof of one of the user's passkeys.
    pub fn ask_passkey(&mut self, sub: &str, client: &Client) -> Answer {
        let challenge = challenge();
        let user = self.user(sub)?;
        let options = json!({
            "challenge": challenge,
            "timeout": TIMEOUT,
            "rpId": self.relying_party()?,
            "allowCredentials": self.usable_passkeys(user).into_iter().map(descriptor).collect::<Value>(),
            "userVerification": self.user_verification(user),
        });
        let parameters = json!({ "CREDENTIAL_REQUEST_OPTIONS": options.to_string() });
        let challenge = Challenge::Passkey(challenge);
        let name = challenge.name();
        let session = self.open_session(sub, client, challenge);
        Ok(json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": session, "AvailableChallenges": [name] }))
    }
}

fn descriptor(passkey: &Passkey) -> Value {
    json!({ "type": "public-key", "id": passkey.id, "transports": passkey.transports })
}

/// WEB_AUTHN.
pub fn respond(call: &mut Call) -> Answer {
    in_session(call, "WEB_AUTHN")
}

/// Checks the proof. Nothing is told of what is wrong with it (inferred).
pub(super) fn verify(call: &mut Call, reply: &Reply, challenge: &str) -> Result<(), ServiceError> {
    let credential: Value = serde_json::from_str(parameter(reply.responses, "CREDENTIAL")?).map_err(|_| not_valid())?;
    let id = id_of(&credential).ok_or_else(not_valid)?;
    let relying_party = call.pool.relying_party()?;
    let user = call.pool.user(&reply.sub)?;
    let passkey = call.pool.usable_passkeys(user).into_iter().find(|passkey| passkey.id == id).ok_or_else(wrong)?;
    let count = assertion(&credential, call.pool.expect(user, challenge, &relying_party), &passkey.key).map_err(|_| wrong())?;
    let handle = credential.pointer("/response/userHandle").and_then(Value::as_str);
    if handle.is_some_and(|handle| handle != crate::identity::passkey::to_text(user.sub.as_bytes())) {
        return Err(wrong());
    }
    let passkeys = &mut call.pool.user_mut(&reply.sub)?.passkeys.registered;
    let passkey = passkeys.iter_mut().find(|passkey| passkey.id == id).ok_or_else(wrong)?;
    passkey.count(count).then_some(()).ok_or_else(wrong)
}

fn not_valid() -> ServiceError {
    ServiceError::invalid("Credential data is not valid")
}

fn wrong() -> ServiceError {
    ServiceError::not_authorized("The passkey could not be verified.")
}
