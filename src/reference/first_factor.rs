//! What a user may begin a sign-in with, where the client lets the user choose.

use serde_json::Value;

use super::{
    pool::Pool,
    user::{Status, User},
};

impl Pool {
    /// Whether the pool's sign-in policy allows a first factor: PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN.
    pub fn allows_first(&self, factor: &str) -> bool {
        let allowed = self.at("Policies", "/SignInPolicy/AllowedFirstAuthFactors").and_then(Value::as_array);
        allowed.map_or(factor == "PASSWORD", |allowed| allowed.iter().any(|one| one == factor))
    }

    /// The challenges that a user can begin with (AvailableChallenges). A temporary password must be changed first: until then there is
    /// nothing but a password.
    pub fn first_challenges(&self, user: &User) -> Vec<&'static str> {
        let settled = user.status == Status::Confirmed;
        let password = self.allows_first("PASSWORD") && user.has_password();
        // To who has a second factor no code is sent as the first (developer guide, MFA).
        let by_code = settled && user.factors.is_empty();
        let code = |factor: &str, attribute: &str| by_code && self.allows_first(factor) && user.verified(attribute);
        let offered = [
            ("PASSWORD_SRP", password),
            ("PASSWORD", password),
            ("EMAIL_OTP", code("EMAIL_OTP", "email")),
            ("SMS_OTP", code("SMS_OTP", "phone_number")),
            ("WEB_AUTHN", settled && !self.usable_passkeys(user).is_empty()),
        ];
        offered.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
    }

    /// What is offered to a name that nobody has, where the client must not tell.
    pub fn first_challenges_of_nobody(&self) -> Vec<&'static str> {
        let offered = [("PASSWORD_SRP", "PASSWORD"), ("PASSWORD", "PASSWORD"), ("EMAIL_OTP", "EMAIL_OTP"), ("SMS_OTP", "SMS_OTP")];
        offered.into_iter().filter(|(_, factor)| self.allows_first(factor)).map(|(name, _)| name).collect()
    }
}
