//! Check `snapshot`: the exchanges of a case, normalised, against the recorded ones. insta's files and review apply.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use insta::Snapshot;
use thiserror::Error;

use super::finding::{Check, Fault, Finding};
use crate::case::Place;

/// What the name of a snapshot's file ends with.
pub const EXTENSION: &str = "snap";

/// Recorded exchanges of one target, one directory per operation.
#[derive(Debug, Clone)]
pub struct Snapshots {
    directory: PathBuf,
}

/// A snapshot cannot be read or written.
#[derive(Debug, Error)]
#[error("{}: {reason}", path.display())]
pub struct SnapshotError {
    /// The file.
    pub path: PathBuf,
    /// Why not.
    pub reason: String,
}

impl SnapshotError {
    /// What is wrong with a file.
    pub fn new(path: &Path, reason: impl ToString) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The case that it is of.
    pub case: String,
    /// Its exchanges, as text.
    pub exchanges: String,
}

impl Snapshots {
    /// The recordings in a directory.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The file of a case: `SetUserSettings/turns_sms_on.snap`.
    pub fn path(&self, operation: &str, case: &str) -> PathBuf {
        let name = case.strip_prefix(operation).unwrap_or(case).trim_start_matches(':').replace("::", "__");
        self.directory.join(operation).join(format!("{name}.{EXTENSION}"))
    }

    /// Whether there is a recording of the case.
    pub fn has(&self, operation: &str, case: &str) -> bool {
        self.path(operation, case).exists()
    }

    /// Whether what a run shows is accepted unseen, so that a folder may be empty before it: `INSTA_UPDATE=always`.
    pub fn are_accepted_unseen() -> bool {
        std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
    }

    /// All files, by path.
    ///
    /// # Errors
    /// A directory cannot be read; that there is none is no error.
    pub fn files(&self) -> Result<Vec<PathBuf>, SnapshotError> {
        let directories = entries(&self.directory)?.into_iter().filter(|path| path.is_dir());
        let files = directories.map(|directory| entries(&directory)).collect::<Result<Vec<_>, _>>()?;
        Ok(files.into_iter().flatten().filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION)).collect())
    }

    /// Compares, and proposes what came as a new snapshot where it differs: `cargo insta review` shows it.
    ///
    /// # Errors
    /// The recording is none, or the proposal cannot be written.
    pub fn check(&self, operation: &str, case: &str, exchanges: &str, place: Option<&Place>) -> Result<Option<Finding>, SnapshotError> {
        let path = self.path(operation, case);
        let fault = match Recorded::read(&path)? {
            Some(recorded) if recorded.exchanges.trim_end() == exchanges.trim_end() => {
                withdraw(&path);
                return Ok(None);
            }
            Some(recorded) => Fault::SnapshotDiffers { diff: super::diff::lines(recorded.exchanges.trim_end(), exchanges.trim_end()) },
            None => Fault::SnapshotMissing,
        };
        propose(&path, &Recorded { case: case.to_owned(), exchanges: exchanges.to_owned() })?;
        let place = place.cloned();
        Ok(Some(Finding {
            check: Check::Snapshot,
            step: "exchanges".to_owned(),
            operation: operation.to_owned(),
            path: String::new(),
            fault,
            place,
        }))
    }
}

impl Recorded {
    /// Reads a file; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, or insta did not write it.
    pub fn read(path: &Path) -> Result<Option<Self>, SnapshotError> {
        let wrong = |reason: String| SnapshotError::new(path, reason);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error.to_string())),
        };
        // insta takes a file without a head for one of its old ones.
        if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
            return Err(wrong("it is no snapshot: its first line is not `---`".to_owned()));
        }
        let snapshot = Snapshot::from_file(path).map_err(|error| wrong(format!("it is no snapshot: {error}")))?;
        let case = snapshot.metadata().expression().ok_or_else(|| wrong("its head names no case as `expression`".to_owned()))?;
        let exchanges = snapshot.as_text().ok_or_else(|| wrong("it is no text".to_owned()))?;
        Ok(Some(Self { case: case.to_owned(), exchanges: exchanges.to_string() }))
    }

    /// Writes the file as a whole or not at all; makes its directory.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), SnapshotError> {
        let write = || {
            let directory = path.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(directory)?;
            let mut draft = tempfile::NamedTempFile::new_in(directory)?;
            draft.write_all(format!("---\nsource: cases\nexpression: {}\n---\n{}\n", self.case, self.exchanges.trim_end()).as_bytes())?;
            readable(&draft)?;
            draft.persist(path)?;
            io::Result::Ok(())
        };
        write().map_err(|error| SnapshotError::new(path, error))
    }
}

