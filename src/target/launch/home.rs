//! Where a server's files are.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::orphan;
use crate::target::Start;

/// A directory of the server's own: `work/` to run in, `server.log`, and a record for [`orphan::orphans`].
#[derive(Debug)]
pub(super) struct Home(TempDir);

impl Home {
    /// A fresh one in `state_dir`.
    pub(super) fn new(name: &str, state_dir: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(state_dir)?;
        // Absolute, because the server runs elsewhere.
        let directory = tempfile::Builder::new().prefix(&orphan::directory_prefix(name)).tempdir_in(std::path::absolute(state_dir)?)?;
        std::fs::create_dir(directory.path().join("work"))?;
        Ok(Self(directory))
    }

    /// All of it, the record included.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// What the server may take for its own.
    pub(super) fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// What it writes to standard output and standard error.
    pub(super) fn log(&self) -> PathBuf {
        self.path().join("server.log")
    }

    /// Puts the profile's files into the work directory.
    pub(super) fn write_files(&self, start: &Start) -> io::Result<()> {
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
