//! The account that credentials are of, by STS.

use std::fmt;
use std::time::Duration;

use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;

use super::AccessError;
use super::error::innermost;

/// Longest time for one request to STS.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest time for all tries together.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(25);

/// Who acts. For a terminal: account ids are in no report.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    account: String,
    principal: Principal,
}

/// What kind of identity acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Principal {
    Root,
    User,
    AssumedRole,
    FederatedUser,
    Other,
}

impl Caller {
    /// Asks STS.
    ///
    /// # Errors
    /// It refuses, or cannot be reached.
    pub(super) async fn ask(sdk: &aws_config::SdkConfig, keys: aws_credential_types::Credentials) -> Result<Self, AccessError> {
        let patience = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).operation_timeout(PATIENCE_IN_ALL).build();
        let config = aws_sdk_sts::config::Builder::from(sdk).credentials_provider(keys).timeout_config(patience).build();
        let answer = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.map_err(|error| refusal(&error))?;
        Self::new(answer.account().unwrap_or_default(), answer.arn().unwrap_or_default())
    }

    fn new(account: &str, arn: &str) -> Result<Self, AccessError> {
        if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AccessError::Refused { cause: "its answer names no account".to_owned() });
        }
        Ok(Self { account: account.to_owned(), principal: Principal::of(arn) })
    }

    /// Account and kind of identity, in words. Where others may come to read it, only the last four digits.
    pub fn shown(&self, whole: bool) -> String {
        let hidden = if whole { 0 } else { self.account.len().saturating_sub(4) };
        format!("{}{}, as {}", "*".repeat(hidden), &self.account[hidden..], self.principal)
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.shown(false))
    }
}

impl Principal {
    fn of(arn: &str) -> Self {
        // arn:partition:service:region:account:resource
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        match resource.split('/').next().unwrap_or_default() {
            "root" => Self::Root,
            "user" => Self::User,
            "assumed-role" => Self::AssumedRole,
            "federated-user" => Self::FederatedUser,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "the root user",
            Self::User => "an IAM user",
            Self::AssumedRole => "an assumed role",
            Self::FederatedUser => "a federated user",
            Self::Other => "an identity of another kind",
        })
    }
}

fn refusal(error: &SdkError<GetCallerIdentityError>) -> AccessError {
    match error {
        SdkError::ServiceError(refused) => AccessError::Refused { cause: in_words(refused.err(), refused.raw().status().as_u16()) },
        SdkError::ConstructionFailure(_) => AccessError::Refused { cause: innermost(error) },
        _ => AccessError::Unreachable { cause: innermost(error) },
    }
}

fn in_words(error: &GetCallerIdentityError, status: u16) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => format!("HTTP {status}"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("arn:aws:iam::123456789012:root", "the root user")]
    #[case("arn:aws:iam::123456789012:user/division/jane", "an IAM user")]
    #[case("arn:aws-cn:sts::123456789012:assumed-role/nightly/session", "an assumed role")]
    #[case("arn:aws:sts::123456789012:federated-user/jane", "a federated user")]
    #[case("?", "an identity of another kind")]
    fn is_told_without_names(#[case] arn: &str, #[case] kind: &str) {
        let caller = Caller::new("123456789012", arn).expect("an account");
        assert_eq!(caller.shown(true), format!("123456789012, as {kind}"));
        assert_eq!(caller.shown(false), format!("********9012, as {kind}"));
        assert!(!format!("{caller:?}").contains("12345678"));
    }

    #[rstest]
    #[case("")]
    #[case("<html>")]
    fn an_answer_without_an_account_is_none(#[case] account: &str) {
        assert!(matches!(Caller::new(account, "arn:aws:iam::1:root"), Err(AccessError::Refused { .. })));
    }
}
