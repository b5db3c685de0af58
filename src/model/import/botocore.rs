//! botocore's `service-2.json`.
//!
//! `box` is not read: whether a missing number counts as zero inside AWS is not visible on the wire.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{ImportError, lengths, pattern};
use crate::model::{Member, Model, Operation, Shape, ShapeKind};

#[derive(Deserialize)]
struct Service {
    metadata: Metadata,
    operations: BTreeMap<String, RawOperation>,
    shapes: BTreeMap<String, RawShape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    api_version: String,
    target_prefix: String,
}

#[derive(Deserialize)]
struct RawOperation {
    input: Reference,
    output: Option<Reference>,
    #[serde(default)]
    errors: Vec<Reference>,
    authtype: Option<String>,
}

#[derive(Deserialize)]
struct Reference {
    shape: String,
    #[serde(default)]
    deprecated: bool,
}

#[derive(Deserialize)]
struct RawShape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    members: BTreeMap<String, Reference>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    exception: bool,
    #[serde(default)]
    document: bool,
    #[serde(default)]
    sensitive: bool,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<String>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    member: Option<Reference>,
    key: Option<Reference>,
    value: Option<Reference>,
}

pub fn import(value: Value, source: &str) -> Result<Model, ImportError> {
    let service: Service = serde_json::from_value(value).map_err(|source| ImportError::Form { form: "botocore", source })?;
    let shapes = service.shapes.into_iter().map(|(name, raw)| Ok((name.clone(), shape(name, raw)?)));
    Ok(Model {
        source: source.to_owned(),
        api_version: service.metadata.api_version,
        target_prefix: service.metadata.target_prefix,
        operations: service.operations.into_iter().map(|(name, raw)| (name, operation(raw))).collect(),
        shapes: shapes.collect::<Result<_, ImportError>>()?,
    })
}

fn operation(raw: RawOperation) -> Operation {
    let mut errors: Vec<_> = raw.errors.into_iter().map(|error| error.shape).collect();
    errors.sort_unstable();
    Operation {
        input: raw.input.shape,
        output: raw.output.map(|output| output.shape),
        errors,
        unsigned: raw.authtype.as_deref() == Some("none"),
    }
}

fn shape(name: String, raw: RawShape) -> Result<Shape, ImportError> {
    let sensitive = raw.sensitive;
    Ok(Shape { kind: kind(name, raw)?, sensitive })
}

fn kind(name: String, mut raw: RawShape) -> Result<ShapeKind, ImportError> {
    raw.values.sort_unstable();
    let (min, max) = lengths(raw.min, raw.max);
    Ok(match (raw.kind.as_str(), raw.member, raw.key, raw.value) {
        ("structure", ..) if raw.document => ShapeKind::Document,
        ("structure", ..) => structure(raw.members, &raw.required, raw.exception),
        ("string", ..) => ShapeKind::String { min, max, pattern: raw.pattern.as_deref().map(pattern::bare), values: raw.values },
        ("integer", ..) => ShapeKind::Integer { min: raw.min, max: raw.max },
        ("long", ..) => ShapeKind::Long { min: raw.min, max: raw.max },
        ("boolean", ..) => ShapeKind::Boolean,
        ("timestamp", ..) => ShapeKind::Timestamp,
        ("blob", ..) => ShapeKind::Blob { min, max },
        ("list", Some(member), ..) => ShapeKind::List { member: member.shape, min, max },
        ("map", _, Some(key), Some(value)) => ShapeKind::Map { key: key.shape, value: value.shape, min, max },
        _ => {
            return Err(ImportError::UnsupportedType { shape: name, kind: raw.kind });
        }
    })
}

fn structure(members: BTreeMap<String, Reference>, required: &[String], error: bool) -> ShapeKind {
    let members = members.into_iter().map(|(name, reference)| {
        let member = Member { shape: reference.shape, required: required.contains(&name), deprecated: reference.deprecated };
        (name, member)
    });
    ShapeKind::Structure { members: members.collect(), error }
}
