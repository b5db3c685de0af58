//! Whether somebody with a password, or a proof of one, may go on: attempts are counted, states looked at.

use super::{
    error::ServiceError,
    pool::Pool,
    user::{Status, User},
};

const DAY: f64 = 86_400.0;

impl Pool {
    /// Checks a password that was sent.
    pub fn admit_password(&mut self, sub: &str, password: &str) -> Result<(), ServiceError> {
        let right = self.user(sub)?.password == password;
        self.admit(sub, right)
    }

    /// Lets a user on who was `right` about the password, or counts a wrong one.
    //
    // Whoever does not know the password learns nothing of the account's state, but that it is not confirmed: this is answered before
    // the password is looked at (measured, ministackorg/ministack#1758, 2026).
    pub fn admit(&mut self, sub: &str, right: bool) -> Result<(), ServiceError> {
        let now = self.now();
        let days = self
            .at("Policies", "/PasswordPolicy/TemporaryPasswordValidityDays")
            .and_then(serde_json::Value::as_f64)
            .filter(|days| *days > 0.0);
        let user = self.user_mut(sub)?;
        if user.status == Status::Unconfirmed {
            user.check_state()?;
        }
        user.attempts.check(now)?;
        if !right {
            user.attempts.failed(now);
            return Err(ServiceError::wrong_password());
        }
        user.attempts.succeeded();
        user.check_state()?;
        user.check_temporary(days.unwrap_or(7.0), now)
    }
}

impl User {
    /// Refuses a user who may not sign in, whatever the password.
    pub fn check_state(&self) -> Result<(), ServiceError> {
        if !self.enabled {
            return Err(ServiceError::disabled());
        }
        match self.status {
            Status::Unconfirmed => Err(ServiceError::new("UserNotConfirmedException", "User is not confirmed.")),
            Status::ResetRequired => Err(ServiceError::new("PasswordResetRequiredException", "Password reset required for the user")),
            Status::Confirmed | Status::ForceChangePassword => Ok(()),
        }
    }

    /// Refuses a temporary password that nobody used in time.
    fn check_temporary(&self, days: f64, now: f64) -> Result<(), ServiceError> {
        let late = self.status == Status::ForceChangePassword && now >= self.password_since + days * DAY;
        let text = "Temporary password has expired and must be reset by an administrator.";
        if late { Err(ServiceError::not_authorized(text)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::temporary_in_time(Status::ForceChangePassword, 7.0 * DAY - 1.0, true)]
    #[case::temporary_and_late(Status::ForceChangePassword, 7.0 * DAY, false)]
    #[case::permanent(Status::Confirmed, 8.0 * DAY, true)]
    fn temporary_passwords_expire(#[case] status: Status, #[case] now: f64, #[case] good: bool) {
        let user = User::new("u".into(), "s".into(), String::new(), status, 0.0);
        assert_eq!(user.check_temporary(7.0, now).is_ok(), good);
    }
}
