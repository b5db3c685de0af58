//! The service model as facts: operations, shapes, constraints, errors.
//!
//! The facts are imported once from a published form (botocore or Smithy), committed as `src/model/facts.json`
//! and embedded. Request validation, response schemas and generated cases are all derived from them.

mod boundary;
mod constraint;
mod diff;
mod effect;

mod facts;
mod import;
mod lookup;
mod path;
mod pattern;
mod quotas;
mod response;
mod show;

mod synthesis;
mod validate;

use std::collections::BTreeMap;

pub use boundary::{NoSides, Requests, Sides};
pub use constraint::{Constraint, JsonType, Rule};

pub use diff::{MemberChange, ModelDiff, Names, OperationDiff, Side, diff};
pub use effect::only_reads;
pub use import::ImportError;
pub use lookup::closest;
pub use path::{MemberPath, Segment};
pub use quotas::{Category, PUBLISHED, QuotaShare, QuotaShareError, UNPUBLISHED};
use serde::{Deserialize, Serialize};
pub use validate::{Refusal, TypeMismatch, Violation};

/// What the published model says about the whole service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Where the facts came from, for people: `botocore 1.44.5`.
    pub source: String,
    /// API version of the service, `2016-04-18`.
    pub api_version: String,
    /// `X-Amz-Target` prefix, `AWSCognitoIdentityProviderService`.
    pub target_prefix: String,
    /// Operations by name.
    pub operations: BTreeMap<String, Operation>,
    /// Shapes by name, error shapes included.
    pub shapes: BTreeMap<String, Shape>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Name of the input structure, in [`Model::shapes`]. Every operation has one.
    pub input: String,
    /// Name of the output structure; 13 operations have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Error types that the model lists, sorted.
    pub errors: Vec<String>,
    /// Whether SDKs send it unsigned (`authtype: none`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsigned: bool,
}

/// One shape: its kind, and whether its value is hidden from messages and logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// What it is made of, with its constraints.
    #[serde(flatten)]
    pub kind: ShapeKind,
    /// The model marks the value as sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
}

/// The kinds of shapes, each with the constraints that it can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ShapeKind {
    /// An object with named members.
    Structure {
        /// Members by name.
        members: BTreeMap<String, Member>,
        /// This shape is an error type.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        error: bool,
    },
    /// Text. An enum is a string with `values`.
    String {
        /// Shortest length in characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// Greatest length in characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
        /// Regular expression in Java's syntax, without the outer `^` and `$` that only some published forms write. It is
        /// matched against the whole string.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        /// Allowed values, sorted; empty when any is.
        #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
        values: Vec<String>,
    },
    /// A 32-bit number.
    Integer {
        /// Smallest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// Greatest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// A 64-bit number.
    Long {
        /// Smallest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<i64>,
        /// Greatest value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// Seconds since 1970 as a JSON number, maybe with a fraction.
    Timestamp,
    /// Base64 text on the wire.
    Blob {
        /// Fewest bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// Most bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// Any JSON. botocore writes it as a structure that is marked `document`.
    Document,
    /// An array.
    List {
        /// Shape of the elements.
        member: String,
        /// Fewest elements.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// Most elements.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
    /// An object with free keys.
    Map {
        /// Shape of the keys.
        key: String,
        /// Shape of the values.
        value: String,
        /// Fewest entries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u64>,
        /// Most entries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
    },
}

/// A member of a structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Name of its shape.
    pub shape: String,
    /// Must be present.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The model says not to use it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
}
