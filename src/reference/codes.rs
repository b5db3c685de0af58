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
    /// VerifyUserAttribute of a value of that attribute that waits for it.
    Pending(String),
}

impl Purpose {
    /// Seconds for which a code of this purpose is good (developer guide, quotas: a day; an hour to reset a password).
    fn validity(&self) -> f64 {
        match self {
            Self::Reset => 3_600.0,
            Self::SignUp | Self::Attribute(_) | Self::Pending(_) => 86_400.0,
        }
    }
}

/// The codes that are outstanding.
#[derive(Clone, Default)]
pub struct Codes(BTreeMap<Purpose, Outstanding>);

#[derive(Clone)]
struct Outstanding {
    code: String,
    expires: f64,
}

impl Codes {
    /// Remembers a code that was sent `now`; the one before it is void.
    pub fn issue(&mut self, purpose: Purpose, code: String, now: f64) {
        let expires = now + purpose.validity();
        self.0.insert(purpose, Outstanding { code, expires });
    }

    /// Whether `given` is the code of that purpose; it stays outstanding until [`Codes::spend`].
    ///
    /// # Errors
    /// CodeMismatchException for another code, ExpiredCodeException where none is outstanding.
    pub fn check(&self, purpose: &Purpose, given: &str, now: f64) -> Result<(), ServiceError> {
        let outstanding = self.0.get(purpose).filter(|outstanding| outstanding.expires > now);
        let outstanding = outstanding.ok_or_else(ServiceError::expired_code)?;
        (outstanding.code == given).then_some(()).ok_or_else(ServiceError::wrong_code)
    }

    /// The code of that purpose was used, or what it was for has changed.
    pub fn spend(&mut self, purpose: &Purpose) {
        self.0.remove(purpose);
    }
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
}
