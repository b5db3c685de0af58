//! UpdateUserAttributes, DeleteUserAttributes, and both as an administrator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{
        attributes::taken_text,
        error::{Answer, ServiceError},
        pool::Pool,
        user::User,
    },
    Call,
};

/// Addresses that a pool can verify, and how a code gets there.
const ADDRESSES: [(&str, &str); 2] = [("phone_number", "SMS"), ("email", "EMAIL")];

/// UpdateUserAttributes: a changed address that the pool verifies by itself gets a code.
pub fn update_user_attributes(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let given = call.input.list("UserAttributes");
    check_writable(call, given.iter().filter_map(|attribute| attribute["Name"].as_str()))?;
    let before = call.pool.user(&sub)?.attributes.clone();
    check_update_settings(call.pool, given)?;
    let changes = call.pool.changed_attributes(given)?;
    check_aliases(call.pool, &sub, &changes)?;
    call.pool.set_attributes(&sub, changes)?;
    let changed = |name: &str| call.pool.user(&sub).is_ok_and(|user| user.attributes.get(name) != before.get(name));
    let verified = call.pool.setting("AutoVerifiedAttributes");
    let due: Vec<_> = ADDRESSES.into_iter().filter(|(name, _)| verified.contains(name) && changed(name)).collect();
    let user = call.pool.user_mut(&sub)?;
    let details: Vec<Value> = due.into_iter().filter_map(|(name, medium)| user.verify(name, medium)).collect();
    Ok(if details.is_empty() { json!({}) } else { json!({ "CodeDeliveryDetailsList": details }) })
}

/// Values that wait for VerifyUserAttribute are not kept here.
fn check_update_settings(pool: &Pool, given: &[Value]) -> Result<(), ServiceError> {
    let waits = pool.at("UserAttributeUpdateSettings", "/AttributesRequireVerificationBeforeUpdate");
    let waits = waits.and_then(Value::as_array).is_some_and(|names| given.iter().any(|item| names.contains(&item["Name"])));
    if waits { Err(ServiceError::not_implemented("AttributesRequireVerificationBeforeUpdate")) } else { Ok(()) }
}

/// AdminUpdateUserAttributes.
pub fn admin_update_user_attributes(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let changes = call.pool.changed_attributes(call.input.list("UserAttributes"))?;
    check_aliases(call.pool, &sub, &claimed(call.pool, &changes))?;
    call.pool.set_attributes(&sub, changes)?;
    Ok(json!({}))
}

/// What an administrator sets claims an alias when it is set as verified, or is a sign-in name.
fn claimed(pool: &Pool, changes: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let claims_alias = |name: &str| {
        changes.get(&format!("{name}_verified")).is_some_and(|verified| verified == "true")
            || pool.setting("UsernameAttributes").contains(&name)
    };
    let aliases = changes.iter().filter(|(name, _)| claims_alias(name));
    aliases.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn check_aliases(pool: &Pool, sub: &str, attributes: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let taken = |name| ServiceError::new("AliasExistsException", taken_text(name));
    pool.check_taken(attributes, sub).map_err(taken)
}

/// DeleteUserAttributes.
pub fn delete_user_attributes(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    check_writable(call, names(call).into_iter())?;
    delete(call, &sub)
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
    call.pool.set_attributes(sub, names.into_iter().map(|name| (name.to_owned(), String::new())).collect())?;
    Ok(json!({}))
}

fn check_writable<'a>(call: &Call, names: impl Iterator<Item = &'a str>) -> Result<(), ServiceError> {
    call.client_of_token().map_or(Ok(()), |client| client.check_writable(names))
}

impl Pool {
    /// Sets attributes of one user; an empty value removes.
    fn set_attributes(&mut self, sub: &str, changes: BTreeMap<String, String>) -> Result<(), ServiceError> {
        let now = self.now();
        let user = self.user_mut(sub)?;
        changes.into_iter().for_each(|(name, value)| user.set_attribute(name, value));
        user.modified = now;
        Ok(())
    }
}

impl User {
    /// A changed address is no longer verified; the flag comes after it in order, and so may be set with it.
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

    /// Sends a code to an address, if there is one. Gives CodeDeliveryDetails.
    fn verify(&mut self, name: &str, medium: &'static str) -> Option<Value> {
        self.attribute(name)?;
        self.attributes.insert(format!("{name}_verified"), "false".into());
        self.send_code(medium, 6);
        Some(self.delivery_details(medium))
    }
}
