//! The JSON Schemas of case and fixture files, generated from the Rust types, and files validated against them.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use schemars::JsonSchema;
use serde_json::Value;

use super::problem::{Page, did_you_mean};
use super::source::{CaseFile, FixtureFile};

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
struct Checker {
    validator: Validator,
    names: BTreeSet<String>,
}

impl Checker {
    fn new(schema: &Value) -> Self {
        let mut names = BTreeSet::new();
        property_names(schema, &mut names);
        Self { validator: jsonschema::validator_for(schema).expect("the generated schema is valid; a unit test compiles it"), names }
    }
}

/// Notes everything in a case file that is not of the format. Whether it is all right.
pub fn check_case_file(page: &Page<'_>, value: &Value) -> bool {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    check(CHECKER.get_or_init(|| Checker::new(&case_file())), page, value)
}

/// Notes everything in a fixture file that is not of the format. Whether it is all right.
pub fn check_fixture_file(page: &Page<'_>, value: &Value) -> bool {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    check(CHECKER.get_or_init(|| Checker::new(&fixture_file())), page, value)
}

fn check(checker: &Checker, page: &Page<'_>, value: &Value) -> bool {
    let mut fine = true;
    for error in checker.validator.iter_errors(value) {
        fine = false;
        let at = error.instance_path().to_string();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let help = did_you_mean(name, checker.names.iter().map(String::as_str));
                    page.key(&super::document::pointer(&at, name), format!("unknown member `{name}`"), help);
                }
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                page.value(&at, format!("the member `{name}` is missing"), None);
            }
            ValidationErrorKind::Pattern { .. } => {
                let help = "names are identifiers: lower-case letters, digits and `_`, a letter first".to_owned();
                page.value(&at, format!("{} is no name", error.instance()), Some(help));
            }
            ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
                page.value(&at, "this has not the form that is needed here", Some("see docs/case-format.md".to_owned()));
            }
            _ => page.value(&at, error.to_string(), None),
        }
    }
    fine
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
