//! USER_SRP_AUTH: the password is proven, not sent.

use serde_json::json;

use super::{
    super::{
        super::{
            client::Client,
            error::{Answer, ServiceError},
            session::Challenge,
            srp::Then,
        },
        Call,
    },
    parameter, parameters,
};

const CHALLENGE: &str = "PASSWORD_VERIFIER";

/// USER_SRP_AUTH.
pub fn user_srp_auth(call: &mut Call) -> Answer {
    let client = call.client()?;
    if !client.allows_srp() {
        return Err(ServiceError::invalid("USER_SRP_AUTH is not enabled for the client."));
    }
    let parameters = parameters(call);
    let name = parameter(parameters, "USERNAME")?;
    let srp_a = parameter(parameters, "SRP_A")?;
    client.check_secret(parameters.text("SECRET_HASH"), &[name])?;
    call.pool.announce(&client, name)?;
    challenge(call, &client, name, srp_a, Then::Password)
}

/// PASSWORD_VERIFIER for whoever has that name. Nobody may have it: where the client must not tell, the challenge is made up.
/// What state a user is in counts only when the password is proven.
pub fn challenge(call: &mut Call, client: &Client, name: &str, srp_a: &str, then: Then) -> Answer {
    let sub = match call.pool.find_by_name(name) {
        Ok(sub) => Some(sub),
        Err(_) if client.hides_users() => None,
        Err(error) => return Err(error),
    };
    let parameters = call.pool.open_password_exchange(sub.as_deref(), name, client, then, srp_a)?;
    let mut answer = json!({ "ChallengeName": CHALLENGE, "ChallengeParameters": parameters });
    // Of a plain password there is none: its proof is told by the block that it answers.
    if then == Then::Custom {
        answer["Session"] = json!(call.pool.open_session(&sub.unwrap_or_default(), client, Challenge::First(CHALLENGE)));
    }
    Ok(answer)
}
