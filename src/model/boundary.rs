//! The two sides of a constraint: the value just outside, which must be refused, and the one just inside.

use serde_json::{Value, json};

use super::constraint::{Constraint, JsonType, Rule};
use super::path::{MemberPath, Segment};
use super::{Model, ShapeKind, pattern, synthesis};

/// The values at the place of a constraint; none means absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sides {
    /// Breaks this constraint and no other.
    pub outside: Option<Value>,
    /// Satisfies it, as close to the limit as can be.
    pub inside: Option<Value>,
}

/// Two whole requests that differ in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    /// Breaks the constraint and no other.
    pub outside: Value,
    /// Satisfies it.
    pub inside: Value,
}

/// Why a constraint has no two sides that can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSides {
    /// Nothing of the size just outside satisfies the rest: the pattern, or the possible keys of a map, imply the limit.
    #[error("break the limit alone: the pattern or the keys already imply it")]
    Implied,
    /// The pattern matches every text that was tried.
    #[error("break the pattern: it matches everything")]
    Unbreakable,
    /// No valid value could be made up.
    #[error("make up a valid value: give the request one")]
    NoValue,
}

/// Letters that patterns do not expect, the readable ones first.
const STRANGERS: [char; 8] = ['!', ' ', '#', '~', '"', 'é', '\u{7f}', '\n'];

impl Constraint {
    /// The values on both sides, near `accepted`: the value that a request which is known to be accepted has at this place.
    ///
    /// # Errors
    ///
    /// When there is no value outside that breaks only this constraint, or none inside.
    pub fn sides(&self, model: &Model, accepted: Option<&Value>) -> Result<Sides, NoSides> {
        let kind = &model.shape(&self.shape).ok_or(NoSides::NoValue)?.kind;
        let accepted = accepted.filter(|value| !value.is_null());
        let inside = || accepted.cloned().or_else(|| model.valid_value(&self.shape)).ok_or(NoSides::NoValue);
        let sized = |outside: u64, inside: u64| self.sized(model, kind, accepted, outside, inside);
        match &self.rule {
            Rule::Required => Ok(Sides { outside: None, inside: Some(inside()?) }),
            Rule::Type(json_type) => both(wrong(*json_type), inside()?),
            Rule::Pattern(pattern) => {
                let inside = inside()?;
                both(json!(stranger(pattern, inside.as_str().unwrap_or_default()).ok_or(NoSides::Unbreakable)?), inside)
            }
            Rule::Enum(values) => enumerated(values, accepted),
            Rule::Min(min) => both(json!(min.checked_sub(1).ok_or(NoSides::Unbreakable)?), json!(min)),
            Rule::Max(max) => both(json!(max.checked_add(1).ok_or(NoSides::Unbreakable)?), json!(max)),
            Rule::MinLength(min) | Rule::MinItems(min) => sized(min.checked_sub(1).ok_or(NoSides::Unbreakable)?, *min),
            Rule::MaxLength(max) | Rule::MaxItems(max) => sized(max.checked_add(1).ok_or(NoSides::Unbreakable)?, *max),
        }
    }

    /// Whole requests on both sides, made from one that is known to be accepted. Parents that it lacks are made up with what
    /// they require.
    ///
    /// # Errors
    ///
    /// As [`Constraint::sides`], and when a parent cannot be made up.
    pub fn requests(&self, model: &Model, accepted: &Value) -> Result<Requests, NoSides> {
        let sides = self.sides(model, self.path.get(accepted))?;
        let base = self.with_parents(model, accepted).ok_or(NoSides::NoValue)?;
        let put = |value: Option<Value>| {
            let mut request = base.clone();
            match value {
                Some(value) => self.path.set(&mut request, value),
                None => drop(self.path.remove(&mut request)),
            }
            request
        };
        Ok(Requests { outside: put(sides.outside), inside: put(sides.inside) })
    }

    fn with_parents(&self, model: &Model, accepted: &Value) -> Option<Value> {
        let mut request = accepted.clone();
        let mut shape = model.operation(&self.operation)?.input.as_str();
        let mut path = MemberPath::default();
        for segment in self.path.segments() {
            if path.get(&request).is_none_or(Value::is_null) {
                path.set(&mut request, model.valid_value(shape)?);
            }
            shape = match (&model.shape(shape)?.kind, segment) {
                (ShapeKind::Structure { members, .. }, Segment::Member(name)) => &members.get(name)?.shape,
                (ShapeKind::List { member, .. }, _) => member,
                (ShapeKind::Map { value, .. }, _) => value,
                _ => return None,
            };
            path = path.join(segment.clone());
        }
        Some(request)
    }

    fn sized(&self, model: &Model, kind: &ShapeKind, accepted: Option<&Value>, outside: u64, inside: u64) -> Result<Sides, NoSides> {
        let first = accepted.and_then(|value| match value {
            Value::Array(items) => items.first(),
            Value::Object(entries) => entries.values().next(),
            _ => None,
        });
        let of_size = |size: u64| match kind {
            ShapeKind::String { pattern, .. } => synthesis::text_of(size, pattern.as_deref()).map(Value::from),
            ShapeKind::Blob { .. } => synthesis::blob(size),
            _ => model.container(kind, size, 0, first),
        };
        both(of_size(outside).ok_or(NoSides::Implied)?, of_size(inside).ok_or(NoSides::NoValue)?)
    }
}

