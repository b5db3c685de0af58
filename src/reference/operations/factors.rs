//! The second factor at sign-in: which challenge a user gets, and what it says.

use serde_json::{Value, json};

use super::super::{
    client::Client,
    delivery::{CODE_DIGITS, EMAIL_OTP_DIGITS},
    error::{Answer, ServiceError},
    pool::Pool,
    session::Challenge,
    user::{Factor, Status, User},
};

/// What comes after the first factor.
enum Next {
    Tokens,
    Factor(Factor),
    Select(Vec<Factor>),
    Setup,
}

impl Pool {
    /// The step after a right password: a new password, a second factor, or tokens.
    pub fn after_password(&mut self, sub: &str, client: &Client) -> Answer {
        if self.user(sub)?.status == Status::ForceChangePassword {
            return self.ask_new_password(sub, client);
        }
        self.after_new_password(sub, client)
    }

    /// The step after the first factor is settled.
    pub fn after_new_password(&mut self, sub: &str, client: &Client) -> Answer {
        match self.device_challenge(sub)? {
            Some(challenge) => self.ask(sub, client, challenge, json!({})),
            None => self.second_factor(sub, client),
        }
    }

    /// The second factor, where one is due.
    pub fn second_factor(&mut self, sub: &str, client: &Client) -> Answer {
        match self.next(self.user(sub)?) {
            Next::Tokens => self.finish(sub, client),
            Next::Factor(factor) => self.ask_factor(sub, client, factor),
            Next::Select(factors) => {
                let names: Vec<_> = factors.iter().map(|factor| factor.name()).collect();
                let parameters = json!({ "MFAS_CAN_CHOOSE": json!(names).to_string() });
                self.ask(sub, client, Challenge::Select, parameters)
            }
            Next::Setup => {
                let names: Vec<_> = Factor::ALL.into_iter().filter(|factor| self.offers(*factor)).map(Factor::name).collect();
                // A phone cannot be set up in the course of a sign-in. The text has the service's own spelling.
                if names == [Factor::Sms.name()] {
                    return Err(ServiceError::new("MFAMethodNotFoundException", "No MFA mechanism registerd in the account."));
                }
                let parameters = json!({ "MFAS_CAN_SETUP": json!(names).to_string() });
                self.ask(sub, client, Challenge::Setup(None), parameters)
            }
        }
    }

    /// Tokens, as the last step of a sign-in answers them.
    pub fn finish(&mut self, sub: &str, client: &Client) -> Answer {
        self.trigger("PostAuthentication_Authentication", sub)?;
        Ok(json!({ "AuthenticationResult": self.sign_in(sub, client)?, "ChallengeParameters": {} }))
    }

    /// MFAOptions: as SetUserSettings left them, or the SMS challenge that the pool's demand for MFA brings by itself.
    pub fn mfa_options(&self, user: &User) -> Vec<Value> {
        let by_itself = self.mfa.mode == "ON" && user.factors.is_empty() && self.forced(user) == Some(Factor::Sms);
        match by_itself && user.mfa_options.is_empty() {
            true => vec![json!({ "DeliveryMedium": "SMS", "AttributeName": "phone_number" })],
            false => user.mfa_options.clone(),
        }
    }

    // A factor counts when the user turned it on and the pool offers it; the legacy setting turns SMS on too. Where MFA
    // is required and the user turned none on, what the user has is asked for: a verified app, else the phone, else
    // the email.
    fn next(&self, user: &User) -> Next {
        let mut factors = user.factors.clone();
        if user.mfa_options.iter().any(|option| option["DeliveryMedium"] == "SMS") {
            factors.insert(Factor::Sms);
        }
        let usable: Vec<_> = factors.into_iter().filter(|factor| self.offers(*factor)).collect();
        let preferred = user.preferred.filter(|factor| usable.contains(factor));
        match (self.mfa.mode.as_str(), preferred, usable.as_slice()) {
            ("OFF", ..) => Next::Tokens,
            (_, Some(preferred), _) => Next::Factor(preferred),
            (_, None, [only]) => Next::Factor(*only),
            (_, None, [_, _, ..]) => Next::Select(usable),
            ("ON", None, []) => self.forced(user).map_or(Next::Setup, Next::Factor),
            (_, None, []) => Next::Tokens,
        }
    }

    /// Whether the user could not sign in any more without a phone number.
    pub fn needs_phone(&self, user: &User) -> bool {
        self.mfa.mode == "ON" && matches!(self.next(user), Next::Factor(Factor::Sms))
    }

    fn forced(&self, user: &User) -> Option<Factor> {
        let has = |factor: &Factor| match factor {
            Factor::SoftwareToken => user.software_token.is_some(),
            Factor::Sms => user.attribute("phone_number").is_some(),
            Factor::Email => user.attribute("email").is_some(),
        };
        let order = [Factor::SoftwareToken, Factor::Sms, Factor::Email];
        order.into_iter().find(|factor| self.offers(*factor) && has(factor))
    }

    fn ask_new_password(&mut self, sub: &str, client: &Client) -> Answer {
        let user = self.user(sub)?;
        let missing = self.missing_required(&user.attributes);
        let required: Vec<_> = missing.iter().map(|name| format!("userAttributes.{name}")).collect();
        let parameters = json!({
            "requiredAttributes": json!(required).to_string(),
            "userAttributes": json!(user.attributes).to_string(),
        });
        self.ask(sub, client, Challenge::NewPassword, parameters)
    }

    /// Asks for a factor; a code is sent where one is needed.
    pub fn ask_factor(&mut self, sub: &str, client: &Client, factor: Factor) -> Answer {
        if factor != Factor::SoftwareToken {
            self.trigger("CustomMessage_Authentication", sub)?;
        }
        let user = self.user_mut(sub)?;
        let (challenge, parameters) = match factor {
            Factor::Sms => (Challenge::Sms(user.send_code("SMS", CODE_DIGITS)), user.code_parameters("SMS")),
            Factor::Email => (Challenge::Email(user.send_code("EMAIL", EMAIL_OTP_DIGITS)), user.code_parameters("EMAIL")),
            Factor::SoftwareToken => (Challenge::SoftwareToken, user.device_parameters()?),
        };
        self.ask(sub, client, challenge, parameters)
    }

    /// Asks something of the one who signs in.
    pub fn ask(&mut self, sub: &str, client: &Client, challenge: Challenge, mut parameters: Value) -> Answer {
        parameters["USER_ID_FOR_SRP"] = json!(self.user(sub)?.username);
        let name = challenge.name();
        let session = self.open_session(sub, client, challenge);
        Ok(json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": session }))
    }
}

impl User {
    fn device_parameters(&self) -> Result<Value, ServiceError> {
        let text = "Software Token MFA does not exist for the user.";
        let token = self.software_token.as_ref().ok_or_else(|| super::software_token::not_found(text))?;
        let named = token.device_name.as_ref().map(|name| json!({ "FRIENDLY_DEVICE_NAME": name }));
        Ok(named.unwrap_or_else(|| json!({})))
    }
}
