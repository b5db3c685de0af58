//! The files of a recording.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{Damage, RecordingError};
use crate::engine::{ShownExchange, transcript};
use crate::judge::{Recorded, SnapshotError, Snapshots};

/// The exchanges of all cases.
pub(super) fn exchanges(directory: &Path) -> Result<BTreeMap<String, Vec<ShownExchange>>, RecordingError> {
    Ok(read(directory)?.into_iter().map(|(case, (_, exchanges))| (case, exchanges)).collect())
}

/// The file of each case.
pub(super) fn paths(directory: &Path) -> Result<BTreeMap<String, PathBuf>, RecordingError> {
    Ok(read(directory)?.into_iter().map(|(case, (path, _))| (case, path)).collect())
}

/// Makes sure that a folder holds recorded exchanges to compare with, and that all of them can be read. They need not have been
/// recorded as a whole: `cargo insta` keeps such folders too.
///
/// # Errors
/// There are none, or some are damaged.
pub fn check_snapshots(directory: &Path) -> Result<(), RecordingError> {
    match paths(directory)?.is_empty() && !Snapshots::are_accepted_unseen() {
        true => Err(RecordingError::NoSnapshots { directory: directory.to_owned() }),
        false => Ok(()),
    }
}

fn read(directory: &Path) -> Result<BTreeMap<String, (PathBuf, Vec<ShownExchange>)>, RecordingError> {
    let files = Snapshots::new(directory.to_owned()).files().map_err(|error| damaged(vec![error]))?;
    let (mut cases, mut damage) = (BTreeMap::<String, (PathBuf, Vec<ShownExchange>)>::new(), Vec::new());
    for path in files {
        match one(&path) {
            Ok((case, exchanges)) => {
                if let Some((other, _)) = cases.get(&case) {
                    damage.push(SnapshotError::new(&path, format!("{} is of the same case, {case}", other.display())));
                } else {
                    cases.insert(case, (path, exchanges));
                }
            }
            Err(error) => damage.push(error),
        }
    }
    if damage.is_empty() { Ok(cases) } else { Err(damaged(damage)) }
}

fn one(path: &Path) -> Result<(String, Vec<ShownExchange>), SnapshotError> {
    let recorded = Recorded::read(path)?.ok_or_else(|| SnapshotError::new(path, "it has gone"))?;
    let exchanges = transcript::read(&recorded.exchanges).map_err(|error| SnapshotError::new(path, format!("its exchanges: {error}")))?;
    if exchanges.is_empty() {
        return Err(SnapshotError::new(path, "it holds no exchanges"));
    }
    Ok((recorded.case, exchanges))
}

fn damaged(errors: Vec<SnapshotError>) -> RecordingError {
    RecordingError::Damaged(Damage(errors))
}
