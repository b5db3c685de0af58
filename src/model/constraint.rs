//! Everything that the model demands of a request, one demand at a time.

use std::fmt;

use serde::Serialize;

use super::path::{MemberPath, Segment};
use super::{Member, Model, ShapeKind, synthesis};

/// The JSON types that the protocol uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    /// Text, a blob as base64.
    String,
    /// Number, also a timestamp.
    Number,
    /// `true` or `false`.
    Boolean,
    /// List.
    Array,
    /// Structure.
    Object,
    /// Map: an object with free keys.
    Map,
    /// A document: any JSON.
    Any,
}

impl JsonType {
    /// The type that a shape has on the wire.
    pub fn of(kind: &ShapeKind) -> Self {
        match kind {
            ShapeKind::Structure { .. } => Self::Object,
            ShapeKind::String { .. } | ShapeKind::Blob { .. } => Self::String,
            ShapeKind::Integer { .. } | ShapeKind::Long { .. } | ShapeKind::Timestamp => Self::Number,
            ShapeKind::Boolean => Self::Boolean,
            ShapeKind::Document => Self::Any,
            ShapeKind::List { .. } => Self::Array,
            ShapeKind::Map { .. } => Self::Map,
        }
    }
}

/// One demand of the model. Its text is the service's own, without the leading "Member must".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Rule {
    /// Must be present.
    Required,
    /// Fewest characters, or bytes of a blob.
    MinLength(u64),
    /// Most characters, or bytes of a blob.
    MaxLength(u64),
    /// Java regular expression for the whole text.
    Pattern(String),
    /// The allowed values.
    Enum(Vec<String>),
    /// Smallest number.
    Min(i64),
    /// Greatest number.
    Max(i64),
    /// Fewest elements or entries.
    MinItems(u64),
    /// Most elements or entries.
    MaxItems(u64),
    /// The JSON type.
    Type(JsonType),
}

impl Rule {
    /// The kind of rule as part of a case name: `min_length`.
    pub fn name(&self) -> &'static str {
        match self {
            Rule::Required => "required",
            Rule::MinLength(_) => "min_length",
            Rule::MaxLength(_) => "max_length",
            Rule::Pattern(_) => "pattern",
            Rule::Enum(_) => "enum",
            Rule::Min(_) => "min",
            Rule::Max(_) => "max",
            Rule::MinItems(_) => "min_items",
            Rule::MaxItems(_) => "max_items",
            Rule::Type(_) => "type",
        }
    }
}

impl fmt::Display for Rule {
    /// As the service says it: `have length less than or equal to 256`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Required => f.write_str("not be null"),
            Rule::MinLength(min) | Rule::MinItems(min) => {
                write!(f, "have length greater than or equal to {min}")
            }
            Rule::MaxLength(max) | Rule::MaxItems(max) => {
                write!(f, "have length less than or equal to {max}")
            }
            Rule::Pattern(pattern) => write!(f, "satisfy regular expression pattern: {pattern}"),
            Rule::Enum(values) => write!(f, "satisfy enum value set: [{}]", values.join(", ")),
            Rule::Min(min) => write!(f, "have value greater than or equal to {min}"),
            Rule::Max(max) => write!(f, "have value less than or equal to {max}"),
            Rule::Type(json_type) => write!(f, "be of JSON type {json_type:?}"),
        }
    }
}