fn both(outside: Value, inside: Value) -> Result<Sides, NoSides> {
    Ok(Sides { outside: Some(outside), inside: Some(inside) })
}

/// A value of another JSON type, which no lenient reader takes for the right one.
fn wrong(json_type: JsonType) -> Value {
    match json_type {
        JsonType::String => json!({}),
        JsonType::Number => json!("ten"),
        JsonType::Boolean => json!("yes"),
        JsonType::Array | JsonType::Object | JsonType::Map | JsonType::Any => json!("text"),
    }
}

/// The text with one letter replaced such that it does not match; of the same length.
fn stranger(pattern: &str, text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let places = [letters.len().checked_sub(1)?, 0, letters.len() / 2];
    let candidates = STRANGERS.iter().flat_map(|stranger| places.map(|place| (*stranger, place)));
    let replaced = candidates.map(|(stranger, place)| {
        let mut letters = letters.clone();
        letters[place] = stranger;
        letters.into_iter().collect::<String>()
    });
    replaced.into_iter().find(|text| !pattern::matches(pattern, text))
}

fn enumerated(values: &[String], accepted: Option<&Value>) -> Result<Sides, NoSides> {
    let allowed = |value: &&Value| value.as_str().is_some_and(|text| values.iter().any(|value| value == text));
    let inside = accepted.filter(allowed).cloned().or_else(|| values.first().map(|value| json!(value)));
    let inside = inside.ok_or(NoSides::NoValue)?;
    let near = format!("{}X", inside.as_str().unwrap_or_default());
    if values.contains(&near) { Err(NoSides::Unbreakable) } else { both(json!(near), inside) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::Refusal;

    fn constraint(operation: &str, path: &str, rule: &str) -> Constraint {
        let all = Model::embedded().input_constraints(operation);
        let wanted = |constraint: &Constraint| constraint.path.to_string() == path && constraint.rule.name() == rule;
        all.into_iter().find(wanted).expect("the model has this constraint")
    }

    #[rstest]
    #[case("SetUserSettings", "AccessToken", "required", None, json!("a.b"))]
    #[case("SetUserSettings", "AccessToken", "type", Some(json!({})), json!("a.b"))]
    #[case("SetUserSettings", "AccessToken", "pattern", Some(json!("a.!")), json!("a.b"))]
    #[case("ListUsers", "Limit", "max", Some(json!(61)), json!(60))]
    #[case("AdminSetUserSettings", "MFAOptions[0].DeliveryMedium", "enum", Some(json!("SMSX")), json!("SMS"))]
    #[case("VerifySoftwareToken", "UserCode", "min_length", Some(json!("11111")), json!("111111"))]
    fn sides_lie_close_to_the_limit(
        #[case] operation: &str,
        #[case] path: &str,
        #[case] rule: &str,
        #[case] outside: Option<Value>,
        #[case] inside: Value,
    ) {
        let sides = constraint(operation, path, rule).sides(Model::embedded(), Some(&inside)).expect("it has two sides");
        assert_eq!(sides, Sides { outside, inside: Some(inside) });
    }

    #[test]
    fn lengths_go_up_to_the_longest_of_the_model() {
        let sides = constraint("SetUICustomization", "CSS", "max_length").sides(Model::embedded(), None).expect("sides");
        let length = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::len));
        assert_eq!((length(sides.outside), length(sides.inside)), (Some(131_073), Some(131_072)));
    }

    #[test]
    fn a_pattern_that_implies_the_length_has_no_outside() {
        let constraint = constraint("ListUsers", "UserPoolId", "min_length");
        assert_eq!(constraint.sides(Model::embedded(), None), Err(NoSides::Implied));
    }

    /// The whole model: outside breaks this constraint alone, inside breaks nothing.
    #[test]
    fn both_sides_of_every_constraint_of_the_model_are_judged_right() {
        let model = Model::embedded();
        let mut made = 0;
        for (operation, facts) in &model.operations {
            let accepted = model.valid_value(&facts.input).expect("every input can be made up");
            for constraint in model.input_constraints(operation) {
                let Ok(requests) = constraint.requests(model, &accepted) else {
                    continue;
                };
                made += 1;
                let what = format!("{operation} {} {}", constraint.path, constraint.rule.name());
                assert_eq!(model.check_input(operation, &requests.inside), Ok(()), "{what}");
                assert_breaks_only(&constraint, model.check_input(operation, &requests.outside), &what);
            }
        }
        assert!(made > 2000, "only {made} constraints have two sides");
    }

    fn assert_breaks_only(constraint: &Constraint, judged: Result<(), Refusal>, what: &str) {
        match judged {
            Err(Refusal::Serialization(mismatch)) => {
                assert_eq!(Rule::Type(mismatch.expected), constraint.rule, "{what}");
                assert_eq!(mismatch.path, constraint.path, "{what}");
            }
            Err(Refusal::Constraints(violations)) => {
                let [violation] = violations.as_slice() else { panic!("{what}: {violations:?}") };
                let container = constraint.path.parent();
                assert!(violation.path == constraint.path || Some(&violation.path) == container.as_ref(), "{what}");
                assert_eq!(violation.rule, constraint.rule, "{what}");
            }
            Ok(()) => panic!("{what}: the outside is accepted"),
        }
    }
}
