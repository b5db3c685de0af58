//! GetUser, AdminGetUser and AdminUpdateUserAttributes.

use serde_json::{Map, Value, json};

use super::{
    super::{
        attributes::taken_text,
        error::{Answer, ServiceError},
        user::User,
    },
    Call,
};

/// GetUser.
pub fn get_user(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.signed_in()?)?;
    Ok(show(user, Map::from_iter([("Username".into(), json!(user.username))])))
}

/// AdminGetUser.
pub fn admin_get_user(call: &mut Call) -> Answer {
    let user = call.pool.user(&call.named_user()?)?;
    Ok(show(user, user.administrative_members()))
}

fn show(user: &User, mut members: Map<String, Value>) -> Value {
    members.insert("UserAttributes".into(), user.attribute_list());
    members.extend(user.mfa_members());
    Value::Object(members)
}

/// AdminUpdateUserAttributes.
pub fn admin_update_user_attributes(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let changes = call.pool.changed_attributes(call.input.list("UserAttributes"))?;
    let claims_alias = |name: &str| {
        changes.get(&format!("{name}_verified")).is_some_and(|verified| verified == "true")
            || call.pool.setting("UsernameAttributes").contains(&name)
    };
    let aliases = changes.iter().filter(|(name, _)| claims_alias(name));
    let aliases = aliases.map(|(name, value)| (name.clone(), value.clone())).collect();
    let taken = |name| ServiceError::new("AliasExistsException", taken_text(name));
    call.pool.check_taken(&aliases, &sub).map_err(taken)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    changes.into_iter().for_each(|(name, value)| user.set_attribute(name, value));
    user.modified = now;
    Ok(json!({}))
}

impl User {
    /// Sets one attribute; an empty value removes it. A changed address is no longer verified.
    fn set_attribute(&mut self, name: String, value: String) {
        let flag = format!("{name}_verified");
        let changed = self.attributes.get(&name) != Some(&value);
        if changed && self.attributes.contains_key(&flag) {
            self.attributes.insert(flag, "false".into());
        }
        if value.is_empty() {
            self.attributes.remove(&name);
        } else {
            self.attributes.insert(name, value);
        }
    }
}
