//! What a successful answer looks like, as JSON Schema (draft 2020-12).

use serde_json::{Map, Value, json};

use super::{Model, ShapeKind, pattern};

impl Model {
    /// The schema of an operation's 200 body: exactly the model's members, the required ones present, types, enums, lengths,
    /// ranges and patterns. Timestamps are numbers, blobs are text, documents are anything. Without an output, or for an
    /// unknown operation, it allows the empty object only.
    pub fn response_schema(&self, operation: &str) -> Value {
        let output = self.operation(operation).and_then(|operation| operation.output.as_deref());
        let mut definitions = Map::new();
        let mut schema = json!({ "type": "object", "additionalProperties": false });
        if let Some(output) = output {
            self.define(output, &mut definitions);
            schema = reference(output);
        }
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$defs"] = Value::Object(definitions);
        schema
    }

    /// Adds the shape, and all that it is made of, to the definitions.
    fn define(&self, name: &str, definitions: &mut Map<String, Value>) {
        let Some(shape) = self.shape(name).filter(|_| !definitions.contains_key(name)) else {
            return;
        };
        definitions.insert(name.to_owned(), schema(&shape.kind));
        for part in shape.kind.references() {
            self.define(part, definitions);
        }
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn schema(kind: &ShapeKind) -> Value {
    match kind {
        ShapeKind::Structure { members, .. } => {
            let properties: Map<_, _> = members.iter().map(|(name, member)| (name.clone(), reference(&member.shape))).collect();
            let required: Vec<_> = members.iter().filter(|(_, member)| member.required).map(|(name, _)| name).collect();
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
        }
        ShapeKind::String { min, max, pattern, values } => {
            let pattern = pattern.as_deref().map(anchored);
            let values = (!values.is_empty()).then_some(values);
            some(json!({ "type": "string", "minLength": min, "maxLength": max, "pattern": pattern, "enum": values }))
        }
        ShapeKind::Integer { min, max } | ShapeKind::Long { min, max } => {
            some(json!({ "type": "integer", "minimum": min, "maximum": max }))
        }
        ShapeKind::Boolean => json!({ "type": "boolean" }),
        ShapeKind::Timestamp => json!({ "type": "number" }),
        ShapeKind::Blob { .. } => json!({ "type": "string" }),
        ShapeKind::Document => json!(true),
        ShapeKind::List { member, min, max } => {
            some(json!({ "type": "array", "items": reference(member), "minItems": min, "maxItems": max }))
        }
        ShapeKind::Map { key, value, min, max } => some(json!({
            "type": "object",
            "propertyNames": reference(key),
            "additionalProperties": reference(value),
            "minProperties": min,
            "maxProperties": max,
        })),
    }
}

/// The keywords that have a value.
fn some(mut schema: Value) -> Value {
    if let Some(keywords) = schema.as_object_mut() {
        keywords.retain(|_, value| !value.is_null());
    }
    schema
}

/// JSON Schema searches where the service matches the whole.
fn anchored(pattern: &str) -> String {
    let portable = pattern::portable(pattern);
    // Inline flags are no part of JSON Schema's syntax; "any letter" then has to be spelled out.
    match portable.strip_prefix("(?s)") {
        Some(rest) => format!("^(?:{})$", rest.replace('.', r"[\x00-\u{10ffff}]")),
        None => format!("^(?:{portable})$"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn every_schema_compiles() {
        let model = Model::embedded();
        for name in model.operations.keys() {
            let schema = model.response_schema(name);
            jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[rstest]
    #[case("SetUserSettings", json!({}), true)]
    #[case("SetUserSettings", json!({ "Extra": 1 }), false)]
    #[case("DeleteUser", json!({}), true)]
    #[case("DeleteUser", json!({ "Extra": 1 }), false)]
    #[case("GetUser", json!({ "Username": "u", "UserAttributes": [{ "Name": "sub", "Value": "x" }] }), true)]
    #[case("GetUser", json!({ "Username": "u" }), false)]
    #[case("GetUser", json!({ "Username": 1, "UserAttributes": [] }), false)]
    #[case("GetUserPoolMfaConfig", json!({ "MfaConfiguration": "OPTIONAL" }), true)]
    #[case("GetUserPoolMfaConfig", json!({ "MfaConfiguration": "MAYBE" }), false)]
    #[case("DescribeUserPool", json!({ "UserPool": { "Id": "us-east-1_a", "CreationDate": 1.5 } }), true)]
    #[case("DescribeUserPool", json!({ "UserPool": { "Id": "no pool", "CreationDate": 1.5 } }), false)]
    #[case("DescribeUserPool", json!({ "UserPool": { "CreationDate": "2020-01-01" } }), false)]
    fn a_body_is_judged_by_the_model(#[case] operation: &str, #[case] body: Value, #[case] valid: bool) {
        let schema = Model::embedded().response_schema(operation);
        assert_eq!(jsonschema::is_valid(&schema, &body), valid, "{schema:#}");
    }
}
