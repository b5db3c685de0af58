//! What a successful answer looks like, as JSON Schema (draft 2020-12).

use serde_json::{Map, Value, json};

use super::{Model, ShapeKind};

impl Model {
    /// The schema of an operation's 200 body: exactly the model's members, the required ones present, of their types and enums.
    /// Timestamps are numbers, blobs are text, documents are anything. Without an output, or for an unknown operation, it
    /// allows the empty object only.
    ///
    /// Lengths, ranges and patterns are left out: the service checks them on what it is given, and breaks them itself in what
    /// it gives (the schema attribute `phone_number_verified` is a character longer than its shape allows).
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
        ShapeKind::String { values, .. } if values.is_empty() => json!({ "type": "string" }),
        ShapeKind::String { values, .. } => json!({ "type": "string", "enum": values }),
        ShapeKind::Integer { .. } | ShapeKind::Long { .. } => json!({ "type": "integer" }),
        ShapeKind::Boolean => json!({ "type": "boolean" }),
        ShapeKind::Timestamp => json!({ "type": "number" }),
        ShapeKind::Blob { .. } => json!({ "type": "string" }),
        ShapeKind::Document => json!(true),
        ShapeKind::List { member, .. } => json!({ "type": "array", "items": reference(member) }),
        ShapeKind::Map { value, .. } => json!({ "type": "object", "additionalProperties": reference(value) }),
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
    #[case("DescribeUserPool", json!({ "UserPool": { "CreationDate": "2020-01-01" } }), false)]
    fn a_body_is_judged_by_the_model(#[case] operation: &str, #[case] body: Value, #[case] valid: bool) {
        let schema = Model::embedded().response_schema(operation);
        assert_eq!(jsonschema::is_valid(&schema, &body), valid, "{schema:#}");
    }
}
