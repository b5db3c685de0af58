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
    #[error(
        "recognise the model: expected botocore's service-2.json, a Smithy JSON AST, or the facts that this tool writes"
    )]
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
            Some(Form::Facts) => {
                serde_json::from_value(value).map_err(|source| ImportError::Form {
                    form: "facts",
                    source,
                })
            }
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
    reader
        .read_to_end(&mut unpacked)
        .map_err(ImportError::Gzip)?;
    if unpacked.len() as u64 > MAX_BYTES {
        Err(ImportError::TooLarge)
    } else {
        Ok(Cow::Owned(unpacked))
    }
}

/// Length bounds. Where a greatest length stands alone, the Smithy form and the service's messages have a smallest of 0.
fn lengths(min: Option<i64>, max: Option<i64>) -> (Option<u64>, Option<u64>) {
    let length = |bound: Option<i64>| bound.and_then(|bound| u64::try_from(bound).ok());
    let (min, max) = (length(min), length(max));
    (min.or(max.map(|_| 0)), max)
}
