//! Servers whose suite was killed outright, and how to end them without ever touching another process.
//!
//! A process id alone says nothing: it may have been given to somebody else. A record therefore names the id, the time at which that
//! process started, and the boot that the time counts from; Linux tells these in `/proc`. Elsewhere no record is written, and no orphan found.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What the directories of servers start with.
const PREFIX: &str = "server-";
/// Name of a record.
const RECORD: &str = "server.json";

/// A server that runs although the suite that started it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Process id of the server.
    pub pid: u32,
    /// What was run: program and arguments as the profile has them.
    pub command: Vec<String>,
    /// The directory with its files.
    pub directory: PathBuf,
}

/// One process of one boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    pid: u32,
    /// When it started, in clock ticks since the boot.
    started: u64,
    boot: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    server: Identity,
    suite: Identity,
    command: Vec<String>,
}

impl Identity {
    /// Who has that process id now; nobody, if it has ended and only waits to be reaped.
    fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name before it stands in parentheses and may hold anything; see proc_pid_stat(5).
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let (state, started) = (fields.first()?, fields.get(19)?.parse().ok()?);
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned();
        (!matches!(*state, "Z" | "X")).then_some(Self { pid, started, boot })
    }

    fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }
}

/// Prefix of the directory of a server of that profile.
pub(super) fn directory_prefix(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{PREFIX}{name}-")
}

/// Notes that this process has started a server.
pub(super) fn record(directory: &Path, pid: u32, command: &[String]) -> io::Result<()> {
    let (Some(server), Some(suite)) = (Identity::of(pid), Identity::of(std::process::id())) else { return Ok(()) };
    write(directory, &Record { server, suite, command: command.to_vec() })
}

/// As a whole or not at all: a suite may be killed while it writes, and a sweep may read meanwhile.
fn write(directory: &Path, record: &Record) -> io::Result<()> {
    let mut draft = tempfile::NamedTempFile::new_in(directory)?;
    draft.write_all(&serde_json::to_vec(record)?)?;
    draft.persist(directory.join(RECORD))?;
    Ok(())
}

/// The servers recorded in `state_dir` that run although the suite that started them does not.
pub fn orphans(state_dir: &Path) -> io::Result<Vec<Orphan>> {
    let alive = abandoned(state_dir)?.into_iter().filter(|(_, record)| record.server.is_alive());
    Ok(alive.map(|(directory, record)| Orphan { pid: record.server.pid, command: record.command, directory }).collect())
}

/// Ends the [`orphans`] of `state_dir`, with their process groups, and removes the files of every suite that is gone.
/// Gives the servers that it ended.
pub async fn stop_orphans(state_dir: &Path) -> io::Result<Vec<Orphan>> {
    let found = orphans(state_dir)?;
    let abandoned = abandoned(state_dir)?;
    for (directory, record) in &abandoned {
        end(&record.server).await;
        fs::remove_dir_all(directory)?;
    }
    Ok(found)
}

/// Records of suites that are gone, with their directories. What is not a record of ours is left alone.
fn abandoned(state_dir: &Path) -> io::Result<Vec<(PathBuf, Record)>> {
    let entries = match fs::read_dir(state_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let ours = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    let directories = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(ours);
    let records = directories.filter_map(|directory| Some((read(&directory)?, directory)));
    Ok(records.filter(|(record, _)| !record.suite.is_alive()).map(|(record, directory)| (directory, record)).collect())
}

fn read(directory: &Path) -> Option<Record> {
    serde_json::from_slice(&fs::read(directory.join(RECORD)).ok()?).ok()
}

/// Asks a process group to end, and kills it after the same grace as a server of a living suite.
#[cfg(unix)]
async fn end(leader: &Identity) {
    use rustix::process::Signal;
    signal(leader, Signal::TERM);
    let deadline = tokio::time::Instant::now() + super::GRACE;
    while leader.is_alive() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(super::POLL).await;
    }
    signal(leader, Signal::KILL);
}

/// Signals the group of a process that is still the one recorded.
#[cfg(unix)]
fn signal(leader: &Identity, signal: rustix::process::Signal) {
    let pid = i32::try_from(leader.pid).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid.filter(|_| leader.is_alive()) {
        // It fails only where nobody is left to signal.
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

#[cfg(not(unix))]
async fn end(_leader: &Identity) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use rstest::rstest;

    use super::*;

    fn sleeper() -> Child {
        Command::new("sleep").arg("60").process_group(0).spawn().expect("sleep")
    }

    /// A process that has ended, as a suite that was killed.
    fn gone() -> Identity {
        let mut child = sleeper();
        let identity = Identity::of(child.id()).expect("runs");
        child.kill().expect("kill");
        child.wait().expect("wait");
        identity
    }

    fn recorded(state: &Path, server: Identity, suite: Identity) -> PathBuf {
        let directory = state.join("server-x-1");
        fs::create_dir_all(&directory).expect("a directory");
        write(&directory, &Record { server, suite, command: vec!["sleep".into()] }).expect("write");
        directory
    }

    #[tokio::test]
    async fn an_orphan_is_found_and_ended_and_its_files_are_removed() {
        let (state, mut server) = (tempfile::tempdir().expect("a directory"), sleeper());
        let directory = recorded(state.path(), Identity::of(server.id()).expect("runs"), gone());
        let found = orphans(state.path()).expect("found");
        assert_eq!(found, [Orphan { pid: server.id(), command: vec!["sleep".into()], directory: directory.clone() }]);
        assert_eq!(stop_orphans(state.path()).await.expect("stopped"), found);
        assert!(!server.wait().expect("ended").success());
        assert!(!directory.exists());
    }

    #[rstest]
    #[case::suite_runs(true, 0, "")]
    #[case::other_process_with_that_id(false, 1, "")]
    #[case::other_boot(false, 0, "x")]
    #[tokio::test]
    async fn nothing_else_is_ended(#[case] suite_runs: bool, #[case] later: u64, #[case] boot: &str) {
        let (state, mut server) = (tempfile::tempdir().expect("a directory"), sleeper());
        let mut identity = Identity::of(server.id()).expect("runs");
        identity.started += later;
        identity.boot += boot;
        let suite = if suite_runs { Identity::of(std::process::id()).expect("runs") } else { gone() };
        let directory = recorded(state.path(), identity, suite);
        assert_eq!(stop_orphans(state.path()).await.expect("looked"), []);
        assert_eq!(server.try_wait().expect("looked"), None);
        assert_eq!(directory.exists(), suite_runs);
        server.kill().expect("kill");
        server.wait().expect("wait");
    }

    #[tokio::test]
    async fn foreign_files_are_left_alone() {
        let state = tempfile::tempdir().expect("a directory");
        for (name, text) in [("other", "{}"), ("server-y-1", "not JSON")] {
            fs::create_dir(state.path().join(name)).expect("a directory");
            fs::write(state.path().join(name).join(RECORD), text).expect("write");
        }
        assert_eq!(stop_orphans(state.path()).await.expect("looked"), []);
        assert_eq!(fs::read_dir(state.path()).expect("read").count(), 2);
        assert_eq!(orphans(&state.path().join("absent")).expect("looked"), []);
    }
}
