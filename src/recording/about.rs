//! `recording.json`: what a folder of recorded exchanges holds, and what it lacks.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use url::Url;

use super::error::RecordingError;
use crate::aws::is_aws;
use crate::case::Filter;
use crate::report::{Output, ReportFile};

/// Name of the file.
pub(super) const FILE: &str = "recording.json";

/// Version of the format. It grows when a member goes or changes its meaning, not when one comes.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// What was recorded, of what, when, and what is missing. No account and no endpoint stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// How the recording ended.
    pub state: State,
    /// Name of the target.
    pub target: String,
    /// Its version, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_version: Option<String>,
    /// What kind of host answered.
    pub host: Host,
    /// It is the real service, or stands for it.
    pub live: bool,
    /// Region that was signed for.
    pub region: String,
    /// When the recording began, in UTC: `2026-11-20T08:15:30Z`.
    pub recorded: String,
    /// Version of the suite.
    pub suite_version: String,
    /// Where the model's facts came from.
    pub model: String,
    /// Which cases were asked for.
    pub selection: Selected,
    /// The recording in figures.
    pub figures: Figures,
    /// Selected cases of which nothing was observed, by reason.
    pub not_observed: Vec<Gap>,
    /// Operations that the target does not implement. How it says so is recorded all the same.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unsupported: BTreeSet<String>,
    /// Cases whose exchanges are those of an earlier recording.
    pub kept: Vec<Kept>,
}

/// How a recording ended. Only one that is complete has all that could be observed of the selected cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The run came to its end, and enough was observed.
    Complete,
    /// Too much was not observed: the endpoint was lost, throttled, or something basic failed.
    Short,
    /// The run was interrupted.
    Interrupted,
    /// It was not even written to its end: files of two recordings may be mixed.
    Unfinished,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Complete => "complete",
            Self::Short => "too little was observed",
            Self::Interrupted => "interrupted",
            Self::Unfinished => "not written to its end",
        })
    }
}

/// What kind of host answered. Its name may tell of an account or a company, and is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// One of Amazon's.
    Aws,
    /// The machine of the recording.
    Local,
    /// Another one.
    Elsewhere,
}

impl Host {
    /// The kind of an endpoint's host.
    pub fn of(endpoint: &Url) -> Self {
        match endpoint.host() {
            _ if is_aws(endpoint) => Self::Aws,
            Some(url::Host::Domain(name)) if name == "localhost" || name.ends_with(".localhost") => Self::Local,
            Some(url::Host::Ipv4(address)) if address.is_loopback() => Self::Local,
            Some(url::Host::Ipv6(address)) if address.is_loopback() => Self::Local,
            _ => Self::Elsewhere,
        }
    }
}

/// Which cases were asked for, in the words of the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// Parts of names; all cases where there is none.
    pub filters: Vec<String>,
    /// The filters are whole names.
    pub exact: bool,
    /// Parts of names that were left out.
    pub skip: Vec<String>,
}

impl Selected {
    /// Whether all cases were asked for.
    pub fn is_all(&self) -> bool {
        self.filters.is_empty() && self.skip.is_empty()
    }
}

impl From<&Filter> for Selected {
    fn from(filter: &Filter) -> Self {
        Self { filters: filter.filters.clone(), exact: filter.exact, skip: filter.skip.clone() }
    }
}

/// A recording in figures. Counts are of cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Asked for.
    pub selected: usize,
    /// Observed, and written.
    pub recorded: usize,
    /// Not observed.
    pub not_observed: usize,
    /// Still as an earlier recording has them.
    pub kept: usize,
}

/// Cases of which nothing was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Why.
    pub reason: String,
    /// Their names.
    pub cases: Vec<String>,
}

/// Cases whose exchanges are those of an earlier recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kept {
    /// When that one began, in UTC.
    pub recorded: String,
    /// Version of the suite that made it.
    pub suite_version: String,
    /// Their names.
    pub cases: Vec<String>,
}

/// Looked at first, so that another version is told as such.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

impl About {
    /// Reads the file of a folder; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, RecordingError> {
        let file = directory.join(FILE);
        let text = match std::fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(reason) => return Err(RecordingError::File { path: file, reason }),
        };
        let format = |error: serde_json::Error| RecordingError::Format { file: file.clone(), reason: error.to_string() };
        let Version { schema_version: version } = serde_json::from_slice(&text).map_err(format)?;
        if version != SCHEMA_VERSION {
            return Err(RecordingError::Version { file, version });
        }
        serde_json::from_slice(&text).map(Some).map_err(format)
    }

    /// Writes the file as a whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, directory: &Path) -> Result<(), RecordingError> {
        let path = directory.join(FILE);
        let failed = |reason| RecordingError::File { path: path.clone(), reason };
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))? + "\n";
        ReportFile::create(&path).and_then(|mut file| file.put(text.as_bytes())).map_err(failed)
    }

    /// Target, version and region, for people.
    pub fn of(&self) -> String {
        let version = self.target_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        format!("{}{version} in {}", self.target, self.region)
    }

    /// When the exchanges of a case were recorded, and by which version of the suite.
    pub fn origin_of(&self, case: &str) -> (&str, &str) {
        let kept = self.kept.iter().find(|kept| kept.cases.iter().any(|name| name == case));
        kept.map_or((&self.recorded, &self.suite_version), |kept| (&kept.recorded, &kept.suite_version))
    }

    /// Why nothing was observed of a case, where that is known.
    pub fn gap_of(&self, case: &str) -> Option<&str> {
        self.not_observed.iter().find(|gap| gap.cases.iter().any(|name| name == case)).map(|gap| gap.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://cognito-idp.eu-west-1.amazonaws.com", Host::Aws)]
    #[case("https://cognito-idp.cn-north-1.amazonaws.com.cn", Host::Aws)]
    #[case("https://amazonaws.com.example.org", Host::Elsewhere)]
    #[case("https://notamazonaws.com", Host::Elsewhere)]
    #[case("http://127.0.0.1:5000", Host::Local)]
    #[case("http://[::1]:5000", Host::Local)]
    #[case("http://localhost", Host::Local)]
    #[case("http://moto.localhost", Host::Local)]
    #[case("http://10.0.0.7", Host::Elsewhere)]
    fn a_host_is_of_a_kind(#[case] url: &str, #[case] kind: Host) {
        assert_eq!(Host::of(&Url::parse(url).expect("a URL")), kind);
    }

    #[test]
    fn is_read_back_as_it_was_written() {
        let directory = tempfile::tempdir().expect("a directory");
        assert_eq!(About::read(directory.path()).expect("nothing"), None);
        let about = super::super::samples::about("moto");
        about.write(directory.path()).expect("written");
        assert_eq!(About::read(directory.path()).expect("readable"), Some(about));
    }

    #[rstest]
    #[case("", "cannot be understood: EOF")]
    #[case("{\"schema_version\": 1}", "missing field")]
    #[case("{\"schema_version\": 2, \"new\": []}", "has version 2 of the format")]
    fn what_is_none_is_told(#[case] text: &str, #[case] message: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join(FILE), text).expect("written");
        let error = About::read(directory.path()).expect_err("none").to_string();
        assert!(error.contains(FILE) && error.contains(message), "{error}");
    }
}
