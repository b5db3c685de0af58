//! Comparing two values of answers, structure by structure.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::change::Kind;
use super::placeholder::{Difference, Pairs, is_number};

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) kind: Kind,
    /// JSON path: `$.UserAttributes[sub]`.
    pub(super) path: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// Members that name the elements of a list, which have no order then.
const KEYS: [&str; 2] = ["Name", "AttributeName"];

/// Every place below `place`, which says where in the case the values stand, where they differ.
pub(super) fn compare(before: &Value, after: &Value, place: &str, pairs: &mut Pairs) -> Vec<Moved> {
    let mut comparing = Comparing { place, pairs, moved: Vec::new() };
    comparing.at("$", before, after);
    comparing.moved
}

struct Comparing<'a> {
    place: &'a str,
    pairs: &'a mut Pairs,
    moved: Vec<Moved>,
}

impl Comparing<'_> {
    fn at(&mut self, path: &str, before: &Value, after: &Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.members(path, before, after),
            (Value::Array(before), Value::Array(after)) => self.elements(path, before, after),
            _ if type_of(before) != type_of(after) => {
                let described = |value: &Value| Some(format!("{} {}", type_of(value), shown(value)));
                self.push(Kind::Retyped, path, described(before), described(after));
            }
            (Value::String(one), Value::String(other)) => self.texts(path, one, other),
            _ if same_scalar(before, after) => {}
            _ => self.push(Kind::Value, path, Some(shown(before)), Some(shown(after))),
        }
    }

    fn texts(&mut self, path: &str, before: &str, after: &str) {
        match self.pairs.compare(before, after, &format!("{} {path}", self.place)) {
            None => {}
            Some(Difference::Text) => self.push(Kind::Value, path, Some(shown(&before.into())), Some(shown(&after.into()))),
            Some(Difference::Relation { elsewhere, before: was }) => {
                let (same, other) = (format!("the same as {elsewhere}"), "another value".to_owned());
                let (before, after) = if was { (same, other) } else { (other, same) };
                self.push(Kind::Relation, path, Some(before), Some(after));
            }
        }
    }

    fn members(&mut self, path: &str, before: &Map<String, Value>, after: &Map<String, Value>) {
        for (name, value) in before {
            let path = format!("{path}.{name}");
            match after.get(name) {
                Some(other) => self.at(&path, value, other),
                None => self.push(Kind::Dropped, &path, Some(shown(value)), None),
            }
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            self.push(Kind::Added, &format!("{path}.{name}"), None, Some(shown(value)));
        }
    }

    fn elements(&mut self, path: &str, before: &[Value], after: &[Value]) {
        if let (Some(one), Some(other)) = (keyed(before), keyed(after)) {
            let names = one.iter().map(|(name, _)| name);
            let in_both = |name: &&String| one.iter().any(|(one, _)| one == *name) && other.iter().any(|(other, _)| other == *name);
            let order_before: Vec<&String> = names.filter(in_both).collect();
            let order_after: Vec<&String> = other.iter().map(|(name, _)| name).filter(in_both).collect();
            if order_before != order_after {
                let listed = |order: &[&String]| Some(order.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "));
                self.push(Kind::Order, path, listed(&order_before), listed(&order_after));
            }
            return self.named(path, &one, &other);
        }
        if !before.iter().chain(after).any(is_structure) {
            return self.scalars(path, before, after);
        }
        for (index, (one, other)) in before.iter().zip(after).enumerate() {
            self.at(&format!("{path}[{index}]"), one, other);
        }
        let rest = |items: &[Value], from: usize| items.iter().skip(from).map(shown).collect::<Vec<_>>();
        for gone in rest(before, after.len()) {
            self.push(Kind::Dropped, &format!("{path}[]"), Some(gone), None);
        }
        for new in rest(after, before.len()) {
            self.push(Kind::Added, &format!("{path}[]"), None, Some(new));
        }
    }

    /// Which elements came and went; where none did, whether their order is another one.
    fn scalars(&mut self, path: &str, before: &[Value], after: &[Value]) {
        let (gone, new) = (without(before, after), without(after, before));
        if gone.is_empty() && new.is_empty() && before != after {
            let listed = |items: &[Value]| Some(shown(&items.into()));
            self.push(Kind::Order, path, listed(before), listed(after));
        }
        let path = format!("{path}[]");
        gone.iter().for_each(|value| self.push(Kind::Dropped, &path, Some(shown(value)), None));
        new.iter().for_each(|value| self.push(Kind::Added, &path, None, Some(shown(value))));
    }

    fn named(&mut self, path: &str, before: &[(String, &Value)], after: &[(String, &Value)]) {
        let later: BTreeMap<&str, &Value> = after.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        for (name, value) in before {
            let path = format!("{path}[{name}]");
            match later.get(name.as_str()) {
                Some(other) => self.at(&path, value, other),
                None => self.push(Kind::Dropped, &path, Some(shown(value)), None),
            }
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.iter().any(|(known, _)| known == name)) {
            self.push(Kind::Added, &format!("{path}[{name}]"), None, Some(shown(value)));
        }
    }

    fn push(&mut self, kind: Kind, path: &str, before: Option<String>, after: Option<String>) {
        self.moved.push(Moved { kind, path: path.to_owned(), before, after });
    }
}

