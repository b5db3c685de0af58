//! UpdateUserAttributes, DeleteUserAttributes, and both as an administrator.

use serde_json::{Value, json};

use super::{
    super::{
        attribute_value::is_flagged,
        codes::Purpose,
        delivery::{MEDIA, medium_of},
        error::{Answer, ServiceError},
        pool::Pool,
        user::User,
    },
    Call,
    new_user::Attributes,
};

/// UpdateUserAttributes: a changed address that the pool verifies by itself gets a code.
pub fn update_user_attributes(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let given = call.input.list("UserAttributes");
    check_writable(call, given.iter().filter_map(|attribute| attribute["Name"].as_str()))?;
    let changes = call.pool.changed_attributes(given)?;
    call.pool.check_taken(&changes, &sub).map_err(ServiceError::taken)?;
    let details = change(call.pool, &sub, changes)?;
    Ok(if details.is_empty() { json!({}) } else { json!({ "CodeDeliveryDetailsList": details }) })
}

/// AdminUpdateUserAttributes.
pub fn admin_update_user_attributes(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let changes = call.pool.changed_attributes(call.input.list("UserAttributes"))?;
    let mut staying = call.pool.claimed(&changes);
    let mut moving = Attributes::new();
    // A verified address moves as an alias to whom an administrator gives it (boto/boto3#3213, 2022); as a sign-in name it does not.
    if call.pool.setting("UsernameAttributes").is_empty() {
        moving.extend(MEDIA.into_iter().filter_map(|(_, name)| staying.remove_entry(name)));
    }
    call.pool.check_taken(&staying, &sub).map_err(ServiceError::taken)?;
    call.pool.release_aliases(&moving, &sub);
    change(call.pool, &sub, changes)?;
    Ok(json!({}))
}

/// Sets attributes. An address that is to be verified before it counts waits, unless it is set together with its flag; the
/// others that the pool verifies by itself count at once. Either gets a code. Gives CodeDeliveryDetails of the codes.
fn change(pool: &mut Pool, sub: &str, mut changes: Attributes) -> Result<Vec<Value>, ServiceError> {
    let now = pool.now();
    let user = pool.user(sub)?;
    let new = |name: &str| changes.get(name).is_some_and(|value| !value.is_empty() && user.attributes.get(name) != Some(value));
    let verified = pool.setting("AutoVerifiedAttributes");
    let due: Vec<_> = MEDIA.into_iter().filter(|(_, name)| new(name) && !is_flagged(&changes, name)).collect();
    let (waiting, other): (Vec<_>, Vec<_>) = due.into_iter().partition(|(_, name)| pool.verifies_first(name));
    let sending = other.into_iter().filter(|(_, name)| verified.contains(name)).chain(waiting.clone()).collect::<Vec<_>>();
    let pending: Vec<_> = waiting.iter().filter_map(|(_, name)| changes.remove_entry(*name)).collect();
    let user = pool.user_mut(sub)?;
    changes.into_iter().for_each(|(name, value)| user.set_attribute(name, value));
    user.pending.extend(pending);
    user.modified = now;
    if !sending.is_empty() {
        pool.trigger("CustomMessage_UpdateUserAttribute", sub)?;
    }
    let user = pool.user_mut(sub)?;
    Ok(sending.into_iter().filter_map(|(medium, _)| user.send_verification(medium, now)).collect())
}

/// DeleteUserAttributes.
pub fn delete_user_attributes(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    check_writable(call, names(call).into_iter())?;
    check_factor(call, &sub)?;
    delete(call, &sub)
}

/// Where a second factor is required, the number that its codes go to must stay (seen refused; the words are chosen).
fn check_factor(call: &Call, sub: &str) -> Result<(), ServiceError> {
    let needed = names(call).contains(&"phone_number") && call.pool.needs_phone(call.pool.user(sub)?);
    let refused = Err(ServiceError::invalid("The phone number is needed for a second factor."));
    if needed { refused } else { Ok(()) }
}

/// AdminDeleteUserAttributes.
pub fn admin_delete_user_attributes(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    delete(call, &sub)
}

fn names<'a>(call: &Call<'a>) -> Vec<&'a str> {
    call.input.list("UserAttributeNames").iter().filter_map(Value::as_str).collect()
}

fn delete(call: &mut Call, sub: &str) -> Answer {
    let names = names(call);
    names.iter().try_for_each(|name| call.pool.check_removable(name))?;
    change(call.pool, sub, names.into_iter().map(|name| (name.to_owned(), String::new())).collect())?;
    Ok(json!({}))
}

fn check_writable<'a>(call: &Call, names: impl Iterator<Item = &'a str>) -> Result<(), ServiceError> {
    call.client_of_token().map_or(Ok(()), |client| client.check_writable(names))
}

impl Pool {
    /// Whether a new value of that attribute waits for VerifyUserAttribute.
    fn verifies_first(&self, name: &str) -> bool {
        let names = self.at("UserAttributeUpdateSettings", "/AttributesRequireVerificationBeforeUpdate");
        names.and_then(Value::as_array).is_some_and(|names| names.iter().any(|one| one == name))
    }
}

impl User {
    /// A changed address is no longer verified, and a code for the old one is void; the flag comes after it in order, and so
    /// may be set with it.
    fn set_attribute(&mut self, name: String, value: String) {
        let flag = format!("{name}_verified");
        let changed = self.attributes.get(&name) != Some(&value);
        if changed {
            self.codes.spend(&Purpose::Attribute(name.clone()));
            self.codes.spend(&Purpose::Pending(name.clone()));
            self.pending.remove(&name);
        }
        let address = medium_of(&name).is_some();
        if value.is_empty() {
            self.attributes.remove(&name);
            self.attributes.retain(|other, _| !address || *other != flag);
            return;
        }
        if changed && address {
            self.attributes.insert(flag, "false".into());
        }
        self.attributes.insert(name, value);
    }
}
