//! The passwords that a user had, so that none of them comes back too soon.

use std::collections::VecDeque;

use serde_json::Value;

use super::{
    error::ServiceError,
    pool::Pool,
    user::{Status, User},
};

/// The longest history that a policy can ask for.
const LONGEST: usize = 24;
/// What came before a user's password. No `Debug`: it holds passwords.
#[derive(Clone, Default)]
pub struct Passwords {
    /// The latest first.
    earlier: VecDeque<String>,
}

impl User {
    /// Gives the user another password; the one before it becomes history.
    pub fn set_password(&mut self, password: &str, status: Status, now: f64) {
        let before = std::mem::replace(&mut self.password, password.to_owned());
        self.passwords.earlier.push_front(before);
        self.passwords.earlier.truncate(LONGEST);
        self.password_since = now;
        self.status = status;
        self.modified = now;
    }

    /// Whether the password is the one in force, or among the `size` before it.
    fn had_password(&self, password: &str, size: usize) -> bool {
        self.password == password || self.passwords.earlier.iter().take(size).any(|earlier| earlier == password)
    }
}

impl Pool {
    /// Refuses a password that the user had lately, where the policy keeps a history.
    pub fn check_password_history(&self, user: &User, password: &str) -> Result<(), ServiceError> {
        let size = self.at("Policies", "/PasswordPolicy/PasswordHistorySize").and_then(Value::as_u64);
        let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        let text = "Password has previously been used.";
        let refused = size > 0 && user.had_password(password, size);
        if refused { Err(ServiceError::new("PasswordHistoryPolicyViolationException", text)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A user who had the passwords `a`, `b` and `c`, in this order.
    fn user() -> User {
        let mut user = User::new("ann".into(), "sub".into(), "a".into(), Status::Confirmed, 0.0);
        user.set_password("b", Status::Confirmed, 1.0);
        user.set_password("c", Status::Confirmed, 2.0);
        user
    }

    #[rstest]
    #[case::in_force("c", 1, true)]
    #[case::the_one_before("b", 1, true)]
    #[case::forgotten("a", 1, false)]
    #[case::remembered("a", 2, true)]
    #[case::never_had("d", 24, false)]
    fn remembers_as_many_as_it_should(#[case] password: &str, #[case] size: usize, #[case] had: bool) {
        assert_eq!(user().had_password(password, size), had);
    }

    #[test]
    fn a_new_password_is_dated() {
        assert_eq!((user().modified, user().password_since), (2.0, 2.0));
    }
}
