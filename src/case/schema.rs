//! The JSON Schemas of YAML files, generated from the Rust types, and files validated against them.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use schemars::JsonSchema;
use serde_json::Value;

use super::problem::{Page, did_you_mean};
use super::source::{CaseFile, FixtureFile};

/// Explains case and fixture files.
const CASE_GUIDE: &str = "docs/case-format.md";

/// The schema of case files.
pub fn case_file() -> Value {
    schema::<CaseFile>()
}

/// The schema of fixture files.
pub fn fixture_file() -> Value {
    schema::<FixtureFile>()
}

fn schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

/// A compiled schema and the names that it knows.
#[derive(Debug)]
pub struct Checker {
    validator: Validator,
    names: BTreeSet<String>,
    guide: &'static str,
}

/// Notes everything in a case file that is not of the format. Whether it is all right.
pub fn check_case_file(page: &Page<'_>, value: &Value) -> bool {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    CHECKER.get_or_init(|| Checker::new(&case_file(), CASE_GUIDE)).check(page, value)
}

/// Notes everything in a fixture file that is not of the format. Whether it is all right.
pub fn check_fixture_file(page: &Page<'_>, value: &Value) -> bool {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    CHECKER.get_or_init(|| Checker::new(&fixture_file(), CASE_GUIDE)).check(page, value)
}

impl Checker {
    /// A checker of files of a generated schema, which the guide explains.
    pub fn new(schema: &Value, guide: &'static str) -> Self {
        let mut names = BTreeSet::new();
        property_names(schema, &mut names);
        let validator = jsonschema::validator_for(schema).expect("the generated schema is valid; a unit test compiles it");
        Self { validator, names, guide }
    }

    /// Notes everything that is not of the format. Whether it is all right.
    pub fn check(&self, page: &Page<'_>, value: &Value) -> bool {
        let mut fine = true;
        for error in self.validator.iter_errors(value) {
            fine = false;
            self.note(page, &error);
        }
        fine
    }

    fn note(&self, page: &Page<'_>, error: &ValidationError<'_>) {
        let (at, instance) = (error.instance_path().to_string(), error.instance());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let help = did_you_mean(name, self.names.iter().map(String::as_str));
                    page.key(&super::document::pointer(&at, name), format!("unknown member `{name}`"), help);
                }
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                page.value(&at, format!("the member `{name}` is missing"), None);
            }
            ValidationErrorKind::Pattern { .. } => {
                let help = "names are identifiers: lower-case letters, digits and `_`, a letter first".to_owned();
                page.value(&at, format!("{instance} is no name"), Some(help));
            }
            ValidationErrorKind::Enum { options } => {
                let words: Vec<_> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let near = instance.as_str().and_then(|written| did_you_mean(written, words.iter().copied()));
                page.value(&at, format!("{instance} is none of {}", words.join(", ")), near);
            }
            ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
                page.value(&at, "this has not the form that is needed here", Some(format!("see {}", self.guide)));
            }
            ValidationErrorKind::Type { kind } if wants_text(kind) && (instance.is_number() || instance.is_boolean()) => {
                page.value(&at, format!("{instance} is no text"), Some(format!("in quotes it is: \"{instance}\"")));
            }
            _ => page.value(&at, error.to_string(), None),
        }
    }
}

fn wants_text(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Single(kind) => *kind == JsonType::String,
        TypeKind::Multiple(kinds) => kinds.contains(JsonType::String),
    }
}

fn property_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                names.extend(properties.keys().cloned());
            }
            members.values().for_each(|value| property_names(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| property_names(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schemas_are_current() {
        for (path, schema) in [("cases/schema.json", case_file()), ("cases/fixtures/schema.json", fixture_file())] {
            let committed = std::fs::read_to_string(path).expect("the schema is committed");
            let committed: Value = serde_json::from_str(&committed).expect("JSON");
            assert_eq!(committed, schema, "{path} is stale; write it anew with `cognito-conformance schema`");
        }
    }
}
