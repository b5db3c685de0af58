//! Reading the published forms of the service model.

mod botocore;
mod pattern;
mod smithy;

use std::borrow::Cow;
use std::io::Read as _;

use serde_json::Value;

use super::Model;

/// The largest model that is read, unpacked: 64 MiB. The published ones have less than 2 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// Why a model could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Looked packed, but did not unpack.
    #[error("unpack the gzip'ed model: {0}; is the file complete?")]
    Gzip(#[source] std::io::Error),
    /// More than 64 MiB.
    #[error("read a model of more than {} MiB; is it a service model?", MAX_BYTES >> 20)]
    TooLarge,
    /// Not JSON.
    #[error("read the model as JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// JSON, but none of the forms that are known.
    #[error("recognise the model: expected botocore's service-2.json, a Smithy JSON AST, or the facts that this tool writes")]
    UnknownForm,
    /// The form is known, but the content does not follow it.
    #[error("read the model in its {form} form: {source}")]
    Form {
        /// The form that was recognised.
        form: &'static str,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// The model has no service, or several.
    #[error("find the service: the model has {0} service shapes, expected one")]
    Services(usize),
    /// A shape is of a type that `cognito-idp` does not use.
    #[error("understand shape '{shape}': its type '{kind}' is not supported")]
    UnsupportedType {
        /// Name of the shape.
        shape: String,
        /// Its type, as the model spells it.
        kind: String,
    },
    /// Something names a shape that is not there.
    #[error("resolve '{from}': it refers to the shape '{to}', which the model does not contain")]
    UnknownShape {
        /// The operation or shape that refers.
        from: String,
        /// The name that is missing.
        to: String,
    },
}

impl Model {
    /// Reads a published model: botocore's `service-2.json`, also gzip'ed, a Smithy 2.0 JSON AST, or facts written by
    /// [`Model::to_facts`]. The form is told from the content.
    ///
    /// `source` says for people where the model comes from, `botocore 1.44.5`; facts bring their own.
    ///
    /// # Errors
    ///
    /// When the bytes are none of these forms, or use what `cognito-idp` does not.
    pub fn import(bytes: &[u8], source: &str) -> Result<Model, ImportError> {
        let json = unpacked(bytes)?;
        let value: Value = serde_json::from_slice(&json).map_err(ImportError::Json)?;
        let model = match form(&value) {
            Some(Form::Botocore) => botocore::import(value, source),
            Some(Form::Smithy) => smithy::import(value, source),
            Some(Form::Facts) => serde_json::from_value(value).map_err(|source| ImportError::Form { form: "facts", source }),
            None => Err(ImportError::UnknownForm),
        };
        model?.closed()
    }
}

enum Form {
    Botocore,
    Smithy,
    Facts,
}

fn form(value: &Value) -> Option<Form> {
    value.get("shapes")?;
    let has = |key: &str| value.get(key).is_some();
    if has("smithy") {
        Some(Form::Smithy)
    } else if has("metadata") && has("operations") {
        Some(Form::Botocore)
    } else {
        has("target_prefix").then_some(Form::Facts)
    }
}

fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ImportError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MAX_BYTES + 1);
    reader.read_to_end(&mut unpacked).map_err(ImportError::Gzip)?;
    if unpacked.len() as u64 > MAX_BYTES { Err(ImportError::TooLarge) } else { Ok(Cow::Owned(unpacked)) }
}

/// Length bounds. Where a greatest length stands alone, the Smithy form and the service's messages have a smallest of 0.
fn lengths(min: Option<i64>, max: Option<i64>) -> (Option<u64>, Option<u64>) {
    let length = |bound: Option<i64>| bound.and_then(|bound| u64::try_from(bound).ok());
    let (min, max) = (length(min), length(max));
    (min.or(max.map(|_| 0)), max)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use rstest::rstest;

    use super::*;
    use crate::model::{OperationDiff, diff};

    /// Seven operations of each published form, cut out of the whole.
    const BOTOCORE: &[u8] = include_bytes!("fixtures/botocore.json");
    const SMITHY: &[u8] = include_bytes!("fixtures/smithy.json");

    fn read(bytes: &[u8]) -> Model {
        Model::import(bytes, "test").expect("the fixture is a model")
    }

    #[test]
    fn both_forms_give_the_same_facts_but_for_what_aws_changed_between_them() {
        let (old, new) = (read(SMITHY), read(BOTOCORE));
        assert_eq!((&old.target_prefix, &old.api_version), (&new.target_prefix, &new.api_version));
        let diff = diff(&old, &new);
        let changed: Vec<_> = diff
            .changed
            .iter()
            .flat_map(|(name, changes)| changes.members.iter().map(move |change| format!("{name} {}", change.path)))
            .collect();
        let expected = [
            "CreateTerms Links",
            "CreateTerms Links.key",
            "CreateTerms Terms.Links",
            "CreateTerms Terms.Links.key",
            "ListResourceServers ResourceServers.member.ManagedBy",
            "SetUserMFAPreference WebAuthnMfaSettings",
        ];
        assert_eq!(changed, expected, "{diff}");
        let added = |changes: &OperationDiff| changes.errors.added.iter().cloned().collect::<Vec<_>>();
        let errors = diff.changed.values().map(added);
        assert!(errors.into_iter().all(|added| added == ["OperationNotEnabledException"] || added.is_empty()), "{diff}");
        assert!(diff.changed.values().all(|changes| changes.unsigned.is_none()), "{diff}");
    }

    #[test]
    fn a_packed_model_is_unpacked() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(BOTOCORE).expect("memory takes it");
        assert_eq!(read(&packer.finish().expect("memory takes it")), read(BOTOCORE));
    }

    #[test]
    fn facts_are_read_as_well() {
        let model = read(SMITHY);
        assert_eq!(Model::import(model.to_facts().as_bytes(), "ignored").expect("these are facts"), model);
    }

    #[rstest]
    #[case(b"nothing", "read the model as JSON")]
    #[case(b"{\"shapes\": {}}", "recognise the model")]
    #[case(b"\x1f\x8bnothing", "unpack the gzip'ed model")]
    #[case(b"{\"smithy\": \"2.0\", \"shapes\": {}}", "0 service shapes")]
    #[case(b"{\"metadata\": {}, \"operations\": {}, \"shapes\": {}}", "in its botocore form: missing field")]
    #[case(
        br#"{"metadata": {"apiVersion": "1", "targetPrefix": "T"}, "operations": {}, "shapes": {"S": {"type": "float"}}}"#,
        "understand shape 'S': its type 'float'"
    )]
    #[case(
        br#"{"metadata": {"apiVersion": "1", "targetPrefix": "T"}, "operations": {"O": {"input": {"shape": "I"}}}, "shapes": {}}"#,
        "resolve 'O': it refers to the shape 'I'"
    )]
    fn what_is_wrong_is_said(#[case] bytes: &[u8], #[case] expected: &str) {
        let error = Model::import(bytes, "test").expect_err("this is no model").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
