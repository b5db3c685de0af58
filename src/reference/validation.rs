//! Checking a request against the service model, once for all operations.

use std::sync::LazyLock;

use serde_json::Value;

use super::{
    error::ServiceError,
    protocol::{serialization, unreadable},
};
use crate::model::{Model, Refusal, ShapeKind};

/// The model as the service has it. Of passwords it asks for another pattern than is published: blanks may be inside (recorded of
/// AdminSetUserPassword; several applications match on the text with this pattern).
static SERVED: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model::embedded().clone();
    if let Some(ShapeKind::String { pattern, .. }) = model.shapes.get_mut("PasswordType").map(|shape| &mut shape.kind) {
        *pattern = Some(r"^[\S]+.*[\S]+$".to_owned());
    }
    model
});

/// Checks JSON types, then constraints. An empty body will do only where nothing is required (inferred).
pub fn check(operation: &str, body_is_empty: bool, input: &Value) -> Result<(), ServiceError> {
    let model = &*SERVED;
    let members = model.input_members(operation);
    let demands = members.is_some_and(|members| members.values().any(|member| member.required));
    if body_is_empty && demands {
        return Err(unreadable());
    }
    model.check_input(operation, input).map_err(|refusal| match &refusal {
        Refusal::Serialization(_) => serialization(refusal.to_string()),
        Refusal::Constraints(_) => ServiceError::invalid(refusal.to_string()),
    })
}
