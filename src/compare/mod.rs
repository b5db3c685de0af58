//! Several results side by side: how far each target got, what changed, and which claims most of them contradict.
//!
//! - [`Input`], [`Column`]: the results, and the names that they go by
//! - [`Row`]: operations × results, two figures a cell
//! - [`Changes`]: what is not as it was, between two results
//! - [`Suspect`]: a claim that most targets contradict in the same way
//! - [`Format`]: what a comparison is rendered to

mod changes;
mod column;
mod family;
mod format;
mod matrix;
mod notes;
mod observed;
mod render;
#[cfg(test)]
mod samples;
mod suspects;

use schemars::JsonSchema;
use serde::Serialize;

pub use changes::{Change, Changes, Kind};
pub use column::{Column, Input};
pub use family::{Family, FamilyError};
pub use format::Format;
pub use matrix::Row;
pub use observed::Observed;
pub use suspects::{Agreed, Suspect};

use crate::report::RunResult;

/// Version of the format. It grows when a member goes or changes its meaning, not when one comes.
pub const SCHEMA_VERSION: u32 = 1;

/// Several results side by side. Texts that come from targets stand here as they came; who prints them cleans them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Comparison {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// The results, in the order in which they were given.
    pub results: Vec<Column>,
    /// Why the figures of these results may not be comparable, in sentences.
    pub notes: Vec<String>,
    /// The operations by name, with a cell for each result.
    pub operations: Vec<Row>,
    /// What changed, for each pair of results that was compared.
    pub changes: Vec<Changes>,
    /// Claims that most targets contradict in the same way, the most suspect first.
    pub suspects: Vec<Suspect>,
}

/// What a comparison is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Targets that are one program, so that they have one voice.
    pub families: Vec<Family>,
    /// Always tell what changed between the first result and the last.
    pub first_to_last: bool,
}

impl Comparison {
    /// Puts results side by side.
    ///
    /// # Errors
    /// A family names a target of which there is no result.
    pub fn new(inputs: &[Input], options: &Options) -> Result<Self, FamilyError> {
        family::check(&options.families, inputs)?;
        let columns = column::columns(inputs, &options.families);
        let results: Vec<&RunResult> = inputs.iter().map(|input| &input.result).collect();
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            notes: notes::of(inputs, &columns),
            operations: matrix::rows(&results),
            changes: changes::of(&columns, &results, options.first_to_last),
            suspects: suspects::of(&columns, &results),
            results: columns,
        })
    }

    /// What the last result lost against the first: cases that were no trouble and are now.
    pub fn regressions(&self) -> impl Iterator<Item = &Change> {
        let ends = self.results.first().zip(self.results.last());
        let pair = ends.and_then(|(first, last)| self.changes.iter().find(|changes| changes.is_between(&first.label, &last.label)));
        pair.into_iter().flat_map(|changes| &changes.changes).filter(|change| change.regression)
    }

    /// As one JSON object, with a line break at its end.
    ///
    /// # Errors
    /// Never, for a comparison of results.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// The JSON Schema of a comparison.
pub fn comparison_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Comparison);
    schema.insert("title".to_owned(), "Comparison of results of cognito-conformance".into());
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_SCHEMA=1 cargo test compare` writes it anew.
    #[test]
    fn the_committed_schema_is_current_and_fits() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/comparison.schema.json");
        let schema = comparison_schema();
        let current = format!("{schema:#}\n");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).expect("write the schema");
        }
        assert!(std::fs::read_to_string(path).expect("the schema") == current, "run UPDATE_SCHEMA=1 cargo test compare");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let comparison = serde_json::to_value(samples::comparison()).expect("JSON");
        let faults: Vec<_> = validator.iter_errors(&comparison).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn regressions_are_those_of_the_ends() {
        let failing = |outcome| samples::input("a", vec![samples::case("A::x", outcome)]);
        use crate::engine::Outcome::{Fail, Pass};
        let inputs = [failing(Pass), failing(Fail), failing(Fail)];
        let regressions = |options| Comparison::new(&inputs, &options).expect("no families").regressions().count();
        assert_eq!(regressions(Options { first_to_last: true, ..Options::default() }), 1);
        assert_eq!(regressions(Options::default()), 0);
    }
}