/// The elements by the name that each of them has, where no two have the same.
fn keyed(items: &[Value]) -> Option<Vec<(String, &Value)>> {
    let by = |key: &str| {
        let named: Option<Vec<(String, &Value)>> = items.iter().map(|item| Some((item.get(key)?.as_str()?.to_owned(), item))).collect();
        let names: Option<std::collections::BTreeSet<String>> =
            named.as_ref().map(|named| named.iter().map(|(name, _)| name.clone()).collect());
        named.filter(|named| names.is_some_and(|names| names.len() == named.len()))
    };
    KEYS.iter().find_map(|key| by(key))
}

fn is_structure(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The elements of one list that the other has not, each as often as it has it more.
fn without<'v>(items: &'v [Value], others: &[Value]) -> Vec<&'v Value> {
    let mut others: Vec<&Value> = others.iter().collect();
    let mut left = Vec::new();
    for item in items {
        match others.iter().position(|other| *other == item) {
            Some(at) => drop(others.swap_remove(at)),
            None => left.push(item),
        }
    }
    left
}

/// Numbers are equal by value.
fn same_scalar(before: &Value, after: &Value) -> bool {
    before == after || (before.is_number() && before.as_f64() == after.as_f64())
}

/// The JSON type as it was on the wire: a text may stand for a time.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(text) if is_number(text) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn shown(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"A": 1, "T": "[time]", "U": "[user:1]"}), json!({"U": "[user:7]", "T": "[time]", "A": 1.0}), &[])]
    #[case(json!({"A": {"B": 1}}), json!({"A": {"C": 2}}), &["Dropped $.A.B 1 -", "Added $.A.C - 2"])]
    #[case(json!({"A": "1"}), json!({"A": 1}), &["Retyped $.A string \"1\" number 1"])]
    #[case(json!({"A": "[time]"}), json!({"A": "2026"}), &["Retyped $.A number \"[time]\" string \"2026\""])]
    #[case(json!({"A": "[time]"}), json!({"A": "[time as text]"}), &["Retyped $.A number \"[time]\" string \"[time as text]\""])]
    #[case(json!({"A": "[time]"}), json!({"A": "[time of another form: 5]"}), &["Value $.A \"[time]\" \"[time of another form: 5]\""])]
    #[case(json!({"A": null}), json!({}), &["Dropped $.A null -"])]
    #[case(json!({"A": [1, 2]}), json!({"A": [2, 1]}), &["Order $.A [1,2] [2,1]"])]
    #[case(json!({"A": [1, 2]}), json!({"A": [1, 2, 3]}), &["Added $.A[] - 3"])]
    #[case(json!({"A": ["a", "b", "b"]}), json!({"A": ["b", "c"]}), &["Dropped $.A[] \"a\" -", "Dropped $.A[] \"b\" -", "Added $.A[] - \"c\""])]
    #[case(json!({"A": [{"x": 1}]}), json!({"A": [{"x": 2}]}), &["Value $.A[0].x 1 2"])]
    #[case(json!({"A": []}), json!({"A": [{"Name": "sub"}]}), &["Added $.A[sub] - {\"Name\":\"sub\"}"])]
    #[case(
        json!({"A": [{"Name": "sub", "Value": "[sub:1]"}, {"Name": "email", "Value": "x"}]}),
        json!({"A": [{"Name": "email", "Value": "y"}, {"Name": "sub", "Value": "[sub:1]"}]}),
        &["Order $.A sub, email email, sub", "Value $.A[email].Value \"x\" \"y\""]
    )]
    fn tells_each_place(#[case] before: Value, #[case] after: Value, #[case] told: &[&str]) {
        let moved = compare(&before, &after, "request", &mut Pairs::default());
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
        let lines = moved.iter().map(|moved| format!("{:?} {} {} {}", moved.kind, moved.path, side(&moved.before), side(&moved.after)));
        assert_eq!(lines.collect::<Vec<_>>(), told);
    }
}
