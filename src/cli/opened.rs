//! A target that is ready to be sent to: started for the run, or there already.

use std::io::Write;
use std::path::{Path, PathBuf};

use url::Url;

use super::Failure;
use super::command_line::CommandLine;
use super::endpoint::{Against, Endpoint, environment};
use super::place::Place;
use crate::aws::{self, Settings};
use crate::engine::ledger::Ledger;
use crate::reference::{Config, Server};
use crate::report::untrusted;
use crate::target::{Died, Launched, Profile, Start};

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
    /// The region to sign for.
    pub(super) region: String,
    /// What is configured for it.
    pub(super) settings: Option<Settings>,
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
    /// Starts what has to be started. Nothing is sent to a server that runs already.
    ///
    /// # Errors
    /// There is no such profile, its server does not start, or nobody says where it is.
    pub(super) async fn open(endpoint: &Endpoint, against: &Against, servers: &Path) -> Result<Self, Failure> {
        match against {
            Against::Embedded => Self::embedded(endpoint).await,
            Against::Target { target, .. } if *target == Profile::reference().name => Self::embedded(endpoint).await,
            Against::Running { url, target } => {
                let profile = target.as_deref().map(Profile::load).transpose()?;
                Ok(Self::elsewhere(Place::of(endpoint, profile, Some(url.clone())).await?))
            }
            Against::Target { target, fallback } => {
                let profile = Profile::load(target)?;
                if profile.start.is_some() {
                    let launched = Launched::start(&profile, servers).await?;
                    return Self::launched(endpoint, launched, profile).await;
                }
                Ok(Self::elsewhere(Place::of(endpoint, Some(profile), fallback.clone()).await?))
            }
            Against::Configured => Ok(Self::elsewhere(Place::of(endpoint, None, None).await?)),
            Against::Started { command, url, target } => Self::started(endpoint, command, url.as_ref(), target.as_deref(), servers).await,
        }
    }

    async fn embedded(endpoint: &Endpoint) -> Result<Self, Failure> {
        let profile = Profile::reference();
        let region = endpoint.region(&environment).unwrap_or_else(|| profile.region.clone());
        let config = Config { region: region.clone(), ..Config::default() };
        let server =
            Server::start(config).await.map_err(|reason| Failure::Start { what: "start the embedded server".to_owned(), reason })?;
        let url = Url::parse(&server.url()).map_err(|error| Failure::argument(error.to_string(), None))?;
        Ok(Self { profile, url, region, settings: None, host: Host::Embedded(Embedded(server)) })
    }

    async fn started(
        endpoint: &Endpoint,
        command: &CommandLine,
        url: Option<&Url>,
        target: Option<&str>,
        servers: &Path,
    ) -> Result<Self, Failure> {
        let words = command.words().to_vec();
        let profile = match target {
            Some(target) => Profile::load(target)?.started_by(words),
            None => Profile::for_command(words),
        };
        let launched = match url {
            Some(url) if aws::is_aws(url) => {
                let help = "leave one of them out: nothing that is started here is at a host of AWS".to_owned();
                return Err(Failure::argument("--start starts a server, and --endpoint-url is the real service", help));
            }
            Some(url) => Launched::start_at(&profile, url, servers).await?,
            None if profile.start.as_ref().is_some_and(Start::names_the_port) => Launched::start(&profile, servers).await?,
            None => {
                let help = "write `{port}` where its port goes, or name the endpoint with `--endpoint-url`".to_owned();
                return Err(Failure::argument("the command of --start does not say on which port the server listens", help));
            }
        };
        Self::launched(endpoint, launched, profile).await
    }

    async fn launched(endpoint: &Endpoint, launched: Launched, mut profile: Profile) -> Result<Self, Failure> {
        // The profile names the version that it was written for; what was started may be another one.
        profile.version = profile.installed_version().await;
        let Place { profile, url, region, settings } = Place::started(endpoint, profile, launched.endpoint().clone()).await?;
        Ok(Self { profile: launched.settle(profile), url, region, settings, host: Host::Launched(Box::new(launched)) })
    }

    fn elsewhere(Place { mut profile, url, region, settings }: Place) -> Self {
        profile.version = None;
        Self { profile: profile.started_elsewhere(), url, region, settings, host: Host::Elsewhere }
    }

    /// Stops what was started. A server that has ended by itself is told of on standard error.
    pub(super) async fn close(self) {
        match self.host {
            Host::Embedded(Embedded(server)) => server.shutdown().await,
            Host::Launched(launched) => {
                if let Some(died) = launched.stop().await {
                    // With standard error closed there is nobody left to tell.
                    let _ = tell(&self.profile.name, &died, &mut std::io::stderr());
                }
            }
            Host::Elsewhere => {}
        }
    }
}

/// Lines that a log's tail has at most.
const LINES: usize = 20;

fn tell(name: &str, died: &Died, to: &mut dyn Write) -> std::io::Result<()> {
    writeln!(to, "{name} ended by itself ({}); its log ends:", died.status)?;
    untrusted::lines(&died.log, LINES).iter().try_for_each(|line| writeln!(to, "  {line}"))
}