impl ShapeKind {
    /// The rules for a value of this shape alone, not for what it contains, in the order of the service's messages: greatest
    /// length, smallest length, pattern. The JSON type is not among them.
    pub fn rules(&self) -> Vec<Rule> {
        match self {
            ShapeKind::String { min, max, pattern, values } => {
                let values = (!values.is_empty()).then(|| Rule::Enum(values.clone()));
                let lengths = [max.map(Rule::MaxLength), min.map(Rule::MinLength)];
                lengths.into_iter().chain([pattern.clone().map(Rule::Pattern), values]).flatten().collect()
            }
            ShapeKind::Blob { min, max } => [max.map(Rule::MaxLength), min.map(Rule::MinLength)].into_iter().flatten().collect(),
            ShapeKind::Integer { min, max } | ShapeKind::Long { min, max } => {
                [max.map(Rule::Max), min.map(Rule::Min)].into_iter().flatten().collect()
            }
            ShapeKind::List { min, max, .. } | ShapeKind::Map { min, max, .. } => {
                [max.map(Rule::MaxItems), min.map(Rule::MinItems)].into_iter().flatten().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// One rule at one place of an operation's input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Constraint {
    /// The operation whose input it is.
    pub operation: String,
    /// Where the value stands; element 0 and one valid key stand for all.
    pub path: MemberPath,
    /// What is demanded.
    pub rule: Rule,
    /// Name of the shape at the path.
    pub shape: String,
}

impl Model {
    /// Every constraint on every input member of an operation, through structures, list elements and map values, down to
    /// where a shape would contain itself. A smallest length of 0 is none. Empty for an unknown operation.
    pub fn input_constraints(&self, operation: &str) -> Vec<Constraint> {
        let mut walk = Walk { model: self, operation, parents: Vec::new(), found: Vec::new() };
        if let Some(facts) = self.operation(operation) {
            walk.contents(&facts.input, &MemberPath::default());
        }
        walk.found
    }
}

struct Walk<'a> {
    model: &'a Model,
    operation: &'a str,
    parents: Vec<&'a str>,
    found: Vec<Constraint>,
}

impl<'a> Walk<'a> {
    fn contents(&mut self, name: &'a str, path: &MemberPath) {
        let Some(shape) = self.model.shape(name).filter(|_| !self.parents.contains(&name)) else {
            return;
        };
        self.parents.push(name);
        match &shape.kind {
            ShapeKind::Structure { members, .. } => {
                members.iter().for_each(|(member, facts)| self.member(member, facts, path));
            }
            ShapeKind::List { member, .. } => self.value(member, &path.join(Segment::Index(0))),
            ShapeKind::Map { key, value, .. } => {
                self.value(value, &path.join(Segment::Key(synthesis::key(self.model, key))));
            }
            _ => {}
        }
        self.parents.pop();
    }

    fn member(&mut self, name: &str, member: &'a Member, parent: &MemberPath) {
        let path = parent.join(Segment::Member(name.to_owned()));
        if member.required {
            self.push(&path, &member.shape, Rule::Required);
        }
        self.value(&member.shape, &path);
    }

    fn value(&mut self, name: &'a str, path: &MemberPath) {
        let Some(shape) = self.model.shape(name) else {
            return;
        };
        let json_type = JsonType::of(&shape.kind);
        if json_type != JsonType::Any {
            self.push(path, name, Rule::Type(json_type));
        }
        for rule in shape.kind.rules() {
            if !matches!(rule, Rule::MinLength(0) | Rule::MinItems(0)) {
                self.push(path, name, rule);
            }
        }
        self.contents(name, path);
    }

    fn push(&mut self, path: &MemberPath, shape: &str, rule: Rule) {
        let (operation, shape) = (self.operation.to_owned(), shape.to_owned());
        self.found.push(Constraint { operation, path: path.clone(), rule, shape });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_reach_into_lists() {
        let found: Vec<_> = Model::embedded()
            .input_constraints("SetUserSettings")
            .iter()
            .map(|constraint| format!("{} {}", constraint.path, constraint.rule.name()))
            .collect();
        let expected = [
            "AccessToken required",
            "AccessToken type",
            "AccessToken pattern",
            "MFAOptions required",
            "MFAOptions type",
            "MFAOptions[0] type",
            "MFAOptions[0].AttributeName type",
            "MFAOptions[0].AttributeName max_length",
            "MFAOptions[0].AttributeName min_length",
            "MFAOptions[0].AttributeName pattern",
            "MFAOptions[0].DeliveryMedium type",
            "MFAOptions[0].DeliveryMedium enum",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_unknown_operation_has_none() {
        assert!(Model::embedded().input_constraints("Nothing").is_empty());
    }
}
