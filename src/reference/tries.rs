//! What a user may try only so often within an hour.

use std::collections::BTreeMap;

use super::error::ServiceError;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Try {
    /// ChangePassword.
    ChangePassword,
    /// A code to reset the password, asked for or entered: the two are counted together.
    Reset,
    /// ConfirmSignUp.
    ConfirmSignUp,
    /// ResendConfirmationCode.
    ResendConfirmationCode,
    /// GetUserAttributeVerificationCode.
    AttributeCode,
    /// VerifyUserAttribute.
    VerifyAttribute,
}

impl Try {
    /// How often within an hour (developer guide, quotas). For a reset it is 5 to 20, as the risk seems to the service.
    fn limit(self) -> usize {
        match self {
            Self::ChangePassword | Self::ResendConfirmationCode | Self::AttributeCode => 5,
            Self::ConfirmSignUp | Self::VerifyAttribute => 15,
            Self::Reset => 20,
        }
    }
}

/// The tries of one user: when each was made, seconds since 1970.
#[derive(Clone, Default)]
pub struct Tries(BTreeMap<Try, Vec<f64>>);

impl Tries {
    /// Counts a try, successful or not. One that is refused does not count.
    ///
    /// # Errors
    /// LimitExceededException when there were too many within the last hour.
    pub fn count(&mut self, kind: Try, now: f64) -> Result<(), ServiceError> {
        let times = self.0.entry(kind).or_default();
        times.retain(|time| now - time < 3_600.0);
        if times.len() >= kind.limit() {
            return Err(ServiceError::new("LimitExceededException", "Attempt limit exceeded, please try after some time."));
        }
        times.push(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_passes() {
        let mut tries = Tries::default();
        let outcomes = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 3_599.0, 3_600.0].map(|now| tries.count(Try::ChangePassword, now).is_ok());
        assert_eq!(outcomes, [true, true, true, true, true, false, false, true]);
    }

    #[test]
    fn each_kind_is_counted_by_itself() {
        let mut tries = Tries::default();
        let counted = (0..6).filter(|_| tries.count(Try::ChangePassword, 0.0).is_ok()).count();
        assert_eq!((counted, tries.count(Try::Reset, 0.0)), (5, Ok(())));
    }
}
