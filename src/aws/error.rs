//! Why it is not known who acts, and in which account.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use thiserror::Error;

use crate::wire::ClientError;

/// Why it is not known who acts, and in which account. Nothing was sent to the service under test.
///
/// The causes are other programs' words: they are for a terminal, and for no report.
#[derive(Debug, Error)]
pub enum AccessError {
    /// No source has credentials.
    #[error("there are no credentials to sign with; tried were {}", tried.join(", "))]
    NoCredentials {
        /// The sources, in words.
        tried: Vec<String>,
    },
    /// A source that should have them did not give them.
    #[error("the credentials{} could not be had: {cause}", of(profile.as_deref()))]
    Credentials {
        /// The profile that was asked for.
        profile: Option<String>,
        /// What happened.
        cause: String,
    },
    /// The certificate authorities cannot be read.
    #[error(transparent)]
    CaBundle(#[from] ClientError),
    /// STS does not take the credentials.
    #[error("STS does not say in which account this would be: {cause}")]
    Refused {
        /// Its words.
        cause: String,
    },
    /// STS was not reached.
    #[error("STS does not answer, and without it nobody knows in which account this would be: {cause}")]
    Unreachable {
        /// What happened.
        cause: String,
    },
}

impl AccessError {
    /// What a source of credentials says, as an error. `tried` is told where there is no source that has any.
    pub(super) fn of_source(error: &CredentialsError, profile: Option<&str>, tried: Vec<String>) -> Self {
        match error {
            CredentialsError::CredentialsNotLoaded(_) => Self::NoCredentials { tried },
            other => Self::Credentials { profile: profile.map(str::to_owned), cause: innermost(other) },
        }
    }

    /// What the user can do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoCredentials { .. } => {
                "log in (`aws sso login`), name a profile (`--profile NAME`), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; \
                 `aws configure list` shows what there is"
            }
            Self::Credentials { .. } => {
                "log in again (`aws sso login --profile NAME`), or mend the profile; `aws sts get-caller-identity` asks the same"
            }
            Self::CaBundle(_) => "name a file with certificates in PEM form",
            Self::Refused { .. } => "see that the credentials are valid and of this partition: `aws sts get-caller-identity` asks the same",
            Self::Unreachable { .. } => "see that the network lets requests to STS through; AWS_ENDPOINT_URL_STS names another endpoint",
        }
    }
}

fn of(profile: Option<&str>) -> String {
    profile.map(|profile| format!(" of profile `{profile}`")).unwrap_or_default()
}

/// The last cause says what happened; the ones before it only where.
pub(super) fn innermost(error: &dyn StdError) -> String {
    match error.source() {
        Some(source) => innermost(source),
        None => error.to_string().trim_end().to_owned(),
    }
}
