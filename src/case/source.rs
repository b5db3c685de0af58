//! The YAML case format as Rust types: what an author writes, before names are resolved and cases are derived.
//!
//! These types are the only definition of the format: `cases/schema.json` is generated from them, files are
//! validated against that schema, and the guide in `docs/case-format.md` explains them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A file of cases about one operation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The operation that the cases are about, by its AWS name. Case names start with it.
    pub operation: String,
    /// What the operation is for, in a sentence.
    pub about: String,
    /// Fixtures that every case of the file needs.
    #[serde(default)]
    pub given: Given,
    /// The base request. It must be one that the service accepts: it is sent as the control of every refusal derived from it.
    #[serde(default)]
    pub request: Option<Map<String, Value>>,
    /// Documented errors that cannot be provoked from outside, each with the reason.
    #[serde(default)]
    pub cannot_provoke: BTreeMap<String, String>,
    /// The cases.
    pub cases: Vec<CaseSource>,
}

/// One case: a named claim about the service.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSource {
    /// An identifier for life, in snake_case: baselines, snapshots and other people's CI refer to it.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"))]
    pub name: String,
    /// The claim in a sentence, where the name does not say it all.
    #[serde(default)]
    pub about: Option<String>,
    /// Fixtures of this case, instead of the file's.
    #[serde(default)]
    pub given: Option<Given>,
    /// Capabilities that the target must have beyond the API. A side door that a step uses is needed without being listed.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Steps that bring about the situation. They must succeed; where they do not, the case is blocked.
    #[serde(default)]
    pub before: Vec<Step>,
    /// The main request, instead of the file's base request.
    #[serde(default)]
    pub request: Option<Map<String, Value>>,
    /// Changes to the request: a path (`MFAOptions[0].DeliveryMedium`) and the value to put there.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Paths to leave out of the request.
    #[serde(default)]
    pub omit: Vec<String>,
    /// How the main request departs from an ordinary one on the wire.
    #[serde(default)]
    pub wire: Option<Wire>,
    /// What must come back.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// Values of the answer to keep for the steps of `then`: a name and a path into the body.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// Steps that observe that state did, or did not, change.
    #[serde(default)]
    pub then: Vec<Step>,
    /// A story of several calls, instead of one main request.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Turns this case into a table of cases: each row is a case of its own with these differences.
    #[serde(default)]
    pub each: Vec<Row>,
    /// Why the expectation is believed: `<level> [(year)] "<source>"`, level being aws-verified, documented, model or inferred. Several in a list.
    pub evidence: OneOrMany<String>,
    /// Sources disagree, or the observation may be out of date: how. The case is reported and does not gate.
    #[serde(default)]
    pub contested: Option<String>,
}

/// One row of a table of cases. What it names replaces what the case says; `set` and `omit` add to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Last part of the case's name.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"))]
    pub name: String,
    /// The claim of this row.
    #[serde(default)]
    pub about: Option<String>,
    /// Fixtures of this row.
    #[serde(default)]
    pub given: Option<Given>,
    /// Further capabilities.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Steps that bring about the situation, after those of the case.
    #[serde(default)]
    pub before: Vec<Step>,
    /// The main request of this row.
    #[serde(default)]
    pub request: Option<Map<String, Value>>,
    /// Further changes to the request.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Further paths to leave out.
    #[serde(default)]
    pub omit: Vec<String>,
    /// How this row's request departs from an ordinary one on the wire.
    #[serde(default)]
    pub wire: Option<Wire>,
    /// What must come back.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// Steps that observe, instead of the case's.
    #[serde(default)]
    pub then: Option<Vec<Step>>,
    /// Evidence of this row.
    #[serde(default)]
    pub evidence: Option<OneOrMany<String>>,
    /// How sources disagree about this row.
    #[serde(default)]
    pub contested: Option<String>,
}

