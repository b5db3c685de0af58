//! Codes sent by SMS and email: nothing leaves the machine, the side door hands them out.

use serde_json::{Value, json};

use super::{
    token::{DIGITS, random_text},
    user::{SentCode, User},
};

/// How codes are sent, and the attribute that holds the address. Where both can be, the phone goes first.
pub const MEDIA: [(&str, &str); 2] = [("SMS", "phone_number"), ("EMAIL", "email")];

/// Digits of codes that confirm, verify or reset, by whatever medium, and of those by SMS that sign in.
pub const CODE_DIGITS: usize = 6;
/// Digits of codes by email that sign in.
pub const EMAIL_OTP_DIGITS: usize = 8;

/// The number that a code of nobody is said to go to: the same each time.
const NUMBER_OF_NOBODY: &str = "+12065550100";

/// Hides most of an email address: `t***@t***`.
pub fn mask_email(address: &str) -> String {
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    let (name, domain) = address.split_once('@').unwrap_or((address, ""));
    format!("{}***@{}***", first(name), first(domain))
}

/// Hides most of a phone number: `+*******1234`.
pub fn mask_phone(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    let tail: String = digits[digits.len().saturating_sub(4)..].iter().collect();
    format!("+*******{tail}")
}

impl User {
    /// Makes a code of `digits` digits and sends it to the user's phone or email. Gives the code.
    pub fn send_code(&mut self, medium: &'static str, digits: usize) -> String {
        let destination = self.attribute(attribute_of(medium)).unwrap_or_default().to_owned();
        self.send_code_to(medium, digits, destination)
    }

    /// The same to an address that need not be the user's yet.
    pub fn send_code_to(&mut self, medium: &'static str, digits: usize, destination: String) -> String {
        let code = random_text(DIGITS, digits);
        self.sent = Some(SentCode { code: code.clone(), medium, destination });
        code
    }

    /// Sends the temporary password to the user's phone or email.
    pub fn send_password(&mut self, medium: &'static str) {
        let destination = self.attribute(attribute_of(medium)).unwrap_or_default().to_owned();
        self.sent = Some(SentCode { code: self.password.clone(), medium, destination });
    }

    /// Parameters of a challenge whose code goes to the user's address of that medium.
    pub fn code_parameters(&self, medium: &str) -> Value {
        code_parameters(medium, self.attribute(attribute_of(medium)).unwrap_or_default())
    }

    /// CodeDeliveryDetails.
    pub fn delivery_details(&self, medium: &str) -> Value {
        details(medium, self.attribute(attribute_of(medium)).unwrap_or_default())
    }
}

/// CodeDeliveryDetails of a code that goes to this address.
pub fn details(medium: &str, address: &str) -> Value {
    json!({ "AttributeName": attribute_of(medium), "DeliveryMedium": medium, "Destination": mask(medium, address) })
}

fn mask(medium: &str, address: &str) -> String {
    if medium == "SMS" { mask_phone(address) } else { mask_email(address) }
}

/// CodeDeliveryDetails of a code that nobody is sent, since there is no such user and the client must not tell.
pub fn simulated_details(name: &str) -> Value {
    details("EMAIL", &email_of_nobody(name))
}

/// The email address of somebody who is no user: the name where that looks like one (as captured); else it is made up, and
/// the same each time.
fn email_of_nobody(name: &str) -> String {
    if name.contains('@') { name.to_owned() } else { format!("{name}@example.com") }
}

/// Members of a challenge's parameters that tell where its code went.
pub fn code_parameters(medium: &str, address: &str) -> Value {
    json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": medium, "CODE_DELIVERY_DESTINATION": mask(medium, address) })
}

/// The same of a code that nobody is sent.
pub fn simulated_code_parameters(medium: &str, name: &str) -> Value {
    let number = if name.starts_with('+') { name } else { NUMBER_OF_NOBODY };
    let address = if medium == "SMS" { number.to_owned() } else { email_of_nobody(name) };
    code_parameters(medium, &address)
}

/// The attribute that holds the address of a medium.
pub fn attribute_of(medium: &str) -> &'static str {
    if medium == "SMS" { "phone_number" } else { "email" }
}

/// How a code gets to the address in an attribute, if it holds one.
pub fn medium_of(attribute: &str) -> Option<&'static str> {
    MEDIA.into_iter().find(|(_, holder)| *holder == attribute).map(|(medium, _)| medium)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("test@test.com", "t***@t***")]
    #[case("", "***@***")]
    fn masks_an_email(#[case] address: &str, #[case] masked: &str) {
        assert_eq!(mask_email(address), masked);
    }

    #[rstest]
    #[case("+15555550123", "+*******0123")]
    #[case("12", "+*******12")]
    #[case("é☃", "+*******é☃")]
    fn masks_a_phone_number(#[case] number: &str, #[case] masked: &str) {
        assert_eq!(mask_phone(number), masked);
    }
}
