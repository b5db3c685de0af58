//! Pre sign-up: whether an account may be made, and whether it needs no confirmation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{error::ServiceError, pool::Pool},
    Subject, unusable,
};

/// What the pool's function says of somebody who signs up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Greeting {
    /// The account needs no confirmation.
    pub confirmed: bool,
    email: bool,
    phone: bool,
}

impl Greeting {
    /// Marks as verified what is taken as verified.
    pub fn verify(self, attributes: &mut BTreeMap<String, String>) {
        for (is, flag) in [(self.email, "email_verified"), (self.phone, "phone_number_verified")] {
            if is {
                attributes.insert(flag.into(), "true".into());
            }
        }
    }
}

impl Pool {
    /// Asks the pool's function whether somebody may sign up (`PreSignUp_SignUp`, `PreSignUp_AdminCreateUser`).
    ///
    /// # Errors
    /// The function refuses, or cannot be called, or answers what cannot be used; InvalidParameterException where it takes an address as
    /// verified that there is not.
    pub fn greet(&self, source: &str, name: &str, attributes: &BTreeMap<String, String>) -> Result<Greeting, ServiceError> {
        let told = attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let blank = json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false });
        let response = self.invoke(source, &Subject { name, attributes: told }, json!({}), blank)?.unwrap_or_default();
        let says = |member: &str| response.get(member).and_then(Value::as_bool).unwrap_or_default();
        let greeting = Greeting { confirmed: says("autoConfirmUser"), email: says("autoVerifyEmail"), phone: says("autoVerifyPhone") };
        if (greeting.email || greeting.phone) && !greeting.confirmed {
            return Err(unusable("Phone or email cannot be auto verified, when user is not being auto confirmed."));
        }
        let missing = [(greeting.email, "email"), (greeting.phone, "phone_number")]
            .into_iter()
            .find(|(is, name)| *is && !attributes.contains_key(*name));
        missing.map_or(Ok(greeting), |(_, name)| Err(ServiceError::invalid(format!("Attribute {name} is missing and cannot be verified."))))
    }
}
