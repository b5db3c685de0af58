//! The Smithy 2.0 JSON AST.
//!
//! `smithy.api#default` is not read, as botocore's `box` is not: it is not visible on the wire.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ImportError, lengths, pattern};
use crate::model::{Member, Model, Operation, Shape, ShapeKind};

#[derive(Deserialize)]
struct Ast {
    shapes: BTreeMap<String, RawShape>,
}

#[derive(Deserialize)]
struct RawShape {
    #[serde(rename = "type")]
    kind: String,
    version: Option<String>,
    #[serde(default)]
    operations: Vec<Reference>,
    input: Option<Reference>,
    output: Option<Reference>,
    #[serde(default)]
    errors: Vec<Reference>,
    #[serde(default)]
    members: Map<String, Value>,
    member: Option<Reference>,
    key: Option<Reference>,
    value: Option<Reference>,
    #[serde(default)]
    traits: Traits,
}

#[derive(Deserialize)]
struct Reference {
    target: String,
    #[serde(default)]
    traits: Traits,
}

#[derive(Deserialize, Default)]
#[serde(transparent)]
struct Traits(Map<String, Value>);

impl Traits {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(&format!("smithy.api#{name}"))
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn bounds(&self, name: &str) -> (Option<i64>, Option<i64>) {
        let bound = |end: &str| self.get(name).and_then(|limits| limits.get(end)).and_then(Value::as_i64);
        (bound("min"), bound("max"))
    }
}

impl Reference {
    /// The name without its namespace, which is how messages and botocore write it.
    fn name(&self) -> String {
        local(&self.target).to_owned()
    }
}

/// What Smithy writes for "nothing".
const UNIT: &str = "smithy.api#Unit";

pub fn import(value: Value, source: &str) -> Result<Model, ImportError> {
    let ast: Ast = serde_json::from_value(value).map_err(form_error)?;
    let services: Vec<_> = ast.shapes.iter().filter(|(_, shape)| shape.kind == "service").collect();
    let &[(service_id, service)] = services.as_slice() else {
        return Err(ImportError::Services(services.len()));
    };
    Ok(Model {
        source: source.to_owned(),
        api_version: service.version.clone().unwrap_or_default(),
        target_prefix: local(service_id).to_owned(),
        operations: operations(&ast, service)?,
        shapes: shapes(&ast)?,
    })
}

fn form_error(source: serde_json::Error) -> ImportError {
    ImportError::Form { form: "Smithy", source }
}

fn local(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(_, name)| name)
}

fn operations(ast: &Ast, service: &RawShape) -> Result<BTreeMap<String, Operation>, ImportError> {
    let missing = |to: &Reference| ImportError::UnknownShape { from: "service".to_owned(), to: to.target.clone() };
    let found = service.operations.iter().map(|reference| {
        let raw = ast.shapes.get(&reference.target).ok_or_else(|| missing(reference))?;
        Ok((reference.name(), operation(raw)))
    });
    found.collect()
}

fn operation(raw: &RawShape) -> Operation {
    let mut errors: Vec<_> = raw.errors.iter().map(Reference::name).collect();
    errors.sort_unstable();
    let no_schemes = raw.traits.get("auth").and_then(Value::as_array).is_some_and(Vec::is_empty);
    Operation {
        input: raw.input.as_ref().map_or_else(|| local(UNIT).to_owned(), Reference::name),
        output: raw.output.as_ref().filter(|output| output.target != UNIT).map(Reference::name),
        errors,
        unsigned: no_schemes,
    }
}

fn shapes(ast: &Ast) -> Result<BTreeMap<String, Shape>, ImportError> {
    let data = ast.shapes.iter().filter(|(_, raw)| !matches!(raw.kind.as_str(), "service" | "operation" | "resource"));
    let own = data.map(|(id, raw)| {
        let sensitive = raw.traits.has("sensitive");
        Ok((local(id).to_owned(), Shape { kind: kind(id, raw)?, sensitive }))
    });
    let mut shapes: BTreeMap<_, _> = own.collect::<Result<_, ImportError>>()?;
    for (name, kind) in prelude() {
        if ast.uses(&format!("smithy.api#{name}")) {
            shapes.entry(name.to_owned()).or_insert(Shape { kind, sensitive: false });
        }
    }
    Ok(shapes)
}

