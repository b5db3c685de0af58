//! What a later run needs to know of an earlier one: which cases did not pass.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::json::SCHEMA_VERSION;
use crate::engine::Outcome;

/// What an earlier run left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Cases with any outcome but `pass`.
    pub not_passed: BTreeSet<String>,
    /// It was interrupted: cases that it had not begun are not in its report.
    pub interrupted: bool,
}

/// A file that cannot be used as the report of an earlier run.
#[derive(Debug, Error, miette::Diagnostic)]
pub enum EarlierError {
    /// It cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
    /// It is something else.
    #[error("{} is no report of a run: {reason}", path.display())]
    #[diagnostic(help("give the file that `run --report FILE` wrote"))]
    NotAReport {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; may quote the file.
        reason: String,
    },
    /// Another version of this program wrote it.
    #[error("{} has schema version {found}, and this program reads version {SCHEMA_VERSION}", path.display())]
    #[diagnostic(help("write it anew with `run --report FILE`"))]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

#[derive(Deserialize)]
struct Versioned {
    schema_version: u64,
}

#[derive(Deserialize)]
struct Report {
    cases: Vec<Row>,
    summary: Figures,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    outcome: Outcome,
}

#[derive(Deserialize)]
struct Figures {
    interrupted: bool,
}

impl Earlier {
    /// Reads the JSON report of a run.
    ///
    /// # Errors
    /// It cannot be read, is no report, or is one of another version.
    pub fn read(path: &Path) -> Result<Self, EarlierError> {
        let text = std::fs::read(path).map_err(|reason| EarlierError::Read { path: path.to_owned(), reason })?;
        let wrong = |reason: serde_json::Error| {
            let reason = super::untrusted::line(&reason.to_string());
            EarlierError::NotAReport { path: path.to_owned(), reason }
        };
        let Versioned { schema_version: found } = serde_json::from_slice(&text).map_err(wrong)?;
        if found != u64::from(SCHEMA_VERSION) {
            return Err(EarlierError::Version { path: path.to_owned(), found });
        }
        let report: Report = serde_json::from_slice(&text).map_err(wrong)?;
        let left = report.cases.into_iter().filter(|row| row.outcome != Outcome::Pass);
        Ok(Self { not_passed: left.map(|row| row.name).collect(), interrupted: report.summary.interrupted })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Json, samples};
    use super::*;
    use rstest::rstest;

    fn read(text: &[u8]) -> Result<Earlier, EarlierError> {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("run.json");
        std::fs::write(&path, text).expect("written");
        Earlier::read(&path)
    }

    #[test]
    fn reads_what_the_report_writes() {
        let mut text = Vec::new();
        samples::play(&mut Json::new(&mut text));
        let earlier = read(&text).expect("a report");
        let all: BTreeSet<_> = samples::results().into_iter().map(|result| result.name).collect();
        let passed: Vec<_> = all.difference(&earlier.not_passed).collect();
        assert_eq!(passed, ["SetUserSettings::attribute_missing"]);
        assert!(!earlier.interrupted);
    }

    #[rstest]
    #[case::not_json("<html>", "is no report of a run")]
    #[case::something_else(r#"{"name":"x"}"#, "is no report of a run")]
    #[case::of_another_version(r#"{"schema_version":7,"rows":[]}"#, "has schema version 7, and this program reads version")]
    #[case::an_unknown_outcome(
        r#"{"schema_version":1,"summary":{"interrupted":false},"cases":[{"name":"x","outcome":"odd"}]}"#,
        "is no report"
    )]
    fn refuses_what_is_no_report(#[case] text: &str, #[case] message: &str) {
        let error = read(text.as_bytes()).expect_err("refused").to_string();
        assert!(error.contains(message), "{error}");
    }
}
