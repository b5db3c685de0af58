//! What a new account needs, whoever makes it: a name that is free, attributes, a password.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{
    attribute_value::{is_email, is_flagged, is_phone},
    attributes::taken_text,
    delivery::attribute_of,
    error::ServiceError,
    pool::Pool,
    token::{LETTERS, random_text},
    user::{Status, User},
};

/// Attributes by name.
pub type Attributes = BTreeMap<String, String>;

/// Ways to sign in with a code as the first factor, and how the code comes.
const ONE_TIME_PASSWORDS: [(&str, &str); 2] = [("EMAIL_OTP", "EMAIL"), ("SMS_OTP", "SMS")];

impl Pool {
    /// Attributes as sent; where one signs in by email or phone, the name is that attribute too. The required ones must be
    /// there when the user makes the account.
    pub fn attributes_of(&self, name: &str, given: &[Value], complete: bool) -> Result<Attributes, ServiceError> {
        let mut given = given.to_vec();
        if let Some(attribute) = self.signing_attribute(name)? {
            match given.iter().find(|item| item["Name"] == attribute).map(|item| &item["Value"]) {
                None => given.push(json!({ "Name": attribute, "Value": name })),
                Some(value) if value.as_str().is_some_and(|value| !value.is_empty() && value != name) => {
                    return Err(ServiceError::invalid(another_address(attribute)));
                }
                Some(_) => {}
            }
        }
        self.new_attributes(&given, complete)
    }

    fn signing_attribute(&self, name: &str) -> Result<Option<&'static str>, ServiceError> {
        let [email, phone] = ["email", "phone_number"].map(|attribute| self.setting("UsernameAttributes").contains(&attribute));
        let alias = |attribute: &str| self.setting("AliasAttributes").contains(&attribute);
        let refuse = |text: &str| Err(ServiceError::invalid(text));
        match (email, phone) {
            (true, _) if is_email(name) => Ok(Some("email")),
            (_, true) if is_phone(name) => Ok(Some("phone_number")),
            (true, true) => refuse("Username should be either an email or a phone number."),
            (true, false) => refuse("Username should be an email."),
            (false, true) => refuse("Username should be a phone number."),
            (false, false) if is_email(name) && alias("email") => {
                refuse("Username cannot be of email format, since user pool is configured for email alias.")
            }
            (false, false) if is_phone(name) && alias("phone_number") => {
                refuse("Username cannot be of phone number format, since user pool is configured for phone number alias.")
            }
            (false, false) => Ok(None),
        }
    }

    /// Refuses a name that is taken, with `text` where it is a chosen one, and an alias that is another's.
    pub fn check_free(&self, name: &str, attributes: &Attributes, text: &str) -> Result<(), ServiceError> {
        let exists = |text: String| ServiceError::new("UsernameExistsException", text);
        self.check_taken(&self.claimed(attributes), "").map_err(|attribute| exists(taken_text(attribute)))?;
        let taken = self.names.contains_key(&self.folded(name));
        if taken { Err(exists(text.to_owned())) } else { Ok(()) }
    }

    /// The attributes that claim to name this user alone: sign-in names at once, an alias when it is set as verified, since
    /// an account that is not verified may well hold another's address.
    pub fn claimed(&self, attributes: &Attributes) -> Attributes {
        let claims =
            |name: &str| self.setting("UsernameAttributes").contains(&name) || name == "preferred_username" || is_flagged(attributes, name);
        attributes.iter().filter(|(name, _)| claims(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// An account, not yet in the pool.
    pub fn new_user(&self, name: &str, password: String, status: Status, attributes: Attributes) -> User {
        let sub = Uuid::new_v4().to_string();
        let by_attribute = !self.setting("UsernameAttributes").is_empty();
        let username = if by_attribute { sub.clone() } else { name.to_owned() };
        let mut user = User::new(username, sub, password, status, self.now());
        user.attributes = attributes;
        user
    }

    /// Whether a user with these attributes can do without a password, as far as `reachable` says of an attribute that a code
    /// may go there.
    pub fn can_lack_password(&self, attributes: &Attributes, reachable: impl Fn(&str) -> bool) -> bool {
        ONE_TIME_PASSWORDS.into_iter().any(|(factor, medium)| {
            let attribute = attribute_of(medium);
            self.allows_first(factor) && attributes.contains_key(attribute) && reachable(attribute)
        })
    }

    /// A password that keeps to the policy.
    pub fn generated_password(&self) -> String {
        let shortest = self.at("Policies", "/PasswordPolicy/MinimumLength").and_then(Value::as_u64).unwrap_or(8);
        format!("Aa1!{}", random_text(LETTERS, (shortest as usize).max(16) - 4))
    }
}

/// Of a phone number the text is chosen after that of an email.
fn another_address(attribute: &str) -> String {
    format!("User {} should be empty or same as username, since username attribute is {attribute}.", attribute.replace('_', " "))
}
