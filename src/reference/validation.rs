//! Checking a request against the service model, once for all operations.

use serde_json::Value;

use super::{
    error::ServiceError,
    protocol::{serialization, unreadable},
};
use crate::model::{Model, Refusal};

/// Checks JSON types, then constraints. An empty body will do only where nothing is required (inferred).
pub fn check(operation: &str, body_is_empty: bool, input: &Value) -> Result<(), ServiceError> {
    let model = Model::embedded();
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
