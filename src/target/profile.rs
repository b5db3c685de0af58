//! What is known of a server: a profile, one readable YAML file each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use schemars::JsonSchema;
use serde::Deserialize;

use super::door::{LONGEST, too_long};
use super::{Door, Hidden};
use crate::wire;

/// What is known of a server. Facts about one server stand here and in its baseline, never in a case.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name of the server; that of a built-in profile is also its file's name.
    pub name: String,
    /// What the server is, and what a reader of its results should know.
    pub about: String,
    /// The version that the facts below were observed with.
    #[serde(default)]
    pub version: Option<String>,
    /// The command that tells which version is installed: program and arguments; the first word of numbers and dots that it prints.
    /// Left out: reports do not name a version.
    #[serde(default)]
    pub version_command: Option<Vec<String>>,
    /// The command that installs that version; shown where the program is missing.
    #[serde(default)]
    pub install: Option<String>,
    /// How to start it. Left out: it runs already, at an endpoint that the caller names.
    #[serde(default)]
    pub start: Option<Start>,
    /// Where it is, for a service that is nobody's to start; `{region}` is replaced. Left out: where it was started, or where the caller says.
    #[serde(default)]
    pub endpoint_url: Option<String>,
    /// It is the real service, or stands for it: a run keeps within its published quotas, sends no message and touches nothing
    /// that it did not make itself, unless it is told to.
    #[serde(default)]
    pub live: bool,
    /// Each request that is a step of a case names the case and the step in the header `x-cognito-conformance-step`: for a server
    /// that answers as it was recorded.
    #[serde(default)]
    pub names_steps: bool,
    /// Things that must exist beforehand, by name; cases read them as `$target.sms_role_arn`.
    #[serde(default)]
    pub resources: BTreeMap<String, String>,
    /// What to sign with, for a server that takes made-up credentials. A profile is no place for real ones.
    #[serde(default)]
    pub credentials: Option<Credentials>,
    /// Region to sign for.
    #[serde(default = "default_region")]
    pub region: String,
    /// Side doors by name (`clock`, `codes`, `access_token`). Having a door is a capability of that name.
    #[serde(default)]
    pub doors: BTreeMap<String, Door>,
    /// What it can do beyond the API, beside its doors. A case that needs anything else is skipped, by name.
    #[serde(default)]
    pub capabilities: BTreeSet<String>,
    /// Capabilities that it lacks, each with the reason.
    #[serde(default)]
    pub lacks: BTreeMap<String, String>,
    /// Further answers that mean "not implemented", beside the answer to a made-up operation.
    #[serde(default)]
    pub not_implemented: Vec<NotImplemented>,
}

/// How to start a server. Each start gets a fresh, empty work directory and a free port of 127.0.0.1.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Program and arguments; `{port}` and `{workdir}` are replaced. A plain name is looked up on PATH, a relative path from where the suite is run.
    #[schemars(length(min = 1))]
    pub command: Vec<String>,
    /// Directory to run in, with the same placeholders; a relative one is meant from where the suite is run. Left out: the work directory.
    #[serde(default)]
    pub directory: Option<String>,
    /// Environment variables, with the same placeholders. The server gets those of the suite too, but for `AWS_*`.
    #[serde(default)]
    pub env: BTreeMap<String, Hidden<String>>,
    /// Files to put into the work directory first: a relative path and the content.
    #[serde(default)]
    pub files: BTreeMap<WorkFile, String>,
    /// How to tell that it is ready.
    pub ready: Ready,
}

/// A server is ready when a GET of this path gives this status; redirects are not followed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// Path, with the slash in front.
    #[schemars(regex(pattern = "^/"))]
    pub path: String,
    /// The status; `null` for any. Left out: 200.
    #[serde(default = "default_status")]
    pub status: Option<u16>,
    /// Seconds until giving up. Left out: 30.
    #[serde(default = "default_timeout")]
    #[schemars(range(max = LONGEST))]
    pub timeout_seconds: u64,
}

/// What to sign with. Never printed whole.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: Hidden<String>,
}

/// An answer that means "not implemented": every part that is given must fit.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotImplemented {
    /// HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// Error type, as the server writes it.
    #[serde(default)]
    pub error: Option<String>,
    /// Regular expression that the body's text contains.
    #[serde(default)]
    pub body: Option<Pattern>,
}

/// A path inside the work directory: relative, without `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct WorkFile(String);

/// A regular expression, compiled when the profile is read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Pattern(fancy_regex::Regex);

impl Profile {
    /// What requests to it are signed with, where the profile says.
    pub fn signing(&self) -> Option<wire::Credentials> {
        let own = self.credentials.as_ref()?;
        let secret_access_key = own.secret_access_key.reveal().clone();
        Some(wire::Credentials::new(&own.access_key_id, secret_access_key, None))
    }