/// The shapes that a Smithy model may use without defining them.
fn prelude() -> [(&'static str, ShapeKind); 9] {
    let text = ShapeKind::String { min: None, max: None, pattern: None, values: Vec::new() };
    [
        ("String", text),
        ("Boolean", ShapeKind::Boolean),
        ("PrimitiveBoolean", ShapeKind::Boolean),
        ("Integer", ShapeKind::Integer { min: None, max: None }),
        ("Long", ShapeKind::Long { min: None, max: None }),
        ("Timestamp", ShapeKind::Timestamp),
        ("Blob", ShapeKind::Blob { min: None, max: None }),
        ("Document", ShapeKind::Document),
        ("Unit", ShapeKind::Structure { members: BTreeMap::new(), error: false }),
    ]
}

impl Ast {
    fn uses(&self, target: &str) -> bool {
        // The members of an enum all target the unit shape, which says nothing.
        self.shapes.values().filter(|raw| raw.kind != "enum").any(|raw| {
            let members = raw.members.values().filter_map(|member| member.get("target")?.as_str());
            let parts = [&raw.member, &raw.key, &raw.value, &raw.input].into_iter().flatten();
            // An operation without `input` takes nothing, as does one whose input is the unit shape.
            let no_input = raw.kind == "operation" && raw.input.is_none() && target == UNIT;
            no_input || members.chain(parts.map(|part| part.target.as_str())).any(|used| used == target)
        })
    }
}

fn kind(id: &str, raw: &RawShape) -> Result<ShapeKind, ImportError> {
    let (low, high) = raw.traits.bounds("range");
    let (min, max) = raw.traits.bounds("length");
    let (min, max) = lengths(min, max);
    Ok(match (raw.kind.as_str(), &raw.member, &raw.key, &raw.value) {
        ("structure", ..) => structure(raw)?,
        ("string", ..) => ShapeKind::String { min, max, pattern: pattern_of(raw), values: Vec::new() },
        ("enum", ..) => ShapeKind::String { min, max, pattern: pattern_of(raw), values: values(raw) },
        ("integer", ..) => ShapeKind::Integer { min: low, max: high },
        ("long", ..) => ShapeKind::Long { min: low, max: high },
        ("boolean", ..) => ShapeKind::Boolean,
        ("timestamp", ..) => ShapeKind::Timestamp,
        ("blob", ..) => ShapeKind::Blob { min, max },
        ("document", ..) => ShapeKind::Document,
        ("list", Some(member), ..) => ShapeKind::List { member: member.name(), min, max },
        ("map", _, Some(key), Some(value)) => ShapeKind::Map { key: key.name(), value: value.name(), min, max },
        (other, ..) => {
            return Err(ImportError::UnsupportedType { shape: local(id).to_owned(), kind: other.to_owned() });
        }
    })
}

fn pattern_of(raw: &RawShape) -> Option<String> {
    raw.traits.get("pattern").and_then(Value::as_str).map(pattern::bare_of_search)
}

/// The values of an enum, sorted; a member without `enumValue` stands for its own name.
fn values(raw: &RawShape) -> Vec<String> {
    let value = |(name, member): (&String, &Value)| {
        let traits = member.get("traits").and_then(|traits| traits.get("smithy.api#enumValue"));
        traits.and_then(Value::as_str).unwrap_or(name).to_owned()
    };
    let mut values: Vec<_> = raw.members.iter().map(value).collect();
    values.sort_unstable();
    values
}

fn structure(raw: &RawShape) -> Result<ShapeKind, ImportError> {
    let members = raw.members.iter().map(|(name, member)| {
        let member = Reference::deserialize(member).map_err(form_error)?;
        let (required, deprecated) = (member.traits.has("required"), member.traits.has("deprecated"));
        Ok((name.clone(), Member { shape: member.name(), required, deprecated }))
    });
    Ok(ShapeKind::Structure { members: members.collect::<Result<_, ImportError>>()?, error: raw.traits.has("error") })
}
