//! Accounts come and go: SignUp, AdminConfirmSignUp, AdminCreateUser, AdminDeleteUser, DeleteUser.

use serde_json::{Value, json};

use super::{
    super::{
        attribute_value::is_flagged,
        client::Client,
        delivery::{MEDIA, attribute_of},
        error::{Answer, ServiceError},
        pool::Pool,
        session::Challenge,
        user::{Status, User},
    },
    Call,
    new_user::Attributes,
};

/// SignUp.
pub fn sign_up(call: &mut Call) -> Answer {
    let (client, name) = call.client_and_name()?;
    if call.pool.at("AdminCreateUserConfig", "/AllowAdminCreateUserOnly") == Some(&json!(true)) {
        return Err(ServiceError::not_authorized("SignUp is not permitted for this user pool"));
    }
    let given = call.input.list("UserAttributes");
    client.check_writable(given.iter().filter_map(|attribute| attribute["Name"].as_str()))?;
    let mut attributes = call.pool.attributes_of(name, given, true)?;
    check_preferred_username(call.pool, &attributes)?;
    let password = chosen_password(call, &client, &attributes)?;
    let greeting = call.pool.greet("PreSignUp_SignUp", name, &attributes)?;
    call.pool.check_free(name, &attributes, "User already exists")?;
    greeting.verify(&mut attributes);
    flag_addresses(&mut attributes);
    let claimed = call.pool.claimed(&attributes);
    let user = call.pool.new_user(name, password, Status::Unconfirmed, attributes);
    let sub = user.sub.clone();
    call.pool.insert_user(user);
    let mut answer = json!({ "UserConfirmed": greeting.confirmed, "UserSub": sub });
    if greeting.confirmed {
        call.pool.release_aliases(&claimed, &sub);
        confirm(call, &sub)?;
    } else if let Some(medium) = call.pool.medium_to_confirm(call.pool.user(&sub)?) {
        call.pool.trigger("CustomMessage_SignUp", &sub)?;
        answer["CodeDeliveryDetails"] = call.pool.send_sign_up_code(&sub, medium)?;
    }
    if client.signs_in_after_sign_up() {
        answer["Session"] = json!(call.pool.open_session(&sub, &client, Challenge::SignedUp));
    }
    Ok(answer)
}

/// An address that a user signs up with is not verified, and says so; one that an administrator gives says nothing.
fn flag_addresses(attributes: &mut Attributes) {
    for (_, name) in MEDIA {
        if attributes.contains_key(name) {
            attributes.entry(format!("{name}_verified")).or_insert_with(|| "false".into());
        }
    }
}

/// An alias that nothing verifies is for confirmed users to take.
fn check_preferred_username(pool: &Pool, attributes: &Attributes) -> Result<(), ServiceError> {
    let refused = pool.setting("AliasAttributes").contains(&"preferred_username") && attributes.contains_key("preferred_username");
    let text = "Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.";
    if refused { Err(ServiceError::invalid(text)) } else { Ok(()) }
}

/// The password of the request; empty where the user can do without one.
fn chosen_password(call: &Call, client: &Client, attributes: &Attributes) -> Result<String, ServiceError> {
    let verified = call.pool.setting("AutoVerifiedAttributes");
    let Some(password) = call.input.text("Password").filter(|password| !password.is_empty()) else {
        let can = client.signs_in_after_sign_up() && call.pool.can_lack_password(attributes, |name| verified.contains(&name));
        return can.then(String::new).ok_or_else(|| ServiceError::missing_parameter("PASSWORD"));
    };
    check_password(call, password, "Password did not conform with policy")
}

fn check_password(call: &Call, password: &str, text: &str) -> Result<String, ServiceError> {
    let fault = |reason| ServiceError::new("InvalidPasswordException", format!("{text}: {reason}"));
    call.pool.password_fault(password).map_or_else(|| Ok(password.to_owned()), |reason| Err(fault(reason)))
}

impl Client {
    /// Whether a sign-up with this client leads on to a sign-in without asking again for what was just proven.
    pub fn signs_in_after_sign_up(&self) -> bool {
        self.allows(&["ALLOW_USER_AUTH"])
    }
}

/// AdminConfirmSignUp.
pub fn admin_confirm_sign_up(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.user(&sub)?.check_unconfirmed()?;
    confirm(call, &sub)?;
    Ok(json!({}))
}

