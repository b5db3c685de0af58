//! ConfirmSignUp, ResendConfirmationCode, GetUserAttributeVerificationCode, VerifyUserAttribute.

use serde_json::{Value, json};

use super::{
    super::{
        client::Client,
        codes::Purpose,
        delivery::{CODE_DIGITS, MEDIA, attribute_of, details, medium_of, simulated_details},
        error::{Answer, ServiceError},
        pool::Pool,
        session::Challenge,
        tries::Try,
        user::{Status, User},
    },
    Call, Find, Operation,
    new_user::Attributes,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    Some(match name {
        "ConfirmSignUp" => Operation::Pool(Find::Client, confirm_sign_up),
        "ResendConfirmationCode" => Operation::Pool(Find::Client, resend_confirmation_code),
        "GetUserAttributeVerificationCode" => Operation::Pool(Find::Token, get_user_attribute_verification_code),
        "VerifyUserAttribute" => Operation::Pool(Find::Token, verify_user_attribute),
        _ => return None,
    })
}

impl Pool {
    /// How the code that confirms a sign-up is sent: phone goes before email.
    pub fn medium_to_confirm(&self, user: &User) -> Option<&'static str> {
        let verified = self.setting("AutoVerifiedAttributes");
        let wants = |medium: &&str| verified.contains(&attribute_of(medium)) && user.attribute(attribute_of(medium)).is_some();
        MEDIA.map(|(medium, _)| medium).into_iter().find(wants)
    }

    /// Sends the code that confirms a sign-up; the one before is void. Gives CodeDeliveryDetails.
    pub fn send_sign_up_code(&mut self, sub: &str, medium: &'static str) -> Answer {
        let now = self.now();
        let user = self.user_mut(sub)?;
        let code = user.send_code(medium, CODE_DIGITS);
        user.codes.issue(Purpose::SignUp, code, now);
        Ok(user.delivery_details(medium))
    }
}

/// ConfirmSignUp.
pub fn confirm_sign_up(call: &mut Call) -> Answer {
    let (client, name) = call.client_and_name()?;
    let sub = call.pool.find(name).map_err(|_| client.no_code_of_nobody())?;
    call.pool.user(&sub)?.check_unconfirmed()?;
    check_session(call, &client, &sub)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.tries.count(Try::ConfirmSignUp, now)?;
    user.codes.check(&Purpose::SignUp, call.input.required("ConfirmationCode"), now)?;
    let proven = call.pool.medium_to_confirm(call.pool.user(&sub)?).map(attribute_of);
    if let Some(attribute) = proven {
        take_alias(call, &sub, attribute)?;
    }
    let user = call.pool.user_mut(&sub)?;
    user.codes.spend(&Purpose::SignUp);
    if let Some(attribute) = proven {
        user.prove(attribute);
    }
    super::accounts::confirm(call, &sub)?;
    Ok(match client.signs_in_after_sign_up() {
        true => json!({ "Session": call.pool.open_session(&sub, &client, Challenge::SignedUp) }),
        false => json!({}),
    })
}

/// The session that SignUp gave, where it is sent along.
fn check_session(call: &Call, client: &Client, sub: &str) -> Result<(), ServiceError> {
    let Some(name) = call.input.text("Session") else { return Ok(()) };
    let session = call.pool.session(name)?;
    let fits = session.sub == sub && session.client_id == client.id && matches!(session.challenge, Challenge::SignedUp);
    fits.then_some(()).ok_or_else(ServiceError::bad_session)
}

/// Refuses an address that is another's alias, or takes it away from the other where that is asked for.
fn take_alias(call: &mut Call, sub: &str, attribute: &str) -> Result<(), ServiceError> {
    let value = call.pool.user(sub)?.attribute(attribute).unwrap_or_default().to_owned();
    let alias = Attributes::from([(attribute.to_owned(), value)]);
    if call.input.flag("ForceAliasCreation") {
        call.pool.release_aliases(&alias, sub);
    }
    let taken = |name| ServiceError::new("AliasExistsException", format!("An account with the {name} already exists."));
    call.pool.check_taken(&alias, sub).map_err(taken)
}

impl User {
    /// Only a user who signed up and was never confirmed can be.
    pub fn check_unconfirmed(&self) -> Result<(), ServiceError> {
        let text = || format!("User cannot be confirmed. Current status is {}", self.status.name());
        (self.status == Status::Unconfirmed).then_some(()).ok_or_else(|| ServiceError::not_authorized(text()))
    }

    /// The sign-up is confirmed.
    pub fn confirm(&mut self, now: f64) {
        self.status = Status::Confirmed;
        self.modified = now;
    }

