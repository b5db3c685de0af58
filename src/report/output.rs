//! Where a report goes: standard output, or a file that is there as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A place that one whole document is written to at the end of a run.
pub trait Output: Send {
    /// Writes the document.
    ///
    /// # Errors
    /// It cannot be written; the message names the file.
    fn put(&mut self, document: &[u8]) -> io::Result<()>;
}

/// Any stream, standard output above all.
impl<W: Write + Send> Output for W {
    fn put(&mut self, document: &[u8]) -> io::Result<()> {
        self.write_all(document)?;
        self.flush()
    }
}

/// A file, written beside its final place and then renamed, so that nobody reads half a report.
/// A device or a pipe (`/dev/stdout`) is written to directly.
#[derive(Debug)]
pub struct ReportFile {
    path: PathBuf,
    /// `None` where the path is a device or a pipe.
    draft: Option<PathBuf>,
}

impl ReportFile {
    /// Makes sure, before a run begins, that the file can be written at its end.
    ///
    /// # Errors
    /// The folder is missing or closed to us, or the path is a folder; the message names it.
    pub fn create(path: &Path) -> io::Result<Self> {
        Self::open(path).map_err(|error| name_file(path, &error))
    }

    fn open(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; name a file in it")),
            Ok(found) if !found.is_file() => Ok(Self { path, draft: None }),
            _ => {
                let draft = draft_beside(&path)?;
                File::create(&draft)?;
                Ok(Self { path, draft: Some(draft) })
            }
        }
    }

    fn write(&self, document: &[u8]) -> io::Result<()> {
        let Some(draft) = &self.draft else {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(document);
        };
        let mut file = File::create(draft)?;
        file.write_all(document)?;
        file.sync_all()?;
        fs::rename(draft, &self.path)
    }
}

impl Output for ReportFile {
    fn put(&mut self, document: &[u8]) -> io::Result<()> {
        self.write(document).map_err(|error| name_file(&self.path, &error))
    }
}

impl Drop for ReportFile {
    /// Removes the draft of a report that was never finished.
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            // After a finished report there is no draft any more, and nobody to tell otherwise.
            let _ = fs::remove_file(draft);
        }
    }
}

fn draft_beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(format!(".{}.draft", std::process::id()));
    Ok(path.with_file_name(draft))
}

fn name_file(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("folder is there");
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn replaces_the_file_as_a_whole() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("report.json");
        fs::write(&path, "a longer text from the run before").expect("writable");
        let mut file = ReportFile::create(&path).expect("writable");
        file.put(b"new").expect("writable");
        drop(file);
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn an_unfinished_report_leaves_the_old_one_and_no_draft() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("report.json");
        fs::write(&path, "old").expect("writable");
        drop(ReportFile::create(&path).expect("writable"));
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn says_early_which_file_cannot_be_written() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("missing").join("report.json");
        let error = ReportFile::create(&path).expect_err("no such folder").to_string();
        assert!(error.contains("missing/report.json: "), "{error}");
        let error = ReportFile::create(folder.path()).expect_err("a folder").to_string();
        assert!(error.ends_with("it is a folder; name a file in it"), "{error}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error_and_the_device_stays() {
        let device = Path::new("/dev/full");
        let mut file = ReportFile::create(device).expect("opens");
        let error = file.put(b"x").expect_err("always full").to_string();
        assert!(error.starts_with("/dev/full: No space left"), "{error}");
        drop(file);
        assert!(device.exists());
    }
}