/// Confirms a sign-up, and then tells the pool's function; what that says comes too late to change it.
pub fn confirm(call: &mut Call, sub: &str) -> Result<(), ServiceError> {
    let now = call.pool.now();
    call.pool.user_mut(sub)?.confirm(now);
    call.pool.trigger("PostConfirmation_ConfirmSignUp", sub)
}

/// AdminCreateUser.
pub fn admin_create_user(call: &mut Call) -> Answer {
    if call.input.text("MessageAction") == Some("RESEND") {
        return resend(call);
    }
    let name = call.input.required("Username");
    let attributes = call.pool.attributes_of(name, call.input.list("UserAttributes"), false)?;
    if is_flagged(&attributes, "email") && !attributes.contains_key("email") {
        return Err(ServiceError::invalid("No email provided but email_verified was true"));
    }
    check_can_invite(call, &attributes)?;
    let password = temporary_password(call, &attributes)?;
    call.pool.greet("PreSignUp_AdminCreateUser", name, &attributes)?;
    if call.input.flag("ForceAliasCreation") && call.pool.setting("UsernameAttributes").is_empty() {
        let others = call.pool.claimed(&attributes);
        call.pool.check_free(name, &Attributes::new(), TAKEN)?;
        call.pool.release_aliases(&others, "");
    }
    call.pool.check_free(name, &attributes, TAKEN)?;
    let status = if password.is_empty() { Status::Confirmed } else { Status::ForceChangePassword };
    let user = call.pool.new_user(name, password, status, attributes);
    let sub = user.sub.clone();
    call.pool.insert_user(user);
    if call.input.get("MessageAction").is_none() {
        call.pool.trigger("CustomMessage_AdminCreateUser", &sub)?;
        call.pool.user_mut(&sub)?.invite(call.input.list("DesiredDeliveryMediums"));
    }
    Ok(created(call.pool.user(&sub)?))
}

/// Refuses an invitation by SMS where the pool can send none.
fn check_can_invite(call: &Call, attributes: &Attributes) -> Result<(), ServiceError> {
    let by_sms = wants(call.input.list("DesiredDeliveryMediums"), "SMS");
    let invites = call.input.get("MessageAction").is_none() && by_sms && attributes.contains_key("phone_number");
    let can = call.pool.description.contains_key("SmsConfiguration");
    let text = "User pool does not have SMS configuration to send messages.";
    if invites && !can { Err(ServiceError::invalid(text)) } else { Ok(()) }
}

/// Whether an invitation may go that way: DesiredDeliveryMediums left out are all.
fn wants(desired: &[Value], medium: &str) -> bool {
    desired.is_empty() || desired.iter().any(|one| one == medium)
}

const TAKEN: &str = "User account already exists";

/// The temporary password of the request, or one made for it; empty where the user can do without one.
fn temporary_password(call: &Call, attributes: &Attributes) -> Result<String, ServiceError> {
    let Some(password) = call.input.text("TemporaryPassword").filter(|password| !password.is_empty()) else {
        let can = call.pool.can_lack_password(attributes, |name| is_flagged(attributes, name));
        return Ok(if can { String::new() } else { call.pool.generated_password() });
    };
    check_password(call, password, "Password did not conform with password policy")
}

/// Another temporary password, whose time begins anew.
fn resend(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let password = temporary_password(call, &Attributes::new())?;
    let now = call.pool.now();
    let mediums = call.input.list("DesiredDeliveryMediums");
    let user = call.pool.user_mut(&sub)?;
    if user.status != Status::ForceChangePassword {
        let text = format!("Resend not possible. {} status is not FORCE_CHANGE_PASSWORD", user.username);
        return Err(ServiceError::new("UnsupportedUserStateException", text));
    }
    user.set_password(&password, Status::ForceChangePassword, now);
    call.pool.trigger("CustomMessage_AdminCreateUser", &sub)?;
    let user = call.pool.user_mut(&sub)?;
    user.invite(mediums);
    Ok(created(user))
}

impl User {
    /// Sends the temporary password to the media that were asked for, when none was to all there are.
    fn invite(&mut self, desired: &[Value]) {
        let reaches = |medium: &&str| self.attribute(attribute_of(medium)).is_some();
        // Of several the side door shows one.
        let shown = ["SMS", "EMAIL"].into_iter().filter(reaches).find(|medium| wants(desired, medium));
        if let Some(medium) = shown.filter(|_| self.has_password()) {
            self.send_password(medium);
        }
    }
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