/// A temporary file is its owner's alone; a recording goes into a repository, where everybody may read it.
#[cfg(unix)]
fn readable(draft: &tempfile::NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    draft.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &tempfile::NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// What is in a directory, by path; nothing where there is no directory.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let listed = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()),
    };
    let mut paths = listed.map_err(|error| SnapshotError::new(directory, error))?;
    paths.sort();
    Ok(paths)
}

/// New content lands beside the old one and waits for a person; `INSTA_UPDATE=always` accepts at once, `no` writes nothing.
fn propose(path: &Path, recorded: &Recorded) -> Result<(), SnapshotError> {
    match std::env::var("INSTA_UPDATE").as_deref() {
        _ if Snapshots::are_accepted_unseen() => recorded.write(path),
        Ok("no") => Ok(()),
        _ if std::env::var_os("CI").is_some() => Ok(()),
        _ => recorded.write(&path.with_extension("snap.new")),
    }
}

/// What was proposed before, perhaps by an earlier try of the same case, is no longer to be reviewed.
fn withdraw(path: &Path) {
    let _ = std::fs::remove_file(path.with_extension("snap.new"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_file_is_read_back_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("GetUser/x.snap");
        let recorded = Recorded { case: "GetUser::x::model::A[0]".to_owned(), exchanges: "# request: GetUser\n{}\n=> 200\n{}".to_owned() };
        assert_eq!(Recorded::read(&path).expect("nothing there"), None);
        recorded.write(&path).expect("written");
        assert_eq!(Recorded::read(&path).expect("readable"), Some(recorded));
        assert_eq!(Snapshots::new(directory.path().to_owned()).files().expect("listed"), [path], "and no draft is left");
    }

    #[rstest]
    #[case::cut_to_nothing(b"", "its first line is not `---`")]
    #[case::something_else(b"hello", "its first line is not `---`")]
    #[case::a_broken_head(b"---\n\t{: [\n---\nx", "no snapshot")]
    #[case::a_head_that_never_ends(b"---\nsource: x\n", "names no case")]
    #[case::no_case(b"---\nsource: x\n---\nx", "names no case")]
    #[case::no_text(b"---\n\xff\xfe\n---\nx", "UTF-8")]
    fn what_is_no_snapshot_is_told_by_name(#[case] bytes: &[u8], #[case] reason: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("x.snap");
        std::fs::write(&path, bytes).expect("written");
        let error = Recorded::read(&path).expect_err("no snapshot").to_string();
        assert!(error.contains("x.snap") && error.contains(reason), "{error}");
    }

    #[test]
    fn reads_what_insta_writes_and_tells_a_difference() {
        let directory = tempfile::tempdir().expect("a directory");
        let snapshots = Snapshots::new(directory.path().to_owned());
        let path = snapshots.path("GetUser", "GetUser::shows::all");
        assert!(path.ends_with("GetUser/shows__all.snap"));
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(&path, "---\nsource: cases\nexpression: x\n---\nGET /\n").expect("written");
        let check = |text: &str| snapshots.check("GetUser", "GetUser::shows::all", text, None).expect("readable");
        assert_eq!(check("GET /"), None);
        std::fs::write(path.with_extension("snap.new"), "proposed before").expect("written");
        assert_eq!(check("GET /"), None);
        assert!(!path.with_extension("snap.new").exists(), "an earlier proposal is withdrawn");
        let finding = check("POST /").expect("a finding");
        assert!(finding.fault.diff().is_some_and(|diff| diff.contains("-GET /") && diff.contains("+POST /")));
    }
}
