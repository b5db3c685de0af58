//! The result of a run: one JSON file, from which everything else is rendered, at once or later.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::reproduce::Reproduce;
use super::timestamp::rfc3339;
use super::untrusted;
use crate::case::Shard;
use crate::engine::{CaseResult, Event, RunStarted, Summary};
use crate::exit::Percent;

/// Version of the format. It grows when a member goes or changes its meaning, not when one comes.
pub const SCHEMA_VERSION: u32 = 1;

/// What is not judged where a tool sent the requests.
pub const NOT_SEEN: &str = "HTTP status and headers are not seen, and not judged";

/// The result of a run: `--report FILE`. Texts that come from the target stand here as they came, secrets replaced; who
/// prints them cleans them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunResult {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// Version of the suite that ran.
    pub suite_version: String,
    /// Where the model's facts came from.
    pub model: String,
    /// Name of the target: `reference`, `moto`, or the endpoint's host.
    pub target: String,
    /// Version of the target, where its profile pins one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    /// The endpoint.
    pub endpoint: String,
    /// Identifies this run in the names of what it created.
    pub run_id: String,
    /// When it began, in UTC: `2026-11-20T08:15:30Z`.
    pub started: String,
    /// Whether `--strict` was on.
    pub strict: bool,
    /// The tool that sent the requests of cases (`--via`), with its version: HTTP status and headers were not seen then, and not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The part of the selected cases that ran, as `1/4`; left out for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub shard: Option<Shard>,
    /// The least coverage that was asked for, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<Percent>,
    /// Folder of the case files, as the user named it; stands before the places of findings.
    pub cases_folder: String,
    /// The options that run one case against the same target again.
    pub reproduce: Reproduce,
    /// The run in figures.
    pub summary: Summary,
    /// Fixtures that could not be built.
    pub fixtures_failed: Vec<FixtureFailed>,
    /// What could not be removed from the target; `sweep` finds it.
    pub left_behind: Vec<String>,
    /// The cases, by name.
    pub cases: Vec<CaseResult>,
}

/// A fixture that could not be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FixtureFailed {
    /// Its name.
    pub fixture: String,
    /// Which step failed and what came back.
    pub cause: String,
}

/// What a result tells beside what the engine knows: how the user asked for the run.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The options that run one case against the same target again.
    pub reproduce: Reproduce,
    /// Folder of the case files, as the user named it.
    pub cases_folder: String,
    /// The least coverage that is asked for.
    pub min_coverage: Option<Percent>,
}

/// A result could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
    /// It is something else, or cut off.
    #[error("{} is no result of a run: {reason}; write one with `cognito-conformance run --report FILE`", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// It was written by a version that this one does not understand.
    #[error("{} has version {version} of the format, and this program reads version {SCHEMA_VERSION}; use the program that wrote it", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// Looked at first, so that another version is told as such.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

impl RunResult {
    /// A result in which nothing is known yet but how the run was asked for.
    pub(super) fn begin(context: Context) -> Self {
        let Context { reproduce, cases_folder, min_coverage } = context;
        Self { schema_version: SCHEMA_VERSION, reproduce, cases_folder, min_coverage, ..Self::default() }
    }

    /// Reads what `--report` wrote.
    ///
    /// # Errors
    /// The file cannot be read, is none of ours, or of another version.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let text = std::fs::read(path).map_err(|reason| ReadError::File { path: path.to_owned(), reason })?;
        let format = |reason| ReadError::Format { path: path.to_owned(), reason };
        let Version { schema_version: version } = serde_json::from_slice(&text).map_err(format)?;
        if version != SCHEMA_VERSION {
            return Err(ReadError::Version { path: path.to_owned(), version });
        }
        serde_json::from_slice(&text).map_err(format)
    }

    /// As one JSON object, with a line break at its end. Characters that a terminal would obey are escaped.
    ///
    /// # Errors
    /// Never, for a result that a run brought.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| untrusted::json(&text) + "\n")
    }

    /// The command that runs a case again.
    pub fn reproduce(&self, case: &str) -> String {
        self.reproduce.command(case)
    }

    /// Keeps what an event brings. `true` at the end of the run: all is known then, and cases are sorted by name.
    pub(super) fn take(&mut self, event: &Event) -> bool {
        match event {
            Event::RunStarted(started) => self.start(started),
            Event::FixtureBuilt { .. } => {}
            Event::FixtureFailed { fixture, cause } => {
                self.fixtures_failed.push(FixtureFailed { fixture: fixture.clone(), cause: cause.clone() });
            }
            Event::CaseFinished(result) => self.cases.push(result.as_ref().clone()),
            Event::CleanupFailed { cause } => self.left_behind.push(cause.clone()),
            Event::RunFinished(summary) => {
                self.cases.sort_by(|one, other| one.name.cmp(&other.name));
                self.summary = summary.clone();
                return true;
            }
        }
        false
    }

    fn start(&mut self, run: &RunStarted) {
        self.started = rfc3339(SystemTime::now());
        self.cases.reserve(run.selected);
        self.suite_version.clone_from(&run.suite_version);
        self.model.clone_from(&run.model);
        self.target.clone_from(&run.target);
        self.target_version.clone_from(&run.target_version);
        self.endpoint.clone_from(&run.endpoint);
        self.run_id.clone_from(&run.run_id);
        self.strict = run.strict;
        self.via.clone_from(&run.via);
        self.shard = run.shard;
    }
}

