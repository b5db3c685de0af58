//! Starting the server under test, and making sure that nothing of it remains.

mod error;
mod home;
mod orphan;
mod readiness;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use url::Url;

pub use self::error::LaunchError;
use self::home::Home;
pub use self::orphan::{Orphan, orphans, stop_orphans};
use self::readiness::Readiness;
use super::group::Group;
use super::{Hidden, Profile, Start, log};

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

/// How a server ended that nobody had asked to.
#[derive(Debug)]
pub struct Died {
    /// Its exit status, or the signal that killed it.
    pub status: String,
    /// The last lines of its log.
    pub log: String,
}

impl Launched {
    /// Starts the server of a profile on a free port of 127.0.0.1 and waits until it is ready.
    ///
    /// `state_dir` takes the server's files and, while it runs, a record of it. If this process is killed outright, [`stop_orphans`] of the
    /// same directory ends the server. The directory must be one that only this user can write to.
    pub async fn start(profile: &Profile, state_dir: &Path) -> Result<Self, LaunchError> {
        let start = start_of(profile)?;
        let mut attempt = 1;
        loop {
            let prepare =
                |source| LaunchError::Prepare { name: profile.name.clone(), what: "find a free port of 127.0.0.1".into(), source };
            let endpoint = endpoint_at(free_port().map_err(prepare)?);
            let mut launched = Self::spawn(profile, start, endpoint, state_dir)?;
            match launched.wait_until_ready(profile, start).await {
                Err(LaunchError::Ended { log, .. }) if attempt < ATTEMPTS && log::says_port_is_taken(&log) => attempt += 1,
                outcome => return outcome.map(|()| launched),
            }
        }
    }

    /// As [`Launched::start`], for a server that is to be reached at `endpoint`, where nobody may answer yet. `{port}` is that of the endpoint.
    pub async fn start_at(profile: &Profile, endpoint: &Url, state_dir: &Path) -> Result<Self, LaunchError> {
        let start = start_of(profile)?;
        if Readiness::new(profile, endpoint, start)?.look().await.is_ok() {
            return Err(LaunchError::Occupied { name: profile.name.clone(), url: endpoint.to_string() });
        }
        let mut launched = Self::spawn(profile, start, endpoint.clone(), state_dir)?;
        launched.wait_until_ready(profile, start).await?;
        Ok(launched)
    }

    /// Where it is reached; `http://127.0.0.1:PORT/` unless another endpoint was asked for.
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The last 20 lines of what it wrote to standard output and standard error.
    pub fn log_tail(&self) -> String {
        log::tail(&self.home.log())
    }

    /// The profile with what is known now that the server runs: where its log and its work directory are.
    pub fn settle(&self, mut profile: Profile) -> Profile {
        let (log, workdir) = (self.home.log(), self.home.work());
        profile.doors.values_mut().for_each(|door| door.settle(&log.to_string_lossy(), &workdir.to_string_lossy()));
        profile
    }

    /// Asks the server to end, and kills what is left of it after 3 seconds. Says how it had ended, if it had without being asked.
    pub async fn stop(mut self) -> Option<Died> {
        if self.group.has_ended() {
            return Some(self.died());
        }
        self.group.terminate();
        let deadline = Instant::now() + GRACE;
        while !self.group.has_ended() && Instant::now() < deadline {
            sleep(POLL).await;
        }
        None
    }

    fn spawn(profile: &Profile, start: &Start, endpoint: Url, state_dir: &Path) -> Result<Self, LaunchError> {
        let prepare = |what: String| move |source| LaunchError::Prepare { name: profile.name.clone(), what, source };
        let home = Home::new(&profile.name, state_dir).map_err(prepare(format!("make a work directory in {}", state_dir.display())))?;
        home.write_files(start).map_err(prepare("write the profile's files".into()))?;
        let port = endpoint.port_or_known_default().unwrap_or_default().to_string();
        let fill = |text: &str| text.replace("{port}", &port).replace("{workdir}", &home.work().to_string_lossy());
        let command = command(start, &home, &fill).map_err(prepare("open its log and its directory".into()))?;
        let program = command.get_program().to_string_lossy().into_owned();
        let group = Group::spawn(command).map_err(|source| not_run(profile, program, source))?;
        if let Err(error) = orphan::record(home.path(), group.id(), &start.command) {
            tracing::warn!(server = profile.name, %error, "no record of the server could be written; it would survive a kill of this process");
        }
        tracing::debug!(server = profile.name, %endpoint, pid = group.id(), "started");
        Ok(Self { endpoint, group, home })
    }

    async fn wait_until_ready(&mut self, profile: &Profile, start: &Start) -> Result<(), LaunchError> {
        let readiness = Readiness::new(profile, &self.endpoint, start)?;
        let deadline = Instant::now() + Duration::from_secs(start.ready.timeout_seconds);
        loop {
            let seen = readiness.look().await;
            // Looked at after the answer: another program on that port is not taken for ours.
            if self.group.has_ended() {
                let Died { status, log } = self.died();
                return Err(LaunchError::Ended { name: profile.name.clone(), status, log });
            }
            match seen {
                Ok(()) => return Ok(()),
                Err(_) if Instant::now() < deadline => sleep(POLL).await,
                Err(last) => return Err(self.not_ready(profile, start, &readiness, last)),
            }
        }
    }

    fn died(&mut self) -> Died {
        let status = self.group.kill().map_or_else(|error| error.to_string(), |status: ExitStatus| status.to_string());
        Died { status, log: self.log_tail() }
    }

    fn not_ready(&self, profile: &Profile, start: &Start, readiness: &Readiness, last: String) -> LaunchError {
        let (name, url, log) = (profile.name.clone(), readiness.url().to_string(), self.log_tail());
        LaunchError::NotReady { name, seconds: start.ready.timeout_seconds, url, last, log }
    }
}

fn start_of(profile: &Profile) -> Result<&Start, LaunchError> {
    profile.start.as_ref().ok_or_else(|| LaunchError::NoStart { name: profile.name.clone() })
}

/// The command, with its placeholders replaced, in its directory, writing to the log.
fn command(start: &Start, home: &Home, fill: &impl Fn(&str) -> String) -> io::Result<Command> {
    let mut words = start.command.iter().map(|word| fill(word));
    let program = words.next().unwrap_or_default();
    let log = File::create(home.log())?;
    let mut command = Command::new(located(program)?);
    command.args(words).current_dir(directory(start, home, fill)?).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_withheld(name)) {
        command.env_remove(name);
    }
    command.envs(start.env.iter().map(|(name, value): (&String, &Hidden<String>)| (name, fill(value.reveal()))));
    Ok(command)
}

/// Where it runs. One that is not there is told here: of the program's start only "not found" would be known.
fn directory(start: &Start, home: &Home, fill: &impl Fn(&str) -> String) -> io::Result<PathBuf> {
    let directory = start.directory.as_ref().map_or_else(|| Ok(home.work()), |directory| std::path::absolute(fill(directory)))?;
    std::fs::read_dir(&directory).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", directory.display())))?;
    Ok(directory)
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
