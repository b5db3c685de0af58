//! A target that is ready to be sent to: started for the run, or there already.

use std::path::{Path, PathBuf};

use url::Url;

use super::Failure;
use super::endpoint::Against;
use crate::engine::ledger::Ledger;
use crate::reference::{Config, Server};
use crate::target::{Launched, Profile};

/// Where this user's ledgers are.
pub(super) fn ledgers() -> PathBuf {
    Ledger::default_directory()
}

/// Where the servers that were started keep their files.
pub(super) fn servers() -> PathBuf {
    ledgers().join("servers")
}

/// A target that is ready.
#[derive(Debug)]
pub(super) struct Opened {
    /// What is known of it.
    pub(super) profile: Profile,
    /// Where it is.
    pub(super) url: Url,
    host: Host,
}

/// What must be stopped after the run.
#[derive(Debug)]
enum Host {
    Embedded(Embedded),
    Launched(Box<Launched>),
    Elsewhere,
}

struct Embedded(Server);

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Embedded").field(&self.0.url()).finish()
    }
}

impl Opened {
    /// Starts what has to be started.
    ///
    /// # Errors
    /// There is no such profile, or its server does not start.
    pub(super) async fn open(against: &Against, region: Option<&str>, servers: &Path) -> Result<Self, Failure> {
        match against {
            Against::Embedded => Self::embedded(region).await,
            Against::Target { target, .. } if *target == Profile::reference().name => Self::embedded(region).await,
            Against::Running { url, target } => {
                let profile = target.as_deref().map_or_else(|| Ok(Profile::for_endpoint(url)), Profile::load)?;
                Ok(Self { profile, url: url.clone(), host: Host::Elsewhere })
            }
            Against::Target { target, fallback } => Self::target(Profile::load(target)?, fallback.as_ref(), servers).await,
        }
    }

    async fn embedded(region: Option<&str>) -> Result<Self, Failure> {
        let profile = Profile::reference();
        let config = Config { region: region.unwrap_or(&profile.region).to_owned(), ..Config::default() };
        let server =
            Server::start(config).await.map_err(|reason| Failure::Start { what: "start the embedded server".to_owned(), reason })?;
        let url = Url::parse(&server.url()).map_err(|error| Failure::argument(error.to_string(), None))?;
        Ok(Self { profile, url, host: Host::Embedded(Embedded(server)) })
    }

    async fn target(profile: Profile, fallback: Option<&Url>, servers: &Path) -> Result<Self, Failure> {
        if profile.start.is_some() {
            let launched = Launched::start(&profile, servers).await?;
            return Ok(Self { url: launched.endpoint().clone(), profile, host: Host::Launched(Box::new(launched)) });
        }
        let help = "give its endpoint with `--endpoint-url`".to_owned();
        let missing = || Failure::argument(format!("the profile of {} does not say how to start it", profile.name), help);
        let url = fallback.cloned().ok_or_else(missing)?;
        Ok(Self { url, profile, host: Host::Elsewhere })
    }

    /// Stops what was started.
    pub(super) async fn close(self) {
        match self.host {
            Host::Embedded(Embedded(server)) => server.shutdown().await,
            Host::Launched(launched) => launched.stop().await,
            Host::Elsewhere => {}
        }
    }
}