/// The JSON Schema of a result.
pub fn result_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(RunResult);
    schema.insert("title".to_owned(), "Result of a cognito-conformance run".into());
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::{Value, json};

    fn report() -> Value {
        serde_json::to_value(samples::result()).expect("JSON")
    }

    fn case<'a>(report: &'a Value, name: &str) -> &'a Value {
        report["cases"].as_array().expect("rows").iter().find(|case| case["name"] == name).expect("is there")
    }

    #[test]
    fn is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("run.json");
        let result = samples::result();
        std::fs::write(&path, result.to_json().expect("JSON")).expect("written");
        assert_eq!(RunResult::read(&path).expect("reads back"), result);
    }

    #[test]
    fn another_version_and_another_file_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("run.json");
        let message = |text: &str| {
            std::fs::write(&path, text).expect("written");
            RunResult::read(&path).expect_err("refused").to_string()
        };
        assert!(message(r#"{"schema_version": 2, "cases": 7}"#).contains("has version 2 of the format"));
        assert!(message(r#"{"name": "x"}"#).contains("is no result of a run"));
        assert!(message("<html>").contains("is no result of a run"));
    }

    #[test]
    fn says_what_ran_against_what() {
        let report = report();
        assert_eq!(report["schema_version"], 1);
        assert_eq!(report["target"], "moto");
        assert_eq!(report["target_version"], "5.2.5");
        assert_eq!(report["endpoint"], "http://127.0.0.1:5000");
        assert_eq!(report["reproduce"], json!(["--target", "moto"]));
        assert_eq!(report["fixtures_failed"], json!([{ "fixture": "mfa_pool", "cause": "SetUserPoolMfaConfig answered 500" }]));
        assert!(report["started"].as_str().is_some_and(|time| time.ends_with('Z')), "{report}");
    }

    #[test]
    fn has_two_figures_for_the_whole_and_for_each_operation() {
        let summary = &report()["summary"];
        let total = &summary["total"];
        assert_eq!(total["cases"], 13);
        assert_eq!(total["divergence"], json!(6.0 / 9.0));
        assert_eq!(total["coverage"], json!(9.0 / 13.0));
        assert_eq!(total["outcomes"]["blocked"], 2);
        assert_eq!(total["outcomes"]["known-failure"], 1);
        assert_eq!(total["flaky"], 1);
        assert_eq!(summary["operations"]["GetUser"]["divergence"], json!(0.5));
    }

    #[test]
    fn has_a_row_for_every_case_in_the_order_of_names() {
        let result = samples::result();
        assert_eq!(result.cases.len(), 13);
        assert!(result.cases.is_sorted_by_key(|case| &case.name));
    }

    #[test]
    fn a_finding_says_where_expected_and_actual() {
        let report = report();
        let finding = &case(&report, "SetUserSettings::turns_sms_on")["findings"][0];
        assert_eq!(finding["check"], "body");
        assert_eq!(finding["path"], "$.MFAOptions");
        assert_eq!(finding["actual"], "nothing");
        assert_eq!(finding["fault"]["kind"], "wrong-value");
        assert_eq!(finding["place"], json!({ "file": "mfa/set_user_settings.yaml", "line": 21, "column": 9 }));
    }

    /// `UPDATE_SCHEMA=1 cargo test run_result` writes it anew.
    #[test]
    fn the_committed_schema_is_current_and_fits() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/result.schema.json");
        let schema = result_schema();
        let current = format!("{schema:#}\n");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).expect("write the schema");
        }
        assert!(std::fs::read_to_string(path).expect("the schema") == current, "run UPDATE_SCHEMA=1 cargo test run_result");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let faults: Vec<_> = validator.iter_errors(&report()).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
