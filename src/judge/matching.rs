//! Comparing a value with a pattern.

use serde_json::Value;

use super::token::TOLERANCE;
use crate::case::{CASE_TIME, JsonType, Pattern, Values};

/// One place where a value is not as the pattern wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// JSON pointer.
    pub pointer: String,
    /// What was wanted, for people.
    pub expected: String,
    /// What is there; `None` when nothing is.
    pub actual: Option<Value>,
    /// Line by line, for values with structure.
    pub diff: Option<String>,
}

/// Every place where `value` is not as `pattern` wants it. `None` is a member that is not there.
pub fn matches(pattern: &Pattern, value: Option<&Value>, values: &Values) -> Vec<Mismatch> {
    let mut matching = Matching { values, mismatches: Vec::new() };
    matching.at("", pattern, value);
    matching.mismatches
}

struct Matching<'a> {
    values: &'a Values,
    mismatches: Vec<Mismatch>,
}

impl Matching<'_> {
    fn at(&mut self, pointer: &str, pattern: &Pattern, value: Option<&Value>) {
        match (pattern, value) {
            (Pattern::Object(members), Some(Value::Object(actual))) => {
                for (name, pattern) in members {
                    self.at(&format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), pattern, actual.get(name));
                }
            }
            (Pattern::Array(items), Some(Value::Array(actual))) if items.len() == actual.len() => {
                for (index, (pattern, value)) in items.iter().zip(actual).enumerate() {
                    self.at(&format!("{pointer}/{index}"), pattern, Some(value));
                }
            }
            (Pattern::Token(token), Some(value)) => {
                let found = super::token::check(token, value, self.values);
                self.mismatches.extend(found.into_iter().map(|found| Mismatch { pointer: format!("{pointer}{}", found.pointer), ..found }));
            }
            _ if self.holds(pattern, value) => {}
            _ => self.miss(pointer, pattern, value),
        }
    }

    fn holds(&self, pattern: &Pattern, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return match pattern {
                Pattern::Absent => true,
                Pattern::OneOf(patterns) => patterns.iter().any(|pattern| self.holds(pattern, None)),
                Pattern::Not(pattern) => !self.holds(pattern, None),
                _ => false,
            };
        };
        match pattern {
            Pattern::Absent => false,
            Pattern::Any => true,
            Pattern::Equal(template) => template.evaluate(self.values).is_ok_and(|expected| equal(&expected, value)),
            Pattern::Type(json_type) => json_type.holds(value),
            Pattern::Matches(regex) => value.as_str().is_some_and(|text| regex.is_match(text).unwrap_or(false)),
            Pattern::Length(shortest, longest) => length(value).is_some_and(|length| (*shortest..=*longest).contains(&length)),
            Pattern::OneOf(patterns) => patterns.iter().any(|pattern| self.holds(pattern, Some(value))),
            Pattern::Not(pattern) => !self.holds(pattern, Some(value)),
            Pattern::Json(pattern) => self.is_json(pattern, value),
            Pattern::Uuid => value.as_str().is_some_and(is_uuid),
            Pattern::Now => value.as_f64().is_some_and(|seconds| self.is_now(seconds)),
            Pattern::Token(token) => super::token::check(token, value, self.values).is_empty(),
            Pattern::Contains(patterns) => self.contains(patterns, value),
            Pattern::AnyOrder(patterns) => value
                .as_array()
                .is_some_and(|items| items.len() == patterns.len() && self.pairs(patterns, &items.iter().collect::<Vec<_>>())),
            Pattern::Object(_) | Pattern::Array(_) => same_kind(pattern, value) && matches(pattern, Some(value), self.values).is_empty(),
        }
    }

    fn is_now(&self, seconds: f64) -> bool {
        let began = self.values.get(CASE_TIME).and_then(Value::as_f64);
        began.is_some_and(|began| (seconds - began).abs() <= TOLERANCE as f64)
    }

    fn is_json(&self, pattern: &Pattern, value: &Value) -> bool {
        let parsed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        parsed.is_some_and(|parsed| self.holds(pattern, Some(&parsed)))
    }

    fn contains(&self, patterns: &[Pattern], value: &Value) -> bool {
        match value {
            Value::Array(items) => self.pairs(patterns, &items.iter().collect::<Vec<_>>()),
            Value::String(text) => patterns.iter().all(|pattern| match pattern {
                Pattern::Equal(template) => {
                    template.evaluate(self.values).is_ok_and(|part| part.as_str().is_some_and(|part| text.contains(part)))
                }
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether each pattern finds an element of its own.
    fn pairs(&self, patterns: &[Pattern], items: &[&Value]) -> bool {
        let Some((first, rest)) = patterns.split_first() else { return true };
        (0..items.len()).any(|index| {
            let mut others = items.to_vec();
            let item = others.remove(index);
            self.holds(first, Some(item)) && self.pairs(rest, &others)
        })
    }

    fn miss(&mut self, pointer: &str, pattern: &Pattern, value: Option<&Value>) {
        let expected = describe(pattern, self.values);
        self.mismatches.push(Mismatch {
            pointer: pointer.to_owned(),
            diff: value.and_then(|value| diff(pattern, value, self.values)),
            expected,
            actual: value.cloned(),
        });
    }
}

fn same_kind(pattern: &Pattern, value: &Value) -> bool {
    match pattern {
        Pattern::Object(_) => value.is_object(),
        Pattern::Array(items) => value.as_array().is_some_and(|actual| actual.len() == items.len()),
        _ => true,
    }
}

/// The form only: what version it says it is, does not matter.
fn is_uuid(text: &str) -> bool {
    let form = "00000000-0000-0000-0000-000000000000";
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, form)| if form == b'-' { byte == b'-' } else { matches!(byte, b'0'..=b'9' | b'a'..=b'f') })
}

/// Numbers are equal by value: `1` and `1.0` are the same to every JSON reader.
fn equal(expected: &Value, actual: &Value) -> bool {
    match (expected.as_f64(), actual.as_f64()) {
        (Some(expected), Some(actual)) => (expected - actual).abs() < f64::EPSILON,
        _ => expected == actual,
    }
}

fn length(value: &Value) -> Option<usize> {
    value.as_str().map(|text| text.chars().count()).or_else(|| value.as_array().map(Vec::len))
}

/// What a pattern wants, in words, or as JSON where that says it.
fn describe(pattern: &Pattern, values: &Values) -> String {
    let list = |patterns: &[Pattern], with: &str| patterns.iter().map(|pattern| describe(pattern, values)).collect::<Vec<_>>().join(with);
    match pattern {
        Pattern::Equal(template) => template.evaluate(values).map_or_else(|error| error.to_string(), |value| value.to_string()),
        Pattern::Object(members) => {
            let members = members.iter().map(|(name, pattern)| format!("\"{name}\": {}", describe(pattern, values)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Pattern::Array(items) => format!("[{}]", list(items, ", ")),
        Pattern::Any => "anything".to_owned(),
        Pattern::Absent => "no such member".to_owned(),
        Pattern::Type(JsonType::Object | JsonType::Array) => format!("an {}", type_name(pattern)),
        Pattern::Type(_) => format!("a {}", type_name(pattern)),
        Pattern::Matches(regex) => format!("a string that matches /{}/", regex.as_str()),
        Pattern::Length(shortest, longest) => format!("a length from {shortest} to {longest}"),
        Pattern::AnyOrder(items) => format!("[{}] in any order", list(items, ", ")),
        Pattern::Contains(items) => format!("at least [{}]", list(items, ", ")),
        Pattern::OneOf(patterns) => list(patterns, " or "),
        Pattern::Not(pattern) => format!("not {}", describe(pattern, values)),
        Pattern::Json(pattern) => format!("JSON text of {}", describe(pattern, values)),
        Pattern::Uuid => "a UUID in lower case".to_owned(),
        Pattern::Now => "the time of the case, in seconds since 1970".to_owned(),
        Pattern::Token(token) => format!("an {} token", token.kind.name()),
    }
}

fn type_name(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::Type(json_type) => json_type.name(),
        _ => "value",
    }
}

/// A line-by-line difference, where both sides have structure.
fn diff(pattern: &Pattern, value: &Value, values: &Values) -> Option<String> {
    if !value.is_object() && !value.is_array() {
        return None;
    }
    let expected = sketch(pattern, values)?;
    Some(super::diff::lines(&pretty(&expected), &pretty(value)))
}

/// The pattern as the value that it would match, where there is one.
fn sketch(pattern: &Pattern, values: &Values) -> Option<Value> {
    match pattern {
        Pattern::Equal(template) => template.evaluate(values).ok(),
        Pattern::Array(items) | Pattern::AnyOrder(items) | Pattern::Contains(items) => {
            items.iter().map(|item| sketch(item, values)).collect()
        }
        Pattern::Object(members) => {
            let members = members.iter().map(|(name, pattern)| Some((name.clone(), sketch(pattern, values)?)));
            members.collect::<Option<serde_json::Map<_, _>>>().map(Value::Object)
        }
        _ => None,
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn check(pattern: Value, value: Value) -> Vec<Mismatch> {
        let pattern = Pattern::compile(&pattern).expect("a pattern");
        let scope = json!({"user": {"name": "ann"}, CASE_TIME: 1_700_000_000});
        let Value::Object(scope) = scope else { unreachable!() };
        matches(&pattern, Some(&value), &scope)
    }

    #[rstest]
    #[case(json!({}), json!({"a": 1}))]
    #[case(json!({"a": "$user.name"}), json!({"a": "ann", "b": 2}))]
    #[case(json!({"a": "$absent"}), json!({"b": 2}))]
    #[case(json!({"a": {"$one_of": ["$absent", []]}}), json!({}))]
    #[case(json!({"a": {"$one_of": ["$absent", []]}}), json!({"a": []}))]
    #[case(json!({"a": {"$any_order": [1, "$string"]}}), json!({"a": ["x", 1]}))]
    #[case(json!({"a": {"$contains": [{"Name": "sub"}]}}), json!({"a": [{"Name": "x"}, {"Name": "sub", "Value": "1"}]}))]
    #[case(json!({"a": {"$not": {"$contains": [{"Name": "sub"}]}}}), json!({"a": [{"Name": "x"}]}))]
    #[case(json!({"a": {"$json": ["b"]}}), json!({"a": "[\"b\"]"}))]
    #[case(json!({"a": {"$length": [1, 2]}}), json!({"a": "é1"}))]
    #[case(json!({"a": 1}), json!({"a": 1.0}))]
    #[case(json!({"a": "$uuid"}), json!({"a": "196ae5cc-20a1-70dc-814e-b59d7148afe8"}))]
    #[case(json!({"a": "$now"}), json!({"a": 1_700_000_007.5}))]
    fn holds(#[case] pattern: Value, #[case] value: Value) {
        assert_eq!(check(pattern, value), []);
    }

    #[rstest]
    #[case(json!({"a": "$absent"}), json!({"a": null}), "/a")]
    #[case(json!({"a": 1}), json!({}), "/a")]
    #[case(json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), "/a/b")]
    #[case(json!({"a": [1, 2]}), json!({"a": [1]}), "/a")]
    #[case(json!({"a": [1, 2]}), json!({"a": [1, 3]}), "/a/1")]
    #[case(json!({"a": {"$any_order": [1, 1]}}), json!({"a": [1, 2]}), "/a")]
    #[case(json!({"a": {"$contains": ["x"]}}), json!({"a": []}), "/a")]
    #[case(json!({"a": {"$matches": "^x$"}}), json!({"a": 1}), "/a")]
    #[case(json!({"a": {"$not": "$any"}}), json!({"a": 1}), "/a")]
    #[case(json!({"a": "$uuid"}), json!({"a": "196AE5CC-20a1-70dc-814e-b59d7148afe8"}), "/a")]
    #[case(json!({"a": {"$token": "id"}}), json!({"a": "nonsense"}), "/a")]
    #[case(json!({"a": {"$token": "id"}}), json!({}), "/a")]
    #[case(json!({"a": {"b": 1}}), json!({"a": "text"}), "/a")]
    #[case::milliseconds(json!({"a": "$now"}), json!({"a": 1_700_000_000_000_u64}), "/a")]
    #[case::long_ago(json!({"a": "$now"}), json!({"a": 1_699_999_000}), "/a")]
    #[case::text(json!({"a": "$now"}), json!({"a": "2023-11-14T22:13:20Z"}), "/a")]
    fn misses(#[case] pattern: Value, #[case] value: Value, #[case] pointer: &str) {
        let mismatches = check(pattern, value);
        assert_eq!(mismatches.iter().map(|mismatch| mismatch.pointer.as_str()).collect::<Vec<_>>(), [pointer]);
    }

    #[test]
    fn shows_structure_line_by_line() {
        let mismatches = check(json!({"a": [1, 2]}), json!({"a": [1]}));
        let diff = mismatches[0].diff.as_deref().expect("a diff");
        assert!(diff.contains("-  2"), "{diff}");
    }
}