    /// Why a capability is missing; `None` where the target has it.
    pub fn lacks(&self, capability: &str) -> Option<String> {
        if self.doors.contains_key(capability) || self.capabilities.contains(capability) {
            return None;
        }
        let reason = self.lacks.get(capability).cloned();
        Some(reason.unwrap_or_else(|| format!("the profile of {} does not list it", self.name)))
    }

    /// Whether an answer is one of those that this profile knows to mean "not implemented".
    /// The answer to a made-up operation, which is not in here, is the caller's to compare.
    pub fn says_not_implemented(&self, status: u16, error: Option<&str>, body: &str) -> bool {
        self.not_implemented.iter().any(|pattern| pattern.fits(status, error, body))
    }

    /// What is known of the server where another command starts it: its `start` but for the command and how to install that.
    pub fn started_by(mut self, command: Vec<String>) -> Self {
        let start = self.start.take().unwrap_or_else(Start::anywhere);
        // Whatever a command starts is not the real service, and gets no real credentials.
        let credentials = self.credentials.take().or_else(|| Some(Credentials::made_up()));
        Self { start: Some(Start { command, ..start }), credentials, install: None, ..self }
    }

    /// What is known of the server where the suite did not start it: doors that read what only a started one writes are lacking.
    pub fn started_elsewhere(mut self) -> Self {
        let closed: Vec<_> = self.doors.iter().filter(|(_, door)| door.needs_a_start()).map(|(name, _)| name.clone()).collect();
        for name in closed {
            self.doors.remove(&name);
            self.lacks.insert(name, "it is read from what the server writes, which is known only where the suite starts it".into());
        }
        self
    }

    /// What the YAML types do not say: the first thing that cannot work, as a fragment.
    pub(super) fn fault(&self) -> Option<String> {
        let both = self.lacks.keys().find(|name| self.lacks(name).is_none());
        if let Some(name) = both {
            return Some(format!("`lacks` names '{name}', which `doors` or `capabilities` says it has"));
        }
        if self.not_implemented.iter().any(NotImplemented::is_empty) {
            return Some("an entry of `not_implemented` is empty, so every answer would fit; give it a status, error or body".into());
        }
        if let Some((name, _)) = self.doors.iter().find(|(_, door)| self.start.is_none() && door.needs_a_start()) {
            return Some(format!("`doors.{name}` reads what a started server writes, but there is no `start`; name the log with `file`"));
        }
        self.endpoint_fault()
            .or_else(|| self.start.as_ref().and_then(Start::fault))
            .or_else(|| self.doors.iter().find_map(|(name, door)| door.fault(name)))
    }
}

impl Credentials {
    /// Credentials that no account has.
    pub(super) fn made_up() -> Self {
        Self { access_key_id: "testing".into(), secret_access_key: Hidden::new("testing".into()) }
    }
}

impl Start {
    /// A start without a command, for a server of which nothing is known: it runs where the suite does, and is ready when it answers.
    fn anywhere() -> Self {
        let ready = Ready { path: "/".into(), status: None, timeout_seconds: 60 };
        Self { command: Vec::new(), directory: Some(".".into()), env: BTreeMap::new(), files: BTreeMap::new(), ready }
    }

    /// Whether the server is told which port to take.
    pub fn names_the_port(&self) -> bool {
        self.command.iter().chain(self.env.values().map(Hidden::reveal)).any(|text| text.contains("{port}"))
    }

    fn fault(&self) -> Option<String> {
        if self.command.first().is_none_or(String::is_empty) {
            Some("`start.command` is empty; name the program".into())
        } else if !self.names_the_port() {
            Some("neither `start.command` nor `start.env` has `{port}`, so the server would not learn its port".into())
        } else if !self.ready.path.starts_with('/') {
            Some("`start.ready.path` does not start with '/'".into())
        } else {
            too_long("start.ready", self.ready.timeout_seconds)
        }
    }
}

impl NotImplemented {
    fn is_empty(&self) -> bool {
        self.status.is_none() && self.error.is_none() && self.body.is_none()
    }

    fn fits(&self, status: u16, error: Option<&str>, body: &str) -> bool {
        self.status.is_none_or(|wanted| wanted == status)
            && self.error.as_deref().is_none_or(|wanted| error == Some(wanted))
            && self.body.as_ref().is_none_or(|pattern| pattern.finds(body))
    }
}

impl Pattern {
    /// Whether the text contains a match. A search that gives up (too much backtracking) found nothing.
    pub fn finds(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }
}

impl WorkFile {
    /// As a path, to be joined to the work directory.
    pub fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl TryFrom<String> for WorkFile {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !text.is_empty() && Path::new(&text).components().all(inside) {
            return Ok(Self(text));
        }
        Err(format!("'{text}' is not a path inside the work directory; make it relative and without '..'"))
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        fancy_regex::Regex::new(&text).map(Self).map_err(|error| format!("'{text}' is not a regular expression: {error}"))
    }
}

pub(super) fn default_region() -> String {
    "us-east-1".into()
}

fn default_status() -> Option<u16> {
    Some(200)
}

fn default_timeout() -> u64 {
    30
}
