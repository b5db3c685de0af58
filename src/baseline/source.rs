//! The format of a baseline as Rust types: what a person writes, before it is checked against the suite.
//!
//! These types are the only definition of the format: `targets/baseline.schema.json` is generated from them, files are
//! validated against that schema, and `docs/baselines.md` explains them.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

use crate::case::document::Document;
use crate::judge::Check;

/// What is known to fail on a target, and why.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineFile {
    /// The target, for people.
    #[serde(default)]
    pub target: Option<String>,
    /// The version that the failures were seen with, for people.
    #[serde(default)]
    pub version: Option<String>,
    /// The known failures, sorted by case.
    pub known: Vec<Listed>,
}

/// One known failure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The case, by its full name, or `Operation::*` for every case of an operation.
    pub case: String,
    /// Only findings of these checks are known. Left out: the case is known to fail, whatever fails in it.
    #[serde(default)]
    #[schemars(schema_with = "check_names")]
    pub checks: Option<Vec<Check>>,
    /// Why the failure is known, in a sentence.
    pub reason: String,
    /// Where more is said: an issue of the target, say.
    #[serde(default)]
    pub link: Option<String>,
    /// The day from which on the entry does not count any more: `2027-01-31`.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    pub expires: Option<String>,
}

impl BaselineFile {
    /// The file, where it is of the format.
    pub(super) fn of(document: &Document) -> Option<Self> {
        serde_json::from_value(document.value()).ok()
    }
}

impl Listed {
    /// The same with its checks in their order.
    pub(super) fn sorted(mut self) -> Self {
        self.checks.iter_mut().for_each(|checks| checks.sort_unstable());
        self
    }
}

/// A list of names rather than of constants with descriptions: so a misspelt one can be told with what was meant.
fn check_names(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<_> = Check::ALL.iter().map(ToString::to_string).collect();
    json_schema!({
        "type": "array", "items": { "type": "string", "enum": names }, "minItems": 1, "uniqueItems": true,
    })
}

/// The JSON schema of baselines; `targets/baseline.schema.json` is this, for editors.
pub fn baseline_schema() -> Value {
    schemars::schema_for!(BaselineFile).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_SCHEMA=1 cargo test baseline::source` writes it anew.
    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/targets/baseline.schema.json");
        let current = format!("{:#}\n", baseline_schema());
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).expect("write the schema");
        }
        assert!(std::fs::read_to_string(path).expect("the schema") == current, "run UPDATE_SCHEMA=1 cargo test baseline::source");
    }

    #[test]
    fn the_schema_knows_every_check_by_the_name_that_it_is_read_by() {
        let schema = baseline_schema();
        let names = &schema["$defs"]["Listed"]["properties"]["checks"]["items"]["enum"];
        let checks: Vec<Check> = serde_json::from_value(names.clone()).expect("names of checks");
        assert_eq!(checks, Check::ALL);
        let all = schemars::schema_for!(Check).to_value();
        assert_eq!(all["oneOf"].as_array().map(Vec::len), Some(Check::ALL.len()), "a check is missing in Check::ALL: {all}");
    }
}