/// One step: a call of the API, a document of the target, or a side door of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The operation to call.
    #[serde(default)]
    pub call: Option<String>,
    /// The side door to use: a capability of the target beyond the API (`clock`, `codes`, `access_token`).
    #[serde(default)]
    pub door: Option<String>,
    /// The path of a document to get, below the target's endpoint: `/$pool.id/.well-known/jwks.json`.
    #[serde(default)]
    pub get: Option<String>,
    /// What the step is for, where that is not plain.
    #[serde(default)]
    pub about: Option<String>,
    /// The request of a call, or the arguments of a side door.
    #[serde(default)]
    pub request: Map<String, Value>,
    /// How the request departs from an ordinary one on the wire.
    #[serde(default)]
    pub wire: Option<Wire>,
    /// What must come back. Left out: success.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// Values of the answer to keep: a name and a path into the body.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
}

/// How a request departs from an ordinary one: POST, signed where the model says so, JSON body.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    /// HTTP method instead of POST.
    #[serde(default)]
    pub method: Option<String>,
    /// `X-Amz-Target` header instead of the operation's; empty: no such header.
    #[serde(default)]
    pub target: Option<String>,
    /// `Content-Type` header instead of `application/x-amz-json-1.1`; empty: no such header.
    #[serde(default)]
    pub content_type: Option<String>,
    /// These bytes as the body instead of the request's JSON.
    #[serde(default)]
    pub body: Option<String>,
    /// Whether to sign, instead of what the model says of the operation.
    #[serde(default)]
    pub sign: Option<bool>,
}

/// What must come back. Every part is checked by itself, and the shape of the answer is checked unasked.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// HTTP status. Left out: 200, or the documented status of the error.
    #[serde(default)]
    pub status: Option<OneOrMany<u16>>,
    /// Error type. Several: any of them.
    #[serde(default)]
    pub error: Option<OneOrMany<String>>,
    /// Text of the error: exact but for a final full stop, or `/regex/`. Reported; gates with `--strict`.
    #[serde(default)]
    pub message: Option<String>,
    /// Members that the body must have; others may be there. Values are literals, `$expressions` or matchers.
    #[serde(default)]
    pub body: Option<Map<String, Value>>,
    /// Headers that the answer must have, by lower-case name. Values are literals or matchers.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
}

/// Fixtures in the order they are built: a name, or a name with parameters.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Given {
    /// Nothing is needed.
    #[default]
    Nothing,
    /// One fixture.
    One(String),
    /// Several, each a name or `{ name: { parameter: value } }`.
    Many(Vec<GivenFixture>),
}

/// One fixture that is needed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum GivenFixture {
    /// With its defaults.
    Name(String),
    /// With parameters: a mapping with the one key.
    With(BTreeMap<String, Map<String, Value>>),
}

/// One value, or a list of them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T: Clone> OneOrMany<T> {
    /// The values as a list.
    pub fn to_vec(&self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value.clone()],
            Self::Many(values) => values.clone(),
        }
    }
}

/// A file of fixtures.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixtureFile {
    /// Fixtures by name.
    pub fixtures: BTreeMap<String, FixtureSource>,
}

/// Something that cases need to exist first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixtureSource {
    /// What it is, in a sentence.
    pub about: String,
    /// One per run and distinct parameters, or a fresh one for each case. Inherited; `case` where nothing says otherwise.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// Under which name its values are reached: `pool` for `$pool.id`. Inherited; the fixture's own name where nothing says otherwise.
    #[serde(default, rename = "as")]
    pub role: Option<String>,
    /// A fixture that this one is like: its parameters, needs and steps come first.
    #[serde(default)]
    pub extends: Option<String>,
    /// Fixtures that this one needs, unless something with the same role is there already.
    #[serde(default)]
    pub given: Vec<String>,
    /// Capabilities that the target must have.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Parameters with their defaults, reached as `$with.name`.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// Steps that make it. What they save is reached under the fixture's role.
    #[serde(default)]
    pub create: Vec<Step>,
    /// Further values under the role, computed before `create` (names, passwords).
    #[serde(default)]
    pub save: Map<String, Value>,
    /// Steps that remove it. What goes with something that is removed anyway needs none.
    #[serde(default)]
    pub destroy: Vec<Step>,
}

/// How long a fixture lives and who shares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One per run and distinct parameters, shared by all cases that only read it.
    Run,
    /// A fresh one for each case.
    Case,
}
