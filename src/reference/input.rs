//! Reading members of a validated request. Constraints are checked before, from the model, so what is absent here is
//! optional there; a null member counts as absent.

use serde_json::{Map, Value};

/// A JSON object of the request: all of it, or a part.
#[derive(Clone, Copy)]
pub struct Input<'a>(pub &'a Value);

impl<'a> Input<'a> {
    /// A member, unless absent or null.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member that is text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    /// A required member that is text; validation has seen to it that it is there.
    pub fn required(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    /// A boolean; absent is false, as the model's plain booleans default.
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A whole number.
    pub fn number(self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// A list; absent is empty.
    pub fn list(self, name: &str) -> &'a [Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A nested object.
    pub fn object(self, name: &str) -> Option<Input<'a>> {
        self.get(name).filter(|value| value.is_object()).map(Input)
    }

    /// The named members that are present, as sent.
    pub fn only(self, names: &[&str]) -> Map<String, Value> {
        names.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?.clone()))).collect()
    }
}
