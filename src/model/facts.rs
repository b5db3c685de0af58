//! The committed form of the model: JSON with one line per operation and per shape, so that a change reads as a diff.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Serialize;

use super::{ImportError, Model};

static EMBEDDED: LazyLock<Model> =
    LazyLock::new(|| Model::from_facts(include_str!("facts.json")).expect("a test reads the embedded facts"));

impl Model {
    /// The model that this build carries, from botocore 1.44.5.
    pub fn embedded() -> &'static Model {
        &EMBEDDED
    }

    /// Reads what [`Model::to_facts`] wrote.
    ///
    /// # Errors
    ///
    /// When the text is not such facts, or when they name a shape that they do not contain.
    pub fn from_facts(text: &str) -> Result<Model, ImportError> {
        let model: Model = serde_json::from_str(text).map_err(|source| ImportError::Form { form: "facts", source })?;
        model.closed()
    }

    /// The facts as JSON text, always the same for the same model, with a line feed at the end.
    pub fn to_facts(&self) -> String {
        let mut text = String::from("{\n");
        for (key, value) in [("source", &self.source), ("api_version", &self.api_version), ("target_prefix", &self.target_prefix)] {
            let _ = writeln!(text, "\"{key}\": {},", json(value));
        }
        let _ = write!(text, "\"operations\": {},\n\"shapes\": {}\n}}\n", lines(&self.operations), lines(&self.shapes));
        text
    }
}

fn lines<T: Serialize>(items: &BTreeMap<String, T>) -> String {
    let lines: Vec<_> = items.iter().map(|(name, item)| format!("{}: {}", json(name), json(item))).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("facts have string keys and no failing serializer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_facts_are_the_published_model() {
        let model = Model::embedded();
        assert_eq!(model.target_prefix, "AWSCognitoIdentityProviderService");
        assert_eq!(model.operations.len(), 141);
        let pairs: usize = model.operations.values().map(|operation| operation.errors.len()).sum();
        assert_eq!(pairs, 1226);
        assert_eq!(model.error_names().count(), 59);
        assert_eq!(model.operations.values().filter(|operation| operation.unsigned).count(), 34);
        assert_eq!(model.operations.values().filter(|operation| operation.output.is_none()).count(), 13);
    }

    #[test]
    fn facts_survive_a_round_trip_to_the_byte() {
        assert_eq!(Model::embedded().to_facts(), include_str!("facts.json"));
    }

    #[test]
    fn a_shape_that_is_not_there_is_an_error() {
        let text = Model::embedded().to_facts().replacen("\"output\":\"SignUpResponse\"", "\"output\":\"Gone\"", 1);
        let error = Model::from_facts(&text).expect_err("Gone is not a shape").to_string();
        assert!(error.contains("SignUp") && error.contains("Gone"), "{error}");
    }
}
