//! Accounts come and go: SignUp, AdminConfirmSignUp, AdminCreateUser, AdminDeleteUser, DeleteUser.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        attributes::{is_email, is_phone, taken_text},
        error::{Answer, ServiceError},
        pool::Pool,
        token::{LETTERS, random_text},
        user::{Status, User},
    },
    Call,
};

/// SignUp.
pub fn sign_up(call: &mut Call) -> Answer {
    let client = call.client()?;
    let name = call.input.required("Username");
    client.check_secret(call.input.text("SecretHash"), &[name])?;
    if call.pool.at("AdminCreateUserConfig", "/AllowAdminCreateUserOnly") == Some(&json!(true)) {
        return Err(ServiceError::not_authorized("SignUp is not permitted for this user pool"));
    }
    let given = call.input.list("UserAttributes");
    client.check_writable(given.iter().filter_map(|attribute| attribute["Name"].as_str()))?;
    let attributes = attributes_of(call.pool, name, given, true)?;
    let password = call.input.required("Password");
    if let Some(reason) = call.pool.password_fault(password) {
        let text = format!("Password did not conform with policy: {reason}");
        return Err(ServiceError::new("InvalidPasswordException", text));
    }
    check_free(call.pool, name, &attributes, "User already exists")?;
    let mut user = new_user(call.pool, name, password, Status::Unconfirmed, attributes);
    let mut answer = json!({ "UserConfirmed": false, "UserSub": user.sub });
    if let Some(medium) = medium_to_verify(call.pool, &user) {
        user.send_code(medium, 6);
        answer["CodeDeliveryDetails"] = user.delivery_details(medium);
    }
    call.pool.insert_user(user);
    Ok(answer)
}

/// Phone goes before email.
fn medium_to_verify(pool: &Pool, user: &User) -> Option<&'static str> {
    let verified = pool.setting("AutoVerifiedAttributes");
    let wants = |name: &str| verified.contains(&name) && user.attribute(name).is_some();
    wants("phone_number").then_some("SMS").or_else(|| wants("email").then_some("EMAIL"))
}

/// Attributes as sent; where one signs in by email or phone, the name is that attribute too.
fn attributes_of(pool: &Pool, name: &str, given: &[Value], complete: bool) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut given = given.to_vec();
    if let Some(attribute) = signing_attribute(pool, name)? {
        let named = given.iter().any(|item| item["Name"] == attribute);
        if !named {
            given.push(json!({ "Name": attribute, "Value": name }));
        }
    }
    pool.new_attributes(&given, complete)
}

fn signing_attribute(pool: &Pool, name: &str) -> Result<Option<&'static str>, ServiceError> {
    let allowed = pool.setting("UsernameAttributes");
    let [email, phone] = ["email", "phone_number"].map(|attribute| allowed.contains(&attribute));
    let refuse = |text: &str| Err(ServiceError::invalid(text));
    match (email, phone) {
        (true, _) if is_email(name) => Ok(Some("email")),
        (_, true) if is_phone(name) => Ok(Some("phone_number")),
        (true, true) => refuse("Username should be either an email or a phone number."),
        (true, false) => refuse("Username should be an email."),
        (false, true) => refuse("Username should be a phone number."),
        (false, false) if is_email(name) && pool.setting("AliasAttributes").contains(&"email") => {
            refuse("Username cannot be of email format, since user pool is configured for email alias.")
        }
        (false, false) => Ok(None),
    }
}

// An alias may be claimed by an unverified account; only a sign-in name is taken at once.
fn check_free(pool: &Pool, name: &str, attributes: &BTreeMap<String, String>, text: &str) -> Result<(), ServiceError> {
    let exists = |text: String| ServiceError::new("UsernameExistsException", text);
    let claims = |attribute: &str| {
        pool.setting("UsernameAttributes").contains(&attribute)
            || attributes.get(&format!("{attribute}_verified")).is_some_and(|verified| verified == "true")
    };
    let claimed = attributes.iter().filter(|(attribute, _)| claims(attribute));
    let claimed = claimed.map(|(attribute, value)| (attribute.clone(), value.clone())).collect();
    pool.check_taken(&claimed, "").map_err(|attribute| exists(taken_text(attribute)))?;
    let taken = pool.names.contains_key(&pool.folded(name));
    if taken { Err(exists(text.to_owned())) } else { Ok(()) }
}

fn new_user(pool: &Pool, name: &str, password: &str, status: Status, attributes: BTreeMap<String, String>) -> User {
    let sub = Uuid::new_v4().to_string();
    let by_attribute = !pool.setting("UsernameAttributes").is_empty();
    let username = if by_attribute { sub.clone() } else { name.to_owned() };
    let mut user = User::new(username, sub, password.to_owned(), status, pool.now());
    user.attributes = attributes;
    user
}

/// AdminConfirmSignUp.
pub fn admin_confirm_sign_up(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    if user.status != Status::Unconfirmed {
        let status = user.status.name();
        return Err(ServiceError::not_authorized(format!("User cannot be confirmed. Current status is {status}")));
    }
    user.status = Status::Confirmed;
    user.modified = now;
    Ok(json!({}))
}

/// AdminCreateUser.
pub fn admin_create_user(call: &mut Call) -> Answer {
    if call.input.text("MessageAction") == Some("RESEND") {
        return resend(call);
    }
    let name = call.input.required("Username");
    let attributes = attributes_of(call.pool, name, call.input.list("UserAttributes"), false)?;
    let password = temporary_password(call)?;
    check_free(call.pool, name, &attributes, "User account already exists")?;
    let user = new_user(call.pool, name, &password, Status::ForceChangePassword, attributes);
    let answer = created(&user);
    call.pool.insert_user(user);
    Ok(answer)
}

fn temporary_password(call: &Call) -> Result<String, ServiceError> {
    let Some(password) = call.input.text("TemporaryPassword") else {
        return Ok(format!("Aa1!{}", random_text(LETTERS, 12)));
    };
    super::administration::check_policy(call, password)?;
    Ok(password.to_owned())
}

fn resend(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let password = temporary_password(call)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    if user.status != Status::ForceChangePassword {
        let text = "Resend not possible. The user is not in FORCE_CHANGE_PASSWORD state.";
        return Err(ServiceError::new("UnsupportedUserStateException", text));
    }
    user.set_password(&password, Status::ForceChangePassword, now);
    Ok(created(user))
}

fn created(user: &User) -> Value {
    let mut members = user.administrative_members();
    members.insert("Attributes".into(), user.attribute_list(|_| true));
    json!({ "User": members })
}

/// AdminDeleteUser.
pub fn admin_delete_user(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.remove_user(&sub);
    Ok(json!({}))
}

/// DeleteUser.
pub fn delete_user(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    call.pool.remove_user(&sub);
    Ok(json!({}))
}
