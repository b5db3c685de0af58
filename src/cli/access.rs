//! Whose credentials, and whether the real service may be used: flags of every command that sends something.

use clap::Args;

use super::endpoint::option;

/// Whose credentials, and whether the real service may be used.
#[derive(Debug, Clone, Default, Args)]
pub struct Access {
    /// Profile of the shared AWS configuration: its credentials and nobody else's, its region, its endpoint. Without --target and
    /// --endpoint-url, and where it names no endpoint, the real service
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Requests may go to the real service, in the account of the credentials; docs/aws.md tells what becomes of it there
    #[arg(long)]
    pub allow_aws: bool,
}

impl Access {
    /// The options that have the same access again.
    pub(super) fn again(&self) -> impl Iterator<Item = String> + '_ {
        option("--profile", self.profile.as_deref()).chain(self.allow_aws.then(|| "--allow-aws".to_owned()))
    }
}
