//! The last step before anything is sent: may it be, with whose credentials, and in which account is that?

use std::fmt;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use super::Failure;
use super::endpoint::{Endpoint, Environment};
use super::opened::Opened;
use crate::aws::{self, Settings};
use crate::wire::{ClientOptions, Credentials};

/// A target that may be sent to.
#[derive(Debug)]
pub(super) struct Reached {
    /// How.
    pub(super) client: ClientOptions,
    /// What is to be told before the first request, where the target is live.
    pub(super) announcement: Option<Announcement>,
}

/// What is told on standard error before anything is sent to a live target: where, who, and what will become of it. Others add to it.
/// It names the account, so that it is never written to a file.
#[derive(Debug, Default)]
pub(super) struct Announcement(Vec<(&'static str, String)>);

impl Announcement {
    /// One thing more to know.
    pub(super) fn add(&mut self, about: &'static str, what: impl Into<String>) {
        self.0.push((about, what.into()));
    }

    /// Tells it. With standard error closed there is nobody left to tell.
    pub(super) fn tell(&self) {
        let _ = write!(std::io::stderr(), "{self}");
    }
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(about, _)| about.len()).max().unwrap_or_default();
        writeln!(f, "against the real service, as --allow-aws says:")?;
        self.0.iter().try_for_each(|(about, what)| writeln!(f, "  {about:width$}  {what}"))
    }
}

impl Endpoint {
    /// How to reach a target that is there, once it is clear that it may be, and in which account.
    ///
    /// # Errors
    /// It is live and nobody allowed it, there are no credentials, or STS does not say whose they are.
    pub(super) async fn reach(&self, opened: &Opened, timeout: Duration, environment: Environment<'_>) -> Result<Reached, Failure> {
        aws::permitted(opened.profile.live, &opened.url, self.access.allow_aws)?;
        let credentials = self.credentials(opened, environment).await?;
        let announcement = match &opened.settings {
            Some(settings) if opened.profile.live => Some(self.announcement(opened, settings, credentials.as_ref()).await?),
            _ => None,
        };
        let client = ClientOptions {
            endpoint: opened.url.clone(),
            region: opened.region.clone(),
            credentials,
            timeout,
            verify_tls: !self.no_verify_ssl,
            ca_bundle: self.ca_bundle.clone(),
        };
        Ok(Reached { client, announcement })
    }

    /// A target's own credentials come before the environment's, so that a mock never sees real ones; where nobody names any, made-up
    /// ones sign, which is enough for servers that only look for a signature. The standard chain is for the real service, and for
    /// whoever names a profile of it.
    async fn credentials(&self, opened: &Opened, environment: Environment<'_>) -> Result<Option<Credentials>, Failure> {
        if self.no_sign_request {
            return Ok(None);
        }
        let own = opened.profile.signing().filter(|_| self.access.profile.is_none());
        Ok(Some(match (own, &opened.settings) {
            (Some(own), _) => own,
            (None, Some(settings)) => settings.credentials().await?,
            (None, None) => of(environment).unwrap_or_else(Credentials::made_up),
        }))
    }

    async fn announcement(&self, opened: &Opened, settings: &Settings, credentials: Option<&Credentials>) -> Result<Announcement, Failure> {
        let mut announcement = Announcement::default();
        announcement.add("endpoint", opened.url.as_str());
        announcement.add("region", opened.region.as_str());
        let account = match credentials {
            // Whoever looks at a terminal must recognise the account; a log has more readers than that.
            Some(credentials) => settings.caller(credentials).await?.shown(std::io::stderr().is_terminal()),
            None => "none: no request is signed".to_owned(),
        };
        announcement.add("account", account);
        Ok(announcement)
    }
}

/// Credentials of the environment.
fn of(environment: Environment<'_>) -> Option<Credentials> {
    let (access_key_id, secret_access_key) = (environment("AWS_ACCESS_KEY_ID")?, environment("AWS_SECRET_ACCESS_KEY")?);
    Some(Credentials::new(access_key_id, secret_access_key, environment("AWS_SESSION_TOKEN")))
}

impl From<aws::NotPermitted> for Failure {
    fn from(error: aws::NotPermitted) -> Self {
        let help = "say `--allow-aws` if it may be: user pools are made and removed in the account of your credentials \
                    (docs/aws.md tells what else)";
        Self::argument(error.to_string(), help.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_is_a_table() {
        let mut announcement = Announcement::default();
        announcement.add("region", "eu-west-1");
        announcement.add("account", "********9012, as an assumed role");
        let text = "against the real service, as --allow-aws says:\n  region   eu-west-1\n  account  ********9012, as an assumed role\n";
        assert_eq!(announcement.to_string(), text);
    }
}
