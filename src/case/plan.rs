//! A case as it is run: names resolved, tables expanded, expressions compiled.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::expression::Template;
use super::path::Path;
use super::pattern::Pattern;
use super::{Evidence, Place, source::Wire};
use crate::model::only_reads;

/// One named claim about the service.
#[derive(Debug, Clone)]
pub struct Case {
    /// Identifier for life: `SetUserSettings::turns_sms_on`.
    pub name: String,
    /// The operation that it is about.
    pub operation: String,
    /// The claim in a sentence.
    pub about: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// Why the expectation is believed.
    pub evidence: Evidence,
    /// Capabilities that the target must have, those of fixtures and steps included.
    pub needs: BTreeSet<String>,
    /// Fixtures, in the order in which they are built.
    pub given: Vec<FixtureUse>,
    /// What is sent and expected.
    pub steps: Vec<Step>,
    /// The case that must pass for a refusal here to prove anything.
    pub control: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Where a case comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Written by hand.
    Written,
    /// Sends a file's base request: the control of the refusals derived from it.
    Control,
    /// Collects what is wrong with the shape of an operation's answers, wherever in the run they occurred.
    Shape,
    /// Both sides of a constraint of the service model.
    Constraint,
}

impl Case {
    /// Made from the service model or from a file's base request rather than written by hand.
    pub fn generated(&self) -> bool {
        self.origin != Origin::Written
    }

    /// The steps that call the operation that the case is about.
    pub fn own_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.name() == self.operation)
    }
}

/// A fixture, with the parameters that a case gives it.
#[derive(Debug, Clone)]
pub struct FixtureUse {
    /// Its name.
    pub name: String,
    /// Parameters that differ from the fixture's defaults.
    pub with: Map<String, Value>,
}

/// What a step is in its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Brings about the situation; where it fails the case is blocked.
    Before,
    /// What the case is about.
    Main,
    /// Observes.
    Then,
}

/// One request of a case with its expectation.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it is in its case.
    pub role: Role,
    /// As people count: `request`, `before 1`, `then 2`, `step 3`.
    pub label: String,
    /// What is done.
    pub action: Action,
    /// What must come back.
    pub expect: Expectation,
    /// Values of the answer to keep.
    pub save: BTreeMap<String, Path>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Calls an operation.
    Call {
        /// The operation.
        operation: String,
        /// Its input.
        input: Template,
        /// How the request departs from an ordinary one.
        wire: Wire,
    },
    /// Uses a side door of the target.
    Door {
        /// Its name.
        door: String,
        /// Its arguments.
        input: Template,
    },
    /// Gets a document by plain HTTP.
    Get {
        /// What it is called in reports: `GET jwks.json`.
        name: String,
        /// Its path below the endpoint.
        path: Template,
    },
}

impl Action {
    /// The operation, the door, or the document.
    pub fn name(&self) -> &str {
        match self {
            Self::Call { operation, .. } => operation,
            Self::Door { door, .. } => door,
            Self::Get { name, .. } => name,
        }
    }

    /// The input, or the path.
    pub fn input(&self) -> &Template {
        match self {
            Self::Call { input, .. } | Self::Door { input, .. } => input,
            Self::Get { path, .. } => path,
        }
    }

    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match self {
            Self::Call { operation, .. } => only_reads(operation),
            Self::Door { .. } => false,
            Self::Get { .. } => true,
        }
    }
}

/// Whether the request must be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Success,
    /// No, with one of these errors.
    Error(Vec<String>),
    /// The value keeps a constraint: whatever comes, it is not the refusal of the step before.
    Inside,
    /// Only the status says.
    Status,
}

/// What must come back.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Whether the request must be accepted.
    pub verdict: Verdict,
    /// Allowed HTTP statuses.
    pub status: Vec<u16>,
    /// Text of the error.
    pub message: Option<Message>,
    /// What the body must have.
    pub body: Option<Pattern>,
    /// What headers must be, by lower-case name.
    pub headers: Vec<(String, Pattern)>,
    /// Where the parts of the expectation stand, by JSON pointer below `expect`.
    pub places: Places,
}

impl Expectation {
    /// Success, said nowhere.
    pub fn success() -> Self {
        Self { verdict: Verdict::Success, status: vec![200], message: None, body: None, headers: Vec::new(), places: Places::default() }
    }
}

/// Where the parts of an expectation stand.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The expectation as a whole.
    pub whole: Option<Place>,
    /// Its parts, by JSON pointer: `/body/MFAOptions/0`.
    pub parts: BTreeMap<String, Place>,
}

impl Places {
    /// The place of the part at a pointer, or of the nearest part around it.
    pub fn at(&self, pointer: &str) -> Option<Place> {
        let mut here = pointer;
        loop {
            if let Some(place) = self.parts.get(here) {
                return Some(place.clone());
            }
            match here.rfind('/') {
                Some(end) => here = &here[..end],
                None => return self.whole.clone(),
            }
        }
    }
}

/// Text that an error must have.
#[derive(Debug, Clone)]
pub enum Message {
    /// Exactly this, but for a final full stop.
    Exact(String),
    /// Found by this regular expression.
    Regex(Box<fancy_regex::Regex>),
}

/// HTTP status that the documentation gives to an error type. The service model's own statuses are wrong on the wire.
pub fn documented_status(error: &str) -> u16 {
    match error {
        "InternalErrorException" | "InternalServerException" => 500,
        _ => 400,
    }
}
