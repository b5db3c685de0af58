//! By which way a user who forgot the password is reached.

use serde_json::Value;

use super::{
    error::ServiceError,
    input::Input,
    pool::Pool,
    user::{Factor, User},
};

/// The ways of a pool without AccountRecoverySetting: phone before email.
const LEGACY: [&str; 2] = ["verified_phone_number", "verified_email"];

impl Pool {
    /// `SMS` or `EMAIL`, whichever the user can be reached by first.
    ///
    /// # Errors
    /// Where only an administrator may reset, and where nothing is verified.
    pub fn recovery_medium(&self, user: &User) -> Result<&'static str, ServiceError> {
        let Some(mechanisms) = self.recovery_mechanisms() else {
            return first(LEGACY.into_iter(), |name| is_verified(user, name));
        };
        if mechanisms.contains(&"admin_only") {
            return Err(ServiceError::not_authorized("Only an administrator can reset the password."));
        }
        // What is a second factor is no way around the first.
        first(mechanisms.into_iter(), |name| is_verified(user, name) && !is_factor(user, name))
    }

    /// AccountRecoverySetting in the order of its priorities.
    fn recovery_mechanisms(&self) -> Option<Vec<&str>> {
        let list = self.at("AccountRecoverySetting", "/RecoveryMechanisms")?.as_array()?;
        let mut options: Vec<_> = list.iter().map(Input).collect();
        options.sort_by_key(|option| option.number("Priority"));
        Some(options.into_iter().map(|option| option.required("Name")).collect())
    }
}

fn first<'a>(mut names: impl Iterator<Item = &'a str>, usable: impl Fn(&str) -> bool) -> Result<&'static str, ServiceError> {
    let text = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    let name = names.find(|name| usable(name)).ok_or_else(|| ServiceError::invalid(text))?;
    Ok(if name == "verified_email" { "EMAIL" } else { "SMS" })
}

fn is_verified(user: &User, mechanism: &str) -> bool {
    mechanism.strip_prefix("verified_").is_some_and(|attribute| user.verified(attribute))
}

fn is_factor(user: &User, mechanism: &str) -> bool {
    match mechanism {
        "verified_email" => user.factors.contains(&Factor::Email),
        _ => {
            user.factors.contains(&Factor::Sms)
                || user.mfa_options.iter().any(|option| option.get("DeliveryMedium") == Some(&Value::from("SMS")))
        }
    }
}
