//! Starting the server under test, and making sure that nothing of it remains.

mod group;
mod log;
mod orphan;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use thiserror::Error;
use tokio::time::{Instant, sleep};
use url::Url;

use self::group::Group;
pub use self::orphan::{Orphan, orphans, stop_orphans};
use super::{Hidden, Profile, Ready, Start};

/// Time between two looks at a server that starts or ends.
const POLL: Duration = Duration::from_millis(20);
/// Time that a server gets to end by itself.
const GRACE: Duration = Duration::from_secs(3);
/// A free port may be taken by another program before the server binds it; then another one is tried.
const ATTEMPTS: u32 = 3;

/// A server that was started for this run. Dropping it kills the server with all its children and removes its files.
#[derive(Debug)]
pub struct Launched {
    endpoint: Url,
    group: Group,
    // After the group, so that the server is gone when its files are removed.
    home: Home,
}

/// The server could not be started.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// The profile does not say how.
    #[error("start {name}: its profile has no `start`; start it yourself and name its endpoint")]
    NoStart {
        /// The profile.
        name: String,
    },
    /// The program is not there.
    #[error("start {name}: {program} is not installed{}", install.as_deref().map(|command| format!("; install it with: {command}")).unwrap_or_default())]
    NotInstalled {
        /// The profile.
        name: String,
        /// The program.
        program: String,
        /// The command that installs it.
        install: Option<String>,
    },
    /// The program cannot be run.
    #[error("start {name}: run {program}: {source}")]
    Spawn {
        /// The profile.
        name: String,
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The work directory or the port could not be had.
    #[error("start {name}: {what}: {source}")]
    Prepare {
        /// The profile.
        name: String,
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// It ended before it was ready.
    #[error("start {name}: it ended ({status}) before it was ready; its log ends:\n{log}")]
    Ended {
        /// The profile.
        name: String,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        log: String,
    },
    /// It was not ready in time.
    #[error("start {name}: not ready after {seconds} s: GET {url} {last}; its log ends:\n{log}")]
    NotReady {
        /// The profile.
        name: String,
        /// The limit.
        seconds: u64,
        /// What was asked.
        url: String,
        /// What came the last time.
        last: String,
        /// The last lines of its log.
        log: String,
    },
}

/// A directory of the server's own: `work/` to run in, `server.log`, and a record for [`orphans`].
#[derive(Debug)]
struct Home(TempDir);

impl Launched {
    /// Starts the server of a profile on a free port of 127.0.0.1 and waits until it is ready.
    ///
    /// `state_dir` takes the server's files and, while it runs, a record of it. If this process is killed outright, [`stop_orphans`] of the
    /// same directory ends the server. The directory must be one that only this user can write to.
    pub async fn start(profile: &Profile, state_dir: &Path) -> Result<Self, LaunchError> {
        let start = profile.start.as_ref().ok_or_else(|| LaunchError::NoStart { name: profile.name.clone() })?;
        let mut attempt = 1;
        loop {
            let mut launched = Self::spawn(profile, start, state_dir)?;
            match launched.wait_until_ready(&profile.name, &start.ready).await {
                Err(LaunchError::Ended { log, .. }) if attempt < ATTEMPTS && log::says_port_is_taken(&log) => attempt += 1,
                outcome => return outcome.map(|()| launched),
            }
        }
    }

    /// Where it listens: `http://127.0.0.1:PORT/`.
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The last 20 lines of what it wrote to standard output and standard error.
    pub fn log_tail(&self) -> String {
        log::tail(&self.home.log())
    }

    /// Asks the server to end, and kills what is left of it after 3 seconds.
    pub async fn stop(mut self) {
        self.group.terminate();
        let deadline = Instant::now() + GRACE;
        while !self.group.has_ended() && Instant::now() < deadline {
            sleep(POLL).await;
        }
    }

    fn spawn(profile: &Profile, start: &Start, state_dir: &Path) -> Result<Self, LaunchError> {
        let prepare = |what: String| move |source| LaunchError::Prepare { name: profile.name.clone(), what, source };
        let home = Home::new(&profile.name, state_dir).map_err(prepare(format!("make a work directory in {}", state_dir.display())))?;
        home.write_files(start).map_err(prepare("write the profile's files".into()))?;
        let port = free_port().map_err(prepare("find a free port of 127.0.0.1".into()))?;
        let endpoint = endpoint_at(port);
        let fill = |text: &str| text.replace("{port}", &port.to_string()).replace("{workdir}", &home.work().to_string_lossy());
        let command = command(start, &home, &fill).map_err(prepare("open its log".into()))?;
        let program = command.get_program().to_string_lossy().into_owned();
        let group = Group::spawn(command).map_err(|source| not_run(profile, program, source))?;
        if let Err(error) = orphan::record(home.path(), group.id(), &start.command) {
            tracing::warn!(server = profile.name, %error, "no record of the server could be written; it would survive a kill of this process");
        }
        tracing::debug!(server = profile.name, %endpoint, pid = group.id(), "started");
        Ok(Self { endpoint, group, home })
    }

    async fn wait_until_ready(&mut self, name: &str, ready: &Ready) -> Result<(), LaunchError> {
        let url = self.endpoint.join(&ready.path).unwrap_or_else(|_| self.endpoint.clone());
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(2));
        let client = client.build().map_err(|error| self.failed(name, "set up an HTTP client", io::Error::other(error)))?;
        let deadline = Instant::now() + Duration::from_secs(ready.timeout_seconds);
        loop {
            let seen = client.get(url.clone()).send().await.map(|response| response.status().as_u16());
            // Looked at after the answer: another program on that port is not taken for ours.
            if self.group.has_ended() {
                return Err(self.ended(name));
            }
            match seen {
                Ok(status) if status == ready.status => return Ok(()),
                _ if Instant::now() < deadline => sleep(POLL).await,
                seen => return Err(self.not_ready(name, ready, url, seen)),
            }
        }
    }

    fn failed(&self, name: &str, what: &str, source: io::Error) -> LaunchError {
        LaunchError::Prepare { name: name.to_owned(), what: what.to_owned(), source }
    }

    fn ended(&mut self, name: &str) -> LaunchError {
        let status = self.group.kill().map_or_else(|error| error.to_string(), |status: ExitStatus| status.to_string());
        LaunchError::Ended { name: name.to_owned(), status, log: self.log_tail() }
    }

    fn not_ready(&self, name: &str, ready: &Ready, url: Url, seen: reqwest::Result<u16>) -> LaunchError {
        let last = match seen {
            Ok(status) => format!("answers {status}, not {}", ready.status),
            Err(error) if error.is_connect() => "finds nobody listening".to_owned(),
            Err(error) if error.is_timeout() => "gets no answer".to_owned(),
            Err(error) => format!("fails: {}", error.without_url()),
        };
        LaunchError::NotReady { name: name.to_owned(), seconds: ready.timeout_seconds, url: url.into(), last, log: self.log_tail() }
    }
}

