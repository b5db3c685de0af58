//! Codes sent by SMS and email: nothing leaves the machine, the side door hands them out.

use serde_json::{Value, json};

use super::{
    token::{DIGITS, random_text},
    user::{SentCode, User},
};

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

    /// The user's masked address of that medium.
    pub fn masked(&self, medium: &str) -> String {
        mask(medium, self.attribute(attribute_of(medium)).unwrap_or_default())
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

/// CodeDeliveryDetails of a code that nobody is sent, since there is no such user and the client must not tell. The address is
/// the name where that looks like an email (as captured); else it is made up, and the same each time.
pub fn simulated_details(name: &str) -> Value {
    let address = if name.contains('@') { name.to_owned() } else { format!("{name}@example.com") };
    json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": mask_email(&address) })
}

/// The attribute that holds the address of a medium.
pub fn attribute_of(medium: &str) -> &'static str {
    if medium == "SMS" { "phone_number" } else { "email" }
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
