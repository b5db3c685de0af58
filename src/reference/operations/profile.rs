//! GetUser and AdminGetUser.

use serde_json::{Map, Value, json};

use super::{
    super::{error::Answer, pool::Pool, user::User},
    Call,
};

/// GetUser: the attributes that the app client of the token may see.
pub fn get_user(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.signed_in()?)?;
    let client = call.client_of_token();
    let attributes = user.attribute_list(|name| client.is_none_or(|client| client.reads(name)));
    let members = Map::from_iter([("Username".into(), json!(user.username)), ("UserAttributes".into(), attributes)]);
    Ok(with_mfa(call.pool, user, members))
}

/// AdminGetUser.
pub fn admin_get_user(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.named_user()?)?;
    let mut members = user.administrative_members();
    members.insert("UserAttributes".into(), user.attribute_list(|_| true));
    Ok(with_mfa(call.pool, user, members))
}

fn with_mfa(pool: &Pool, user: &User, mut members: Map<String, Value>) -> Value {
    members.extend(user.preference_members());
    let options = pool.mfa_options(user);
    if !options.is_empty() {
        members.insert("MFAOptions".into(), json!(options));
    }
    Value::Object(members)
}