impl Home {
    fn new(name: &str, state_dir: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(state_dir)?;
        // Absolute, because the server runs elsewhere.
        let directory = tempfile::Builder::new().prefix(&orphan::directory_prefix(name)).tempdir_in(std::path::absolute(state_dir)?)?;
        std::fs::create_dir(directory.path().join("work"))?;
        Ok(Self(directory))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    fn log(&self) -> PathBuf {
        self.path().join("server.log")
    }

    fn write_files(&self, start: &Start) -> io::Result<()> {
        for (file, content) in &start.files {
            let path = self.work().join(file.as_path());
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, content)?;
        }
        Ok(())
    }
}

/// The command, with its placeholders replaced, in the work directory, writing to the log.
fn command(start: &Start, home: &Home, fill: &impl Fn(&str) -> String) -> io::Result<Command> {
    let mut words = start.command.iter().map(|word| fill(word));
    let program = words.next().unwrap_or_default();
    let log = File::create(home.log())?;
    let mut command = Command::new(located(program)?);
    command.args(words).current_dir(home.work()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_withheld(name)) {
        command.env_remove(name);
    }
    command.envs(start.env.iter().map(|(name, value): (&String, &Hidden<String>)| (name, fill(value.reveal()))));
    Ok(command)
}

/// The credentials of whoever runs the suite are none of the server's business, and would change how some behave.
fn is_withheld(variable: &OsStr) -> bool {
    variable.as_encoded_bytes().starts_with(b"AWS_")
}

/// A plain name stays one, to be looked up on PATH; a relative path is meant from here, not from the work directory.
fn located(program: String) -> io::Result<PathBuf> {
    if program.contains(std::path::is_separator) { std::path::absolute(program) } else { Ok(program.into()) }
}

fn not_run(profile: &Profile, program: String, source: io::Error) -> LaunchError {
    let name = profile.name.clone();
    if source.kind() == io::ErrorKind::NotFound {
        return LaunchError::NotInstalled { name, program, install: profile.install.clone() };
    }
    LaunchError::Spawn { name, program, source }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn endpoint_at(port: u16) -> Url {
    Url::parse(&format!("http://127.0.0.1:{port}/")).expect("a constant form and a number make a URL")
}

#[cfg(all(test, unix))]
mod tests;
