//! AWS's names of operations and members as its command line and boto3 spell them.

/// `SetUserMFAPreference` in words: `set`, `user`, `mfa`, `preference`, joined.
pub fn words(name: &str, between: char) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut words = String::with_capacity(name.len() + 8);
    for (at, character) in characters.iter().enumerate() {
        let after_lower = at > 0 && !characters[at - 1].is_ascii_uppercase();
        let before_lower = at > 0 && characters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if character.is_ascii_uppercase() && (after_lower || before_lower) {
            words.push(between);
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("GetUser", "get-user")]
    #[case("AdminSetUserMFAPreference", "admin-set-user-mfa-preference")]
    #[case("GetUICustomization", "get-ui-customization")]
    #[case("GetCSVHeader", "get-csv-header")]
    #[case("ListWebAuthnCredentials", "list-web-authn-credentials")]
    #[case("SMSMfaSettings", "sms-mfa-settings")]
    #[case("MFAOptions", "mfa-options")]
    fn as_the_aws_cli_spells_them(#[case] operation: &str, #[case] command: &str) {
        assert_eq!(words(operation, '-'), command);
    }
}
