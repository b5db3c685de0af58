//! A member of a JSON body, and what can be wrong with it.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::model::{Model, ShapeKind};

/// Where a member is, in every element of the lists on the way: `MFAOptions[].DeliveryMedium`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPath(Vec<String>);

/// What is wrong with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is missing.
    Dropped,
    /// It has another JSON type.
    Retyped,
    /// It has another value of the same type; of an enum, another one of its values. A list of values has others.
    Altered,
    /// A list has no elements.
    Emptied,
    /// A list lacks its last element.
    Shortened,
    /// Where it should be absent it is null.
    Null,
    /// Where it should be absent it is an empty text, list or object.
    Empty,
}

impl Change {
    /// All of them, with the names that identifiers have.
    pub const NAMES: [(Self, &str); 7] = [
        (Self::Dropped, "member-dropped"),
        (Self::Retyped, "member-retyped"),
        (Self::Altered, "member-altered"),
        (Self::Emptied, "list-emptied"),
        (Self::Shortened, "list-shortened"),
        (Self::Null, "absent-as-null"),
        (Self::Empty, "absent-as-empty"),
    ];

    /// Whether it happens where the member is absent.
    pub fn is_of_absent(self) -> bool {
        matches!(self, Self::Null | Self::Empty)
    }

    /// Whether the change can be made to a value.
    pub fn suits(self, value: &Value) -> bool {
        match self {
            Self::Emptied => value.as_array().is_some_and(|list| !list.is_empty()),
            Self::Shortened => value.as_array().is_some_and(|list| list.len() > 1),
            Self::Altered => value.as_array().map_or(!value.is_object(), |list| list.first().is_some_and(|first| self.suits(first))),
            Self::Dropped | Self::Retyped => true,
            Self::Null | Self::Empty => false,
        }
    }
}

impl fmt::Display for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl FromStr for MemberPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let segments: Vec<String> = text.split('.').map(str::to_owned).collect();
        let is_whole = segments.iter().all(|segment| !segment.trim_end_matches("[]").is_empty());
        if is_whole { Ok(Self(segments)) } else { Err(format!("`{text}` is no path of members")) }
    }
}

impl MemberPath {
    /// A member of the body itself.
    pub fn top(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }

    /// The member's own name.
    pub fn last(&self) -> &str {
        self.0.last().map(|name| name.trim_end_matches("[]")).unwrap_or_default()
    }

    /// Every member of a body, with its value, down to `depth` levels. A list stands for itself, and its elements' members follow it.
    pub fn all(body: &Value, depth: usize) -> Vec<(Self, &Value)> {
        let mut found = Vec::new();
        collect(body, depth, &mut Vec::new(), &mut found);
        found
    }

    /// Makes the change wherever the member is.
    pub fn change(&self, change: Change, operation: &str, body: &mut Value) {
        let allowed = self.allowed(operation);
        let is_time = change == Change::Altered && self.is_time(operation);
        visit(body, &self.0, &mut |members, name| match members.get_mut(name) {
            Some(value) if is_time => *value = later(value),
            _ => apply(change, &allowed, members, name),
        });
    }

    /// Writes a member that is absent as an empty value of its modelled type, or as null.
    pub fn fill(&self, change: Change, operation: &str, body: &mut Value) {
        let empty = if change == Change::Null { Value::Null } else { self.empty(operation) };
        visit(body, &self.0, &mut |members, name| {
            members.entry(name.to_owned()).or_insert_with(|| empty.clone());
        });
    }

    /// Values of the member's enum, or of that of its elements; none where there is no such shape.
    fn allowed(&self, operation: &str) -> Vec<String> {
        let kind = match self.kind(operation) {
            Some(ShapeKind::List { member, .. }) => Model::embedded().shape(member).map(|shape| &shape.kind),
            kind => kind,
        };
        match kind {
            Some(ShapeKind::String { values, .. }) => values.clone(),
            _ => Vec::new(),
        }
    }

    fn empty(&self, operation: &str) -> Value {
        match self.kind(operation) {
            Some(ShapeKind::List { .. }) => json!([]),
            Some(ShapeKind::Structure { .. } | ShapeKind::Map { .. }) => json!({}),
            _ => json!(""),
        }
    }

    /// Whether it is a time.
    fn is_time(&self, operation: &str) -> bool {
        matches!(self.kind(operation), Some(ShapeKind::Timestamp))
    }

    fn kind(&self, operation: &str) -> Option<&'static ShapeKind> {
        let model = Model::embedded();
        let mut shape = model.operation(operation)?.output.as_deref()?;
        for segment in &self.0 {
            shape = &model.members(shape)?.get(segment.trim_end_matches("[]"))?.shape;
            if let (true, ShapeKind::List { member, .. }) = (segment.ends_with("[]"), &model.shape(shape)?.kind) {
                shape = member;
            }
        }
        Some(&model.shape(shape)?.kind)
    }
}

fn collect<'v>(value: &'v Value, depth: usize, trail: &mut Vec<String>, found: &mut Vec<(MemberPath, &'v Value)>) {
    let Some(members) = value.as_object().filter(|_| depth > 0) else { return };
    for (name, member) in members {
        trail.push(name.clone());
        found.push((MemberPath(trail.clone()), member));
        match member {
            Value::Array(list) => {
                trail.pop();
                trail.push(format!("{name}[]"));
                list.iter().for_each(|element| collect(element, depth - 1, trail, found));
            }
            other => collect(other, depth - 1, trail, found),
        }
        trail.pop();
    }
}

