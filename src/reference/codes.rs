//! Codes that a user was sent and has not used: one for each purpose, the last one counts.

use std::collections::BTreeMap;

use super::error::ServiceError;

/// What a code is for. A code for one purpose is none for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// ConfirmSignUp.
    SignUp,
    /// ConfirmForgotPassword.
    Reset,
    /// VerifyUserAttribute of that attribute.
    Attribute(String),
}

/// Seconds in which tries and messages are counted.
const HOUR: f64 = 3_600.0;
/// Tries to use a code of one purpose, and messages with one, that a user has in an hour (developer guide, quotas).
const TRIES: usize = 15;
const MESSAGES: usize = 5;

impl Purpose {
    /// Seconds for which a code of this purpose is good (developer guide, quotas: a day; an hour to reset a password).
    fn validity(&self) -> f64 {
        match self {
            Self::Reset => 3_600.0,
            Self::SignUp | Self::Attribute(_) => 86_400.0,
        }
    }
}

/// The codes that are outstanding, and how often of late one was tried and sent.
#[derive(Clone, Default)]
pub struct Codes {
    outstanding: BTreeMap<Purpose, Outstanding>,
    tries: BTreeMap<Purpose, Vec<f64>>,
    messages: BTreeMap<Purpose, Vec<f64>>,
}

#[derive(Clone)]
struct Outstanding {
    code: String,
    expires: f64,
}

impl Codes {
    /// Remembers a code that was sent `now`; the one before it is void.
    pub fn issue(&mut self, purpose: Purpose, code: String, now: f64) {
        let expires = now + purpose.validity();
        self.outstanding.insert(purpose, Outstanding { code, expires });
    }

    /// Whether `given` is the code of that purpose; it stays outstanding until [`Codes::spend`].
    ///
    /// # Errors
    /// CodeMismatchException for another code, ExpiredCodeException where none is outstanding.
    pub fn check(&self, purpose: &Purpose, given: &str, now: f64) -> Result<(), ServiceError> {
        let outstanding = self.outstanding.get(purpose).filter(|outstanding| outstanding.expires > now);
        let outstanding = outstanding.ok_or_else(ServiceError::expired_code)?;
        (outstanding.code == given).then_some(()).ok_or_else(ServiceError::wrong_code)
    }

    /// Counts a try to use a code.
    ///
    /// # Errors
    /// LimitExceededException where the hour has seen too many.
    pub fn count_try(&mut self, purpose: &Purpose, now: f64) -> Result<(), ServiceError> {
        count(self.tries.entry(purpose.clone()).or_default(), TRIES, now)
    }

    /// Counts a message that the user asked for.
    ///
    /// # Errors
    /// LimitExceededException where the hour has seen too many.
    pub fn count_message(&mut self, purpose: &Purpose, now: f64) -> Result<(), ServiceError> {
        count(self.messages.entry(purpose.clone()).or_default(), MESSAGES, now)
    }

    /// The code of that purpose was used, or what it was for has changed.
    pub fn spend(&mut self, purpose: &Purpose) {
        self.outstanding.remove(purpose);
    }
}

fn count(times: &mut Vec<f64>, most: usize, now: f64) -> Result<(), ServiceError> {
    times.retain(|time| *time + HOUR > now);
    if times.len() >= most {
        return Err(ServiceError::new("LimitExceededException", "Attempt limit exceeded, please try after some time."));
    }
    times.push(now);
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::right(Purpose::Reset, "123456", 10.0, None)]
    #[case::wrong(Purpose::Reset, "654321", 10.0, Some("CodeMismatchException"))]
    #[case::late(Purpose::Reset, "123456", 3_700.0, Some("ExpiredCodeException"))]
    #[case::for_something_else(Purpose::SignUp, "123456", 10.0, Some("ExpiredCodeException"))]
    fn tells_codes_apart(#[case] purpose: Purpose, #[case] given: &str, #[case] now: f64, #[case] refusal: Option<&str>) {
        let mut codes = Codes::default();
        codes.issue(Purpose::Reset, "123456".into(), 0.0);
        assert_eq!(codes.check(&purpose, given, now).err().map(|error| error.kind), refusal);
    }

    #[test]
    fn a_spent_code_is_none() {
        let mut codes = Codes::default();
        codes.issue(Purpose::SignUp, "123456".into(), 0.0);
        codes.spend(&Purpose::SignUp);
        assert_eq!(codes.check(&Purpose::SignUp, "123456", 1.0).err().map(|error| error.kind), Some("ExpiredCodeException"));
    }

    #[test]
    fn tries_are_counted_by_purpose_and_forgotten_after_an_hour() {
        let mut codes = Codes::default();
        (0..15).for_each(|_| assert!(codes.count_try(&Purpose::SignUp, 0.0).is_ok()));
        assert_eq!(codes.count_try(&Purpose::SignUp, 1.0).err().map(|error| error.kind), Some("LimitExceededException"));
        assert!(codes.count_try(&Purpose::Reset, 1.0).is_ok());
        assert!(codes.count_try(&Purpose::SignUp, 3_601.0).is_ok());
    }
}
