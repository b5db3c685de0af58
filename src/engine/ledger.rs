//! The ledger: a file that names what a run has created and not yet removed, so that a killed run can be swept.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request that removes something that a run created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Removal {
    /// The operation: `DeleteUserPool`.
    pub operation: String,
    /// Its input. Ids only, never a secret.
    pub request: Value,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// First line: whose ledger it is.
    Run {
        run_id: String,
        endpoint: String,
        region: String,
        pid: u32,
        #[serde(default)]
        live: bool,
    },
    /// Something was created.
    Created { id: u64, removal: Removal },
    /// It was removed.
    Removed { id: u64 },
}

/// What a run has created and not yet removed.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    next: u64,
    open: BTreeMap<u64, Removal>,
}

/// A run's ledger as it was left.
#[derive(Debug, Clone, PartialEq)]
pub struct Leftover {
    /// The file.
    pub path: PathBuf,
    /// The run.
    pub run_id: String,
    /// Where the things are.
    pub endpoint: String,
    /// The region that requests were signed for.
    pub region: String,
    /// The process that ran it.
    pub pid: u32,
    /// Whether that is a live target.
    pub live: bool,
    /// What remains, latest first.
    pub removals: Vec<Removal>,
}

impl Ledger {
    /// Where ledgers are kept: `$XDG_STATE_HOME/cognito-conformance`, or `~/.local/state/cognito-conformance`.
    pub fn default_directory() -> PathBuf {
        let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/state"));
        let state = std::env::var_os("XDG_STATE_HOME").filter(|state| !state.is_empty()).map(PathBuf::from).or_else(home);
        state.unwrap_or_else(std::env::temp_dir).join("cognito-conformance")
    }

    /// A new ledger of a run. `live`: its target is.
    ///
    /// # Errors
    /// The file cannot be written: nothing should be created that could not be found again.
    pub fn create(directory: &Path, run_id: &str, endpoint: &str, region: &str, live: bool) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let path = directory.join(format!("{run_id}.jsonl"));
        let mut file = OpenOptions::new().create_new(true).append(true).open(&path)?;
        let (endpoint, region) = (endpoint.to_owned(), region.to_owned());
        write(&mut file, &Line::Run { run_id: run_id.to_owned(), endpoint, region, pid: std::process::id(), live })?;
        Ok(Self { path, state: Mutex::new(State { file, next: 1, open: BTreeMap::new() }) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes something that was created.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn created(&self, removal: Removal) -> io::Result<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let id = state.next;
        state.next += 1;
        state.open.insert(id, removal.clone());
        write(&mut state.file, &Line::Created { id, removal })?;
        Ok(id)
    }

    /// Notes that it was removed. Returns whether it was still there: each thing is removed once.
    pub fn take(&self, id: u64) -> Option<Removal> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.remove(&id)
    }

    /// Takes back what was taken: it could not be reached.
    pub fn put_back(&self, id: u64, removal: Removal) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.insert(id, removal);
    }

    /// Notes for good that nothing remains of it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn removed(&self, id: u64) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut state.file, &Line::Removed { id })
    }

    /// What remains, latest first.
    pub fn open(&self) -> Vec<u64> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.keys().rev().copied().collect()
    }

    /// The requests that would remove what remains, latest first.
    pub fn remaining(&self) -> Vec<Removal> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.values().rev().cloned().collect()
    }

    /// Ends the ledger: the file goes when nothing remains.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn close(self) -> io::Result<()> {
        match leftover(&self.path) {
            Ok(Some(left)) if !left.removals.is_empty() => Ok(()),
            _ => std::fs::remove_file(&self.path),
        }
    }
}

fn write(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_string(line).map_err(io::Error::other)?;
    text.push('\n');
    file.write_all(text.as_bytes())
}

/// The ledgers that runs left behind in a directory. A line that was cut short by a kill is passed over.
///
/// # Errors
/// The directory or a file in it cannot be read.
pub fn leftovers(directory: &Path) -> io::Result<Vec<Leftover>> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    paths.sort();
    paths.iter().filter_map(|path| leftover(path).transpose()).collect()
}

fn leftover(path: &Path) -> io::Result<Option<Leftover>> {
    let text = std::fs::read_to_string(path)?;
    let (mut run, mut open) = (None, BTreeMap::new());
    for line in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
        match line {
            Line::Run { run_id, endpoint, region, pid, live } => run = Some((run_id, endpoint, region, pid, live)),
            Line::Created { id, removal } => drop(open.insert(id, removal)),
            Line::Removed { id } => drop(open.remove(&id)),
        }
    }
    let removals = open.into_values().rev().collect();
    let path = path.to_owned();
    Ok(run.map(|(run_id, endpoint, region, pid, live)| Leftover { path, run_id, endpoint, region, pid, live, removals }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn removal(id: &str) -> Removal {
        Removal { operation: "DeleteUserPool".to_owned(), request: json!({"UserPoolId": id}) }
    }

    #[test]
    fn what_was_not_removed_is_found_again() {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::create(directory.path(), "r1", "http://127.0.0.1:1/", "us-east-1", false).expect("made");
        let first = ledger.created(removal("a_1")).expect("noted");
        ledger.created(removal("a_2")).expect("noted");
        assert_eq!(ledger.take(first), Some(removal("a_1")));
        assert_eq!(ledger.take(first), None, "each thing is removed once");
        ledger.put_back(first, removal("a_1"));
        assert_eq!(ledger.remaining(), [removal("a_2"), removal("a_1")], "what could not be reached is still to be removed");
        ledger.take(first).expect("still there");
        ledger.removed(first).expect("noted");
        drop(ledger);
        let left = leftovers(directory.path()).expect("readable");
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].run_id.as_str(), &left[0].removals), ("r1", &vec![removal("a_2")]));
    }

    #[test]
    fn an_empty_ledger_goes() {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::create(directory.path(), "r1", "http://127.0.0.1:1/", "us-east-1", false).expect("made");
        ledger.close().expect("closed");
        assert_eq!(leftovers(directory.path()).expect("readable"), []);
    }
}
