//! A target that is ready to be sent to: started for the run, or there already.

use std::io::Write;
use std::path::{Path, PathBuf};

use url::Url;

use super::Failure;
use super::command_line::CommandLine;
use super::endpoint::Against;
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
                Ok(Self::elsewhere(profile, url.clone()))
            }
            Against::Target { target, fallback } => Self::target(Profile::load(target)?, fallback.as_ref(), servers).await,
            Against::Started { command, url, target } => Self::started(command, url.as_ref(), target.as_deref(), servers).await,
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
            return Ok(Self::launched(Launched::start(&profile, servers).await?, profile));
        }
        let help = "give its endpoint with `--endpoint-url`".to_owned();
        let missing = || Failure::argument(format!("the profile of {} does not say how to start it", profile.name), help);
        let url = fallback.cloned().ok_or_else(missing)?;
        Ok(Self::elsewhere(profile, url))
    }

    async fn started(command: &CommandLine, url: Option<&Url>, target: Option<&str>, servers: &Path) -> Result<Self, Failure> {
        let words = command.words().to_vec();
        let profile = match target {
            Some(target) => Profile::load(target)?.started_by(words),
            None => Profile::for_command(words),
        };
        let launched = match url {
            Some(url) => Launched::start_at(&profile, url, servers).await?,
            None if profile.start.as_ref().is_some_and(Start::names_the_port) => Launched::start(&profile, servers).await?,
            None => {
                let help = "write `{port}` where its port goes, or name the endpoint with `--endpoint-url`".to_owned();
                return Err(Failure::argument("the command of --start does not say on which port the server listens", help));
            }
        };
        Ok(Self::launched(launched, profile))
    }

    fn launched(launched: Launched, profile: Profile) -> Self {
        Self { url: launched.endpoint().clone(), profile: launched.settle(profile), host: Host::Launched(Box::new(launched)) }
    }

    fn elsewhere(profile: Profile, url: Url) -> Self {
        Self { profile: profile.started_elsewhere(), url, host: Host::Elsewhere }
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
