//! Where a value stands in a request: `MFAOptions[0].DeliveryMedium`.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// One step down into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Member of a structure.
    Member(String),
    /// Element of a list, from 0.
    Index(usize),
    /// Entry of a map.
    Key(String),
}

/// The way from the request's object to a value in it. The empty path is the object itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberPath(Vec<Segment>);

impl MemberPath {
    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// This path and one step more.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        let mut longer = self.clone();
        longer.0.push(segment);
        longer
    }

    /// The path to what holds this value; none for the empty path.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, parents)| Self(parents.to_vec()))
    }

    /// For names of cases: `MFAOptions.member.DeliveryMedium`, the same for every element and every key.
    pub fn identifier(&self) -> String {
        let part = |segment: &Segment| match segment {
            Segment::Member(name) => name.clone(),
            Segment::Index(_) => "member".to_owned(),
            Segment::Key(_) => "value".to_owned(),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(".")
    }

    /// As the service writes it in messages: `mFAOptions.1.member.deliveryMedium`.
    pub fn in_message(&self) -> String {
        let part = |segment: &Segment| match segment {
            Segment::Member(name) => lower_first(name),
            Segment::Index(index) => format!("{}.member", index + 1),
            Segment::Key(key) => format!("{key}.member"),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(".")
    }

    /// The value at this path.
    pub fn get<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(root, |value, segment| match segment {
            Segment::Member(name) | Segment::Key(name) => value.get(name),
            Segment::Index(index) => value.get(index),
        })
    }

    /// Puts a value at this path. What is missing on the way is made, what is of another type on the way is replaced; lists
    /// are filled up with null.
    pub fn set(&self, root: &mut Value, value: Value) {
        *self.0.iter().fold(root, slot) = value;
    }

    /// Takes the value at this path out; the later elements of a list move up.
    pub fn remove(&self, root: &mut Value) -> Option<Value> {
        let (last, parents) = self.0.split_last()?;
        let parent = parents.iter().try_fold(root, |value, segment| match segment {
            Segment::Member(name) | Segment::Key(name) => value.get_mut(name),
            Segment::Index(index) => value.get_mut(index),
        })?;
        match (last, parent) {
            (Segment::Member(name) | Segment::Key(name), Value::Object(members)) => members.shift_remove(name),
            (Segment::Index(index), Value::Array(items)) if *index < items.len() => Some(items.remove(*index)),
            _ => None,
        }
    }
}

fn slot<'a>(value: &'a mut Value, segment: &Segment) -> &'a mut Value {
    match segment {
        Segment::Member(name) | Segment::Key(name) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            &mut value[name.as_str()]
        }
        Segment::Index(index) => {
            let mut items = match value.take() {
                Value::Array(items) => items,
                _ => Vec::new(),
            };
            items.resize(items.len().max(index + 1), Value::Null);
            *value = Value::Array(items);
            &mut value[*index]
        }
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

impl fmt::Display for MemberPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Member(name) | Segment::Key(name) if position == 0 => f.write_str(name)?,
                Segment::Member(name) | Segment::Key(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

impl FromIterator<Segment> for MemberPath {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl Serialize for MemberPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn medium() -> MemberPath {
        [Segment::Member("MFAOptions".into()), Segment::Index(0), Segment::Member("DeliveryMedium".into())].into_iter().collect()
    }

    #[test]
    fn a_path_has_three_spellings() {
        assert_eq!(medium().to_string(), "MFAOptions[0].DeliveryMedium");
        assert_eq!(medium().identifier(), "MFAOptions.member.DeliveryMedium");
        assert_eq!(medium().in_message(), "mFAOptions.1.member.deliveryMedium");
    }

    #[test]
    fn setting_makes_the_parents() {
        let mut request = json!({ "AccessToken": "x" });
        medium().set(&mut request, json!("SMS"));
        assert_eq!(request, json!({ "AccessToken": "x", "MFAOptions": [{ "DeliveryMedium": "SMS" }] }));
        assert_eq!(medium().get(&request), Some(&json!("SMS")));
    }

    #[test]
    fn removing_leaves_the_parents() {
        let mut request = json!({ "MFAOptions": [{ "DeliveryMedium": "SMS" }] });
        assert_eq!(medium().remove(&mut request), Some(json!("SMS")));
        assert_eq!(medium().remove(&mut request), None);
        assert_eq!(request, json!({ "MFAOptions": [{}] }));
    }
}
