//! How a profile describes its side doors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Hidden, Search};

/// Longest time that a profile can ask for, in seconds: a day.
pub(super) const LONGEST: u64 = 86_400;

/// How to use a side door.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// The answer is the same always: `{ Code: "123456" }`.
    Fixed(Hidden<Map<String, Value>>),
    /// The server is asked over HTTP, at the endpoint under test.
    Http(HttpDoor),
    /// The answer stands in the server's log, or in another file that it writes.
    Log(LogDoor),
    /// A program gives the answer.
    Command(CommandDoor),
}

/// A side door over HTTP.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpDoor {
    /// HTTP method. Left out: POST.
    #[serde(default = "default_method")]
    pub method: Method,
    /// Path from the root of the endpoint; `{Member}` is that member of the request, percent-encoded.
    #[schemars(regex(pattern = "^/"))]
    pub path: String,
    /// JSON to send, in whose texts `{Member}` is replaced; a text that is one placeholder takes the member's JSON type.
    /// Left out: the request itself, or nothing with GET.
    #[serde(default)]
    pub body: Option<Hidden<Value>>,
    /// Where the members of the door's answer stand in the JSON that comes back. Left out: it is the answer as it comes.
    #[serde(default)]
    pub answer: Option<BTreeMap<String, Pointer>>,
    /// Instead of `answer`: what to find in the text that comes back.
    #[serde(default)]
    pub pattern: Option<Search>,
}

/// A side door that reads what the server writes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogDoor {
    /// What to find. Colours are taken out first.
    pub pattern: Search,
    /// The file; `{workdir}` is the server's work directory, a relative path is meant from where the suite is run.
    /// Left out: what the server writes to standard output and standard error, if the suite started it.
    #[serde(default)]
    pub file: Option<String>,
    /// Seconds to wait for it, because logs are written late. Left out: 3.
    #[serde(default = "default_patience")]
    #[schemars(range(max = LONGEST))]
    pub timeout_seconds: u64,
}

/// A side door that is a program. It is run where the suite is, without a shell.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandDoor {
    /// Program and arguments; `{Member}` is that member of the request, `{endpoint}` the URL under test, `{workdir}` the server's work directory.
    #[schemars(length(min = 1))]
    pub run: Vec<String>,
    /// What to find in its standard output. Left out: that is the answer, as JSON.
    #[serde(default)]
    pub pattern: Option<Search>,
    /// Seconds that it may take; then it is killed with its children. Left out: 10.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = LONGEST))]
    pub timeout_seconds: u64,
}

/// HTTP method of a side door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads; sends no body.
    Get,
    /// Sends a body.
    Post,
    /// Sends a body.
    Put,
}

/// A JSON Pointer (RFC 6901): `/messages/0/code`; `""` is the whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("pattern" = "^(/.*)?$"))]
pub struct Pointer(String);

impl Door {
    /// What the YAML types do not say: the first thing that cannot work, as a fragment.
    pub(super) fn fault(&self, name: &str) -> Option<String> {
        match self {
            Self::Fixed(_) => None,
            Self::Http(door) if !door.path.starts_with('/') => Some(format!("`doors.{name}.http.path` does not start with '/'")),
            Self::Http(door) if door.answer.is_some() && door.pattern.is_some() => {
                Some(format!("`doors.{name}.http` has both `answer` and `pattern`; keep the one that finds the answer"))
            }
            Self::Http(_) => None,
            Self::Log(door) => too_long(&format!("doors.{name}.log"), door.timeout_seconds),
            Self::Command(door) if door.run.first().is_none_or(String::is_empty) => {
                Some(format!("`doors.{name}.command.run` is empty; name the program"))
            }
            Self::Command(door) => too_long(&format!("doors.{name}.command"), door.timeout_seconds),
        }
    }

    /// Whether it can be used only where the suite started the server, and so knows where that writes.
    pub(super) fn needs_a_start(&self) -> bool {
        match self {
            Self::Fixed(_) | Self::Http(_) => false,
            Self::Log(door) => door.file.as_ref().is_none_or(|file| file.contains("{workdir}")),
            Self::Command(door) => door.run.iter().any(|word| word.contains("{workdir}")),
        }
    }

    /// Puts in what is known of a server once it is started: its log, its work directory.
    pub(super) fn settle(&mut self, log: &str, workdir: &str) {
        let fill = |text: &mut String| *text = text.replace("{workdir}", workdir);
        match self {
            Self::Fixed(_) | Self::Http(_) => {}
            Self::Log(door) => fill(door.file.get_or_insert_with(|| log.to_owned())),
            Self::Command(door) => door.run.iter_mut().for_each(fill),
        }
    }
}

impl Pointer {
    /// The value it points at; `null` is none.
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.0).filter(|value| !value.is_null())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() || text.starts_with('/') {
            return Ok(Self(text));
        }
        Err(format!("'{text}' is not a JSON Pointer; write '/{}'", text.replace('.', "/")))
    }
}

/// A time limit that cannot be meant.
pub(super) fn too_long(place: &str, seconds: u64) -> Option<String> {
    (seconds > LONGEST).then(|| format!("`{place}.timeout_seconds` is more than a day"))
}

fn default_method() -> Method {
    Method::Post
}

fn default_patience() -> u64 {
    3
}

fn default_limit() -> u64 {
    10
}