    /// Sends the code that verifies an address which waits for it, or else the one that there is; the code before is void. Gives
    /// CodeDeliveryDetails, or nothing where there is no address.
    pub fn send_verification(&mut self, medium: &'static str, now: f64) -> Option<Value> {
        let name = attribute_of(medium);
        let Some(address) = self.pending.get(name).cloned() else { return self.send_verification_of_present(medium, now) };
        Some(self.send_for(Purpose::Pending(name.to_owned()), medium, &address, now))
    }

    /// Sends a code that verifies the address that there is, even where another waits.
    fn send_verification_of_present(&mut self, medium: &'static str, now: f64) -> Option<Value> {
        let name = attribute_of(medium);
        let address = self.attribute(name)?.to_owned();
        Some(self.send_for(Purpose::Attribute(name.to_owned()), medium, &address, now))
    }

    fn send_for(&mut self, purpose: Purpose, medium: &'static str, address: &str, now: f64) -> Value {
        let code = self.send_code_to(medium, CODE_DIGITS, address.to_owned());
        self.codes.issue(purpose, code, now);
        details(medium, address)
    }

    /// The value of an address that a code proves, and what the code was for: one that waits, or the one that there is.
    fn verified_by(&self, name: &str, code: &str, now: f64) -> Result<(Purpose, String), ServiceError> {
        let waiting = self.pending.get(name).map(|value| (Purpose::Pending(name.to_owned()), value.clone()));
        let there = self.attribute(name).map(|value| (Purpose::Attribute(name.to_owned()), value.to_owned()));
        let mut refusal = ServiceError::invalid(format!("Unable to verify attribute: {name} no value set to verify"));
        for (purpose, value) in waiting.into_iter().chain(there) {
            match self.codes.check(&purpose, code, now) {
                Ok(()) => return Ok((purpose, value)),
                // That the code is another says more than that none was sent.
                Err(error) if refusal.kind != ServiceError::wrong_code().kind => refusal = error,
                Err(_) => {}
            }
        }
        Err(refusal)
    }
}

/// ResendConfirmationCode: the code before is void.
pub fn resend_confirmation_code(call: &mut Call) -> Answer {
    let (client, name) = call.client_and_name()?;
    if call.pool.setting("AutoVerifiedAttributes").is_empty() {
        return Err(ServiceError::not_authorized("Cannot resend codes. Auto verification not turned on."));
    }
    let Ok(sub) = call.pool.find(name) else {
        let simulated = || json!({ "CodeDeliveryDetails": simulated_details(name) });
        return client.hides_users().then(simulated).ok_or_else(ServiceError::no_user_of_client);
    };
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    if user.status != Status::Unconfirmed {
        return Err(ServiceError::invalid("User is already confirmed."));
    }
    user.tries.count(Try::ResendConfirmationCode, now)?;
    let medium = call.pool.medium_to_confirm(call.pool.user(&sub)?);
    let medium = medium.ok_or_else(|| ServiceError::invalid("The user has no address to send a code to."))?;
    call.pool.trigger("CustomMessage_ResendCode", &sub)?;
    Ok(json!({ "CodeDeliveryDetails": call.pool.send_sign_up_code(&sub, medium)? }))
}

fn medium_to_verify(name: &str) -> Result<&'static str, ServiceError> {
    let text = "Invalid attribute name. Only phone_number and email can be verified.";
    medium_of(name).ok_or_else(|| ServiceError::invalid(text))
}

/// GetUserAttributeVerificationCode.
pub fn get_user_attribute_verification_code(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let name = call.input.required("AttributeName");
    let medium = medium_to_verify(name)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.tries.count(Try::AttributeCode, now)?;
    call.pool.trigger("CustomMessage_VerifyUserAttribute", &sub)?;
    let user = call.pool.user_mut(&sub)?;
    let details = user.send_verification_of_present(medium, now);
    let registered = if name == "email" { "email address" } else { "phone number" };
    let none = || ServiceError::invalid(format!("User does not have a valid registered {registered}"));
    Ok(json!({ "CodeDeliveryDetails": details.ok_or_else(none)? }))
}

/// VerifyUserAttribute: a value that waited for this takes its place.
pub fn verify_user_attribute(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    let name = call.input.required("AttributeName");
    medium_to_verify(name)?;
    let now = call.pool.now();
    let user = call.pool.user_mut(&sub)?;
    user.tries.count(Try::VerifyAttribute, now)?;
    let (purpose, value) = user.verified_by(name, call.input.required("Code"), now)?;
    let claim = Attributes::from([(name.to_owned(), value.clone())]);
    call.pool.check_taken(&claim, &sub).map_err(ServiceError::taken)?;
    let user = call.pool.user_mut(&sub)?;
    user.codes.spend(&purpose);
    if matches!(purpose, Purpose::Pending(_)) {
        user.pending.remove(name);
    }
    user.attributes.insert(name.to_owned(), value);
    user.prove(name);
    user.modified = now;
    Ok(json!({}))
}
