//! InitiateAuth and AdminInitiateAuth: one file per way to sign in, passwords sent plainly here.

pub mod choice;
pub mod custom;
mod refresh;
pub mod srp;

use serde_json::Value;

use super::{
    super::{
        client::Client,
        devices::Presented,
        error::{Answer, ServiceError},
        input::Input,
        user::User,
    },
    Call,
};

/// InitiateAuth.
pub fn initiate_auth(call: &mut Call) -> Answer {
    call.pool.presented = Presented::first(call.input.object("AuthParameters"));
    match call.input.required("AuthFlow") {
        "USER_PASSWORD_AUTH" => {
            let allowed = ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"];
            password(call, &allowed, "USER_PASSWORD_AUTH flow not enabled for this client")
        }
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => Err(wrong_operation()),
        flow => other_flow(call, flow),
    }
}

/// AdminInitiateAuth.
pub fn admin_initiate_auth(call: &mut Call) -> Answer {
    call.pool.presented = Presented::first(call.input.object("AuthParameters"));
    match call.input.required("AuthFlow") {
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => {
            let allowed = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"];
            password(call, &allowed, "Auth flow not enabled for this client")
        }
        "USER_PASSWORD_AUTH" => Err(wrong_operation()),
        flow => other_flow(call, flow),
    }
}

fn wrong_operation() -> ServiceError {
    ServiceError::invalid("Initiate Auth method not supported.")
}

fn other_flow(call: &mut Call, flow: &str) -> Answer {
    match flow {
        "REFRESH_TOKEN" | "REFRESH_TOKEN_AUTH" => refresh::refresh(call),
        "USER_SRP_AUTH" => srp::user_srp_auth(call),
        "USER_AUTH" => choice::user_auth(call),
        "CUSTOM_AUTH" => custom::custom_auth(call),
        flow => Err(ServiceError::not_implemented(&format!("the authentication flow {flow}"))),
    }
}

/// A parameter that must be there and not be empty.
pub fn parameter<'a>(parameters: Input<'a>, name: &str) -> Result<&'a str, ServiceError> {
    let text = parameters.text(name).filter(|text| !text.is_empty());
    text.ok_or_else(|| ServiceError::missing_parameter(name))
}

fn parameters<'a>(call: &Call<'a>) -> Input<'a> {
    call.input.object("AuthParameters").unwrap_or(Input(&Value::Null))
}

fn password(call: &mut Call, allowed: &[&str], otherwise: &str) -> Answer {
    let client = call.client()?;
    if !client.allows(allowed) {
        return Err(ServiceError::invalid(otherwise));
    }
    let parameters = parameters(call);
    let name = parameter(parameters, "USERNAME")?;
    let password = parameter(parameters, "PASSWORD")?;
    client.check_secret(parameters.text("SECRET_HASH"), &[name])?;
    let found = find_or_migrate(call, &client, name, Some(password));
    call.pool.announce(&client, name)?;
    let sub = found?;
    call.pool.admit_password(&sub, password)?;
    call.pool.after_password(&sub, &client)
}

fn find(call: &Call, client: &Client, name: &str) -> Result<String, ServiceError> {
    call.pool.find(name).map_err(|error| hidden(client, error))
}

/// The same where a password came along: whom the pool does not know, its function may.
fn find_or_migrate(call: &mut Call, client: &Client, name: &str, password: Option<&str>) -> Result<String, ServiceError> {
    let Some(password) = password else { return find(call, client, name) };
    call.pool.find_or_migrate(name, Some(password)).map_err(|error| hidden(client, error))
}

fn hidden(client: &Client, error: ServiceError) -> ServiceError {
    let hides = client.hides_users() && error.kind == "UserNotFoundException";
    if hides { ServiceError::wrong_password() } else { error }
}

/// The spellings of a user's name that a secret hash may be made with.
pub fn names(user: &User) -> Vec<&str> {
    let aliases = ["email", "phone_number", "preferred_username"].into_iter().filter_map(|name| user.attribute(name));
    [user.username.as_str(), user.sub.as_str()].into_iter().chain(aliases).collect()
}
