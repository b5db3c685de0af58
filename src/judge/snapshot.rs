//! Check `snapshot`: the exchanges of a case, normalised, against the recorded ones. insta's files and review apply.

use std::io;
use std::path::{Path, PathBuf};

use insta::Snapshot;

use super::finding::{Check, Fault, Finding};
use crate::case::Place;

/// Recorded exchanges of one target, one directory per operation.
#[derive(Debug, Clone)]
pub struct Snapshots {
    directory: PathBuf,
}

impl Snapshots {
    /// The recordings in a directory.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The file of a case: `SetUserSettings/turns_sms_on.snap`.
    pub fn path(&self, operation: &str, case: &str) -> PathBuf {
        let name = case.strip_prefix(operation).unwrap_or(case).trim_start_matches(':').replace("::", "__");
        self.directory.join(operation).join(format!("{name}.snap"))
    }

    /// Compares, and proposes what came as a new snapshot where it differs: `cargo insta review` shows it.
    ///
    /// # Errors
    /// The proposal cannot be written.
    pub fn check(&self, operation: &str, case: &str, exchanges: &str, place: Option<&Place>) -> io::Result<Option<Finding>> {
        let path = self.path(operation, case);
        let recorded = Snapshot::from_file(&path).ok();
        let recorded = recorded.as_ref().and_then(Snapshot::as_text).map(ToString::to_string);
        let fault = match recorded {
            Some(recorded) if recorded.trim_end() == exchanges.trim_end() => {
                withdraw(&path);
                return Ok(None);
            }
            Some(recorded) => Fault::SnapshotDiffers { diff: super::diff::lines(recorded.trim_end(), exchanges.trim_end()) },
            None => Fault::SnapshotMissing,
        };
        propose(&path, case, exchanges)?;
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

/// New content lands beside the old one and waits for a person; `INSTA_UPDATE=always` accepts at once, `no` writes nothing.
fn propose(path: &Path, case: &str, exchanges: &str) -> io::Result<()> {
    let target = match std::env::var("INSTA_UPDATE").as_deref() {
        Ok("always") => path.to_owned(),
        Ok("no") => return Ok(()),
        _ if std::env::var_os("CI").is_some() => return Ok(()),
        _ => path.with_extension("snap.new"),
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(target, format!("---\nsource: cases\nexpression: {case}\n---\n{}\n", exchanges.trim_end()))
}

/// What was proposed before, perhaps by an earlier try of the same case, is no longer to be reviewed.
fn withdraw(path: &Path) {
    let _ = std::fs::remove_file(path.with_extension("snap.new"));
}

#[cfg(test)]
mod tests {
    use super::*;

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
