//! AddCustomAttributes.

use serde_json::{Value, json};

use super::{
    super::{attributes::add, error::Answer, input::Input},
    Call,
};

/// AddCustomAttributes: all or none.
pub fn add_custom_attributes(call: &mut Call) -> Answer {
    let current = call.pool.description.get("SchemaAttributes").and_then(Value::as_array);
    let mut schema = current.cloned().unwrap_or_default();
    for attribute in call.input.list("CustomAttributes") {
        add(&mut schema, Input(attribute))?;
    }
    call.pool.description.insert("SchemaAttributes".into(), Value::Array(schema));
    Ok(json!({}))
}