fn visit(value: &mut Value, path: &[String], act: &mut dyn FnMut(&mut Map<String, Value>, &str)) {
    let (Some(members), Some((first, rest))) = (value.as_object_mut(), path.split_first()) else { return };
    if rest.is_empty() {
        return act(members, first);
    }
    match (members.get_mut(first.trim_end_matches("[]")), first.ends_with("[]")) {
        (Some(Value::Array(list)), true) => list.iter_mut().for_each(|element| visit(element, rest, act)),
        (Some(other), false) => visit(other, rest, act),
        _ => {}
    }
}

fn apply(change: Change, allowed: &[String], members: &mut Map<String, Value>, name: &str) {
    if change == Change::Dropped {
        members.shift_remove(name);
        return;
    }
    let Some(value) = members.get_mut(name).filter(|value| change.suits(value)) else { return };
    match (change, &mut *value) {
        (Change::Retyped, _) => *value = retyped(value),
        (Change::Altered, _) => *value = altered(value, allowed),
        (Change::Emptied, Value::Array(list)) => list.clear(),
        (Change::Shortened, Value::Array(list)) => drop(list.pop()),
        _ => {}
    }
}

/// A second more or less would be nothing to speak of.
pub(super) fn later(time: &Value) -> Value {
    time.as_i64().map_or_else(|| json!(time.as_f64().unwrap_or_default() + 1_000.0), |seconds| json!(seconds + 1_000))
}

pub(super) fn retyped(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(1),
        Value::Bool(_) | Value::Number(_) => json!(value.to_string()),
        Value::Array(_) => json!({}),
        Value::Object(_) | Value::Null => json!([]),
    }
}

pub(super) fn altered(value: &Value, allowed: &[String]) -> Value {
    match value {
        Value::String(text) => json!(allowed.iter().find(|other| *other != text).cloned().unwrap_or_else(|| other_text(text))),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::Array(values) => values.iter().map(|value| altered(value, allowed)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), altered(value, allowed))).collect(),
        Value::Null => Value::Null,
    }
}

/// As long, of the same letters, and still another text: rules about its form do not notice.
fn other_text(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        '0'..='8' | 'a'..='e' | 'A'..='E' => char::from_u32(u32::from(letter) + 1).unwrap_or(letter),
        '9' => '0',
        'f' => 'a',
        'F' => 'A',
        other => other,
    });
    let other: String = letters.collect();
    if other == text { format!("{text}x") } else { other }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Change::Dropped, "L[].N", json!({"S": "a", "L": [{}, {}]}))]
    #[case(Change::Retyped, "S", json!({"S": 1, "L": [{"N": 1}, {"N": 2}]}))]
    #[case(Change::Altered, "S", json!({"S": "b", "L": [{"N": 1}, {"N": 2}]}))]
    #[case(Change::Emptied, "L", json!({"S": "a", "L": []}))]
    #[case(Change::Shortened, "L", json!({"S": "a", "L": [{"N": 1}]}))]
    #[case(Change::Dropped, "Other", json!({"S": "a", "L": [{"N": 1}, {"N": 2}]}))]
    fn changes_what_it_names_and_nothing_else(#[case] change: Change, #[case] path: &str, #[case] after: Value) {
        let mut body = json!({"S": "a", "L": [{"N": 1}, {"N": 2}]});
        path.parse::<MemberPath>().expect("a path").change(change, "GetUser", &mut body);
        assert_eq!(body, after);
    }

    #[test]
    fn an_enum_is_altered_within_itself() {
        let mut body = json!({"MfaConfiguration": "OFF"});
        MemberPath::top("MfaConfiguration").change(Change::Altered, "GetUserPoolMfaConfig", &mut body);
        assert_eq!(body, json!({"MfaConfiguration": "ON"}));
    }

    #[test]
    fn a_time_is_altered_by_more_than_clocks_differ() {
        let mut body = json!({"Group": {"CreationDate": 1.0, "Precedence": 1}});
        let alter = |path: &str, body: &mut Value| path.parse::<MemberPath>().expect("a path").change(Change::Altered, "GetGroup", body);
        alter("Group.CreationDate", &mut body);
        alter("Group.Precedence", &mut body);
        assert_eq!(body, json!({"Group": {"CreationDate": 1001.0, "Precedence": 2.0}}));
    }

    #[test]
    fn absent_members_are_filled_by_their_modelled_type() {
        let mut body = json!({"Username": "ann"});
        MemberPath::top("MFAOptions").fill(Change::Empty, "GetUser", &mut body);
        MemberPath::top("Username").fill(Change::Null, "GetUser", &mut body);
        assert_eq!(body, json!({"Username": "ann", "MFAOptions": []}));
    }

    #[test]
    fn finds_members_of_members() {
        let body = json!({"A": {"B": 1}, "L": [{"N": {"Deep": 1}}]});
        let paths: Vec<String> = MemberPath::all(&body, 2).iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["A", "A.B", "L", "L[].N"]);
    }
}
