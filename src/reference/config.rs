//! How to start a server.

use std::{fmt, num::NonZeroU32, str::FromStr, sync::Arc, time::Duration};

use super::{signature::KeyPair, tamper::Tamper};
use crate::aws::is_account;

/// How to start a server.
#[derive(Clone)]
pub struct Config {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// AWS region in pool ids and issuers, and the one that requests must be signed for.
    pub region: String,
    /// Account in ARNs.
    pub account: AccountId,
    /// What requests must be signed with. Without a key it is enough that there is a signature.
    pub keys: Option<KeyPair>,
    /// How long a read may still show a pool as it was before a write.
    pub settle: Option<Duration>,
    /// How many requests a second are answered; what is more is refused.
    pub requests_per_second: Option<NonZeroU32>,
    /// Makes the server wrong on purpose.
    pub layer: Option<Arc<dyn Tamper>>,
}

impl Default for Config {
    fn default() -> Self {
        let region = "us-east-1".to_owned();
        Self { port: 0, region, account: AccountId::default(), keys: None, settle: None, requests_per_second: None, layer: None }
    }
}

/// An AWS account: twelve digits. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountId(String);

impl AccountId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self("123456789012".to_owned())
    }
}

impl FromStr for AccountId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        is_account(text).then(|| Self(text.to_owned())).ok_or("an account id has twelve digits, as in 123456789012")
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountId(…)")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("000000000000", true)]
    #[case("12345678901", false)]
    #[case("1234567890123", false)]
    #[case("12345678901a", false)]
    #[case("", false)]
    fn an_account_has_twelve_digits(#[case] text: &str, #[case] good: bool) {
        assert_eq!(text.parse::<AccountId>().is_ok(), good);
    }
}
