//! User migration: somebody whom the pool does not know and its function does.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        error::ServiceError,
        pool::Pool,
        user::{Status, User},
    },
    Subject, unusable,
};

impl Pool {
    /// Finds a user whom `name` names; failing that, asks the pool's function for one, and makes it (`UserMigration_Authentication` with
    /// the password, `UserMigration_ForgotPassword` without).
    ///
    /// # Errors
    /// There is no such user, or the function refuses, cannot be called, or gives nothing that a user could be made of.
    pub fn find_or_migrate(&mut self, name: &str, password: Option<&str>) -> Result<String, ServiceError> {
        self.find(name).or_else(|unknown| self.migrate(name, password)?.ok_or(unknown))
    }

    fn migrate(&mut self, name: &str, password: Option<&str>) -> Result<Option<String>, ServiceError> {
        let (source, request) = match password {
            Some(password) => ("UserMigration_Authentication", json!({ "password": password })),
            None => ("UserMigration_ForgotPassword", json!({})),
        };
        let response = self.invoke(source, &Subject::nobody(name), request, json!({}));
        let Some(response) = response.map_err(|error| if password.is_some() { told_as_unknown(error) } else { error })? else {
            return Ok(None);
        };
        let given = response.get("userAttributes").and_then(Value::as_object).filter(|given| !given.is_empty());
        let mut given = given.ok_or_else(|| unusable("Unrecognizable lambda output"))?.clone();
        // What a function names a user by who signs in by an alias. It is no attribute.
        let username = given.remove("username");
        let given_name = username.as_ref().and_then(Value::as_str).filter(|given| *given != name);
        let list: Vec<_> = given.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
        let attributes = self.new_attributes(&list, false)?;
        if given_name.is_some() && !self.is_alias_in(name, &attributes) {
            let client = self.occasion.client_id.as_deref().unwrap_or_default();
            let lacks = "Invalid username or missing email / phone_number / preferred_username attributes";
            return Err(ServiceError::new("UserNotFoundException", format!("Exception migrating user in app client {client}: {lacks}")));
        }
        let user = self.migrated(given_name.unwrap_or(name), password, final_status(&response), attributes);
        let sub = user.sub.clone();
        self.insert_user(user);
        Ok(Some(sub))
    }

    /// Whether a user with these attributes could be called by that name, which is not the user's own.
    fn is_alias_in(&self, name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let aliases = self.setting("AliasAttributes");
        self.claimed(attributes).iter().any(|(attribute, value)| aliases.contains(&attribute.as_str()) && value == name)
    }

    fn migrated(&self, name: &str, password: Option<&str>, status: Status, attributes: BTreeMap<String, String>) -> User {
        let sub = Uuid::new_v4().to_string();
        let by_attribute = !self.setting("UsernameAttributes").is_empty();
        let username = if by_attribute { sub.clone() } else { name.to_owned() };
        // Whoever forgot the password sets a new one.
        let (status, password) = password.map_or((Status::ResetRequired, ""), |password| (status, password));
        let mut user = User::new(username, sub, password.to_owned(), status, self.now());
        user.attributes = attributes;
        user
    }
}

/// At a sign-in, a function that refuses says that there is no such user: the text is its own, the type is not.
fn told_as_unknown(error: ServiceError) -> ServiceError {
    match error.kind {
        "UserLambdaValidationException" => ServiceError { kind: "UserNotFoundException", ..error },
        _ => error,
    }
}

fn final_status(response: &Value) -> Status {
    match response.get("finalUserStatus").and_then(Value::as_str) {
        Some("RESET_REQUIRED") => Status::ResetRequired,
        Some("FORCE_CHANGE_PASSWORD") => Status::ForceChangePassword,
        _ => Status::Confirmed,
    }
}
