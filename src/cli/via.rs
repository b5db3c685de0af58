//! What sends the requests of cases, in place of our own client.

use clap::ValueEnum;

use super::Failure;
use crate::engine::Carrier;
use crate::wire::ClientOptions;
use crate::wire::aws_cli::{AwsCli, AwsCliError};

/// Tools that can send the requests of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// The `aws` on PATH, version 1 or 2.
    AwsCli,
}

impl Via {
    /// As it is written on the command line.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::AwsCli => "aws-cli",
        }
    }

    /// The installed tool, to send as `options` say.
    ///
    /// # Errors
    /// It is not installed, or is something else.
    pub(super) async fn find(self, options: ClientOptions) -> Result<Carrier, Failure> {
        let tool = AwsCli::find(options).await.map_err(|error| {
            let help = match error {
                AwsCliError::Missing => "install the AWS CLI (`pip install awscli` is version 1), or leave out `--via`",
                AwsCliError::Unknown(_) => "put the AWS CLI first on PATH, or leave out `--via`",
                AwsCliError::SetUp(_) => "name a directory for temporary files that can be written to in TMPDIR",
            };
            Failure::argument(error.to_string(), help.to_owned())
        })?;
        Ok(Carrier::AwsCli(tool))
    }
}
