//! Making up values that the model accepts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Model, ShapeKind, pattern};

/// The longest text that is made up, in characters; the model's longest limit is 1,000,000.
const MAX_TEXT: u64 = 1 << 24;

/// How far above the smallest length a text is looked for.
const REACH: u64 = 64;

/// Deeper than any shape of the model that does not contain itself.
const MAX_DEPTH: usize = 16;

/// What texts on AWS look like. Each is tried with a filler before or behind it against the compiled pattern.
const SEEDS: [&str; 14] = [
    "",
    "a_",
    "a@",
    "Level1",
    "tkn",
    "import-",
    "{####}",
    "{##a##}",
    "terms-of-use",
    "cognito:default",
    "arn:aws:s3:::a",
    "arn:aws:iam::1:a",
    "arn:aws:iam::123456789012:role/a",
    "00000000-0000-4000-8000-000000000000",
];

const FILLERS: [char; 4] = ['a', '1', 'A', ' '];

impl Model {
    /// The smallest value of a shape that the model accepts: required members only, as few elements as allowed. None when no
    /// text could be made up for a pattern, when the shape is unknown, or when it requires itself.
    pub fn valid_value(&self, shape: &str) -> Option<Value> {
        self.valid_at(shape, 0)
    }

    fn valid_at(&self, shape: &str, depth: usize) -> Option<Value> {
        let kind = &self.shape(shape).filter(|_| depth < MAX_DEPTH)?.kind;
        Some(match kind {
            ShapeKind::Structure { members, .. } => {
                let required = members.iter().filter(|(_, member)| member.required);
                let made = required.map(|(name, member)| Some((name.clone(), self.valid_at(&member.shape, depth + 1)?)));
                Value::Object(made.collect::<Option<Map<_, _>>>()?)
            }
            ShapeKind::String { values, .. } if !values.is_empty() => json!(values[0]),
            ShapeKind::String { min, max, pattern, .. } => json!(text(*min, *max, pattern.as_deref())?),
            ShapeKind::Integer { min, max } | ShapeKind::Long { min, max } => {
                json!(min.or(*max).unwrap_or(1))
            }
            ShapeKind::Boolean => json!(true),
            ShapeKind::Timestamp => json!(1_700_000_000),
            ShapeKind::Blob { min, .. } => blob(min.unwrap_or(0).max(1))?,
            ShapeKind::Document => json!({}),
            ShapeKind::List { min, .. } | ShapeKind::Map { min, .. } => self.container(kind, min.unwrap_or(0), depth, None)?,
        })
    }

    /// A list or map of that many valid elements; `like` is an element to repeat rather than to make up.
    pub(super) fn container(&self, kind: &ShapeKind, count: u64, depth: usize, like: Option<&Value>) -> Option<Value> {
        let count = usize::try_from(count).ok()?;
        let element = |shape: &str| like.cloned().or_else(|| self.valid_at(shape, depth + 1));
        match kind {
            _ if count as u64 > MAX_TEXT => None,
            ShapeKind::List { member, .. } => match self.shape(member).map(|shape| &shape.kind) {
                Some(ShapeKind::String { values, .. }) if !values.is_empty() => Some(values.iter().cycle().take(count).cloned().collect()),
                _ if count == 0 => Some(json!([])),
                _ => Some(Value::Array(vec![element(member)?; count])),
            },
            ShapeKind::Map { .. } if count == 0 => Some(json!({})),
            ShapeKind::Map { key, value, .. } => {
                let value = element(value)?;
                let keys = self.keys(key, count);
                (keys.len() == count).then(|| keys.into_iter().map(|key| (key, value.clone())).collect())
            }
            _ => None,
        }
    }

    /// Distinct valid keys: the values of an enum, or texts of growing length; maybe fewer than asked for.
    fn keys(&self, shape: &str, count: usize) -> Vec<String> {
        match self.shape(shape).map(|shape| &shape.kind) {
            Some(ShapeKind::String { values, .. }) if !values.is_empty() => values.iter().take(count).cloned().collect(),
            Some(ShapeKind::String { min, max, pattern, .. }) => {
                let start = min.unwrap_or(0).max(1);
                let end = max.unwrap_or(u64::MAX).min(start.saturating_add(count as u64 + REACH));
                (start..=end).filter_map(|length| text_of(length, pattern.as_deref())).take(count).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A valid key of a map, to stand for all keys in a path.
pub fn key(model: &Model, shape: &str) -> String {
    model.valid_value(shape).and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_else(|| "key".to_owned())
}

/// A text within the limits, not empty where that is allowed.
pub fn text(min: Option<u64>, max: Option<u64>, pattern: Option<&str>) -> Option<String> {
    let start = min.unwrap_or(0).max(1).min(max.unwrap_or(u64::MAX));
    let end = max.unwrap_or(u64::MAX).min(start.saturating_add(REACH));
    (start..=end).find_map(|length| text_of(length, pattern))
}

/// A text of exactly that many characters that matches the pattern.
pub fn text_of(length: u64, pattern: Option<&str>) -> Option<String> {
    let length = usize::try_from(length).ok().filter(|length| *length as u64 <= MAX_TEXT)?;
    let seeds = SEEDS.iter().filter(|seed| seed.len() <= length);
    let candidates = seeds.flat_map(|seed| FILLERS.iter().map(move |filler| (seed, filler))).flat_map(|(seed, filler)| {
        let filling = filler.to_string().repeat(length - seed.len());
        [format!("{seed}{filling}"), format!("{filling}{seed}")]
    });
    let fits = |text: &String| pattern.is_none_or(|pattern| pattern::matches(pattern, text));
    candidates.into_iter().find(fits)
}

/// A blob of that many bytes.
pub fn blob(bytes: u64) -> Option<Value> {
    let bytes = usize::try_from(bytes).ok().filter(|bytes| *bytes as u64 <= MAX_TEXT)?;
    Some(json!(STANDARD.encode(vec![b'a'; bytes])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_valid_request() {
        let model = Model::embedded();
        for (name, operation) in &model.operations {
            let request = model.valid_value(&operation.input).unwrap_or_else(|| panic!("{name}: nothing made up"));
            assert_eq!(model.check_input(name, &request), Ok(()), "{name}: {request}");
        }
    }

    #[test]
    fn every_text_of_the_model_can_be_made_up() {
        let model = Model::embedded();
        for (name, shape) in &model.shapes {
            if let ShapeKind::String { .. } = shape.kind {
                assert!(model.valid_value(name).is_some(), "{name}: {:?}", shape.kind);
            }
        }
    }
}
