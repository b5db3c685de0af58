//! Paths into requests and answers: `MFAOptions[0].DeliveryMedium`.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};
use thiserror::Error;

/// A path into a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

/// A text that is no path, or a path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// It does not parse.
    #[error("`{0}` is no path; write members and indices like `MFAOptions[0].DeliveryMedium`")]
    Syntax(String),
    /// The request has nothing there.
    #[error("the request has nothing at `{0}`")]
    Nowhere(Path),
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let failed = || PathError::Syntax(text.to_owned());
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, indices) = part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
            if name.is_empty() {
                return Err(failed());
            }
            steps.push(Step::Member(name.to_owned()));
            for index in indices.into_iter().flat_map(|rest| rest.split('[')) {
                let index = index.strip_suffix(']').and_then(|digits| digits.parse().ok());
                steps.push(Step::Index(index.ok_or_else(failed)?));
            }
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if position == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// The value there.
    pub fn get<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(root, |value, step| match step {
            Step::Member(name) => value.get(name),
            Step::Index(index) => value.get(index),
        })
    }

    /// Puts a value there; objects on the way are made, and an array grows by one element at most.
    pub fn set(&self, root: &mut Value, value: Value) -> Result<(), PathError> {
        let mut here = root;
        for step in &self.0 {
            here = enter(here, step).ok_or_else(|| PathError::Nowhere(self.clone()))?;
        }
        *here = value;
        Ok(())
    }

    /// Takes the value there away.
    pub fn remove(&self, root: &mut Value) -> Result<Value, PathError> {
        let nowhere = || PathError::Nowhere(self.clone());
        let (last, parents) = self.0.split_last().ok_or_else(nowhere)?;
        let parent = parents.iter().try_fold(root, |value, step| match step {
            Step::Member(name) => value.get_mut(name),
            Step::Index(index) => value.get_mut(index),
        });
        match (parent.ok_or_else(nowhere)?, last) {
            (Value::Object(members), Step::Member(name)) => members.shift_remove(name).ok_or_else(nowhere),
            (Value::Array(items), Step::Index(index)) if *index < items.len() => Ok(items.remove(*index)),
            _ => Err(nowhere()),
        }
    }
}

fn enter<'a>(value: &'a mut Value, step: &Step) -> Option<&'a mut Value> {
    match step {
        Step::Member(name) => {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            Some(value.as_object_mut()?.entry(name.clone()).or_insert(Value::Null))
        }
        Step::Index(index) => {
            if value.is_null() {
                *value = Value::Array(Vec::new());
            }
            let items = value.as_array_mut()?;
            if items.len() == *index {
                items.push(Value::Null);
            }
            items.get_mut(*index)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn path(text: &str) -> Path {
        text.parse().expect("a path")
    }

    #[rstest]
    #[case("a", json!({"a": 9}))]
    #[case("b.c", json!({"a": 1, "b": {"c": 9}}))]
    #[case("l[0].x", json!({"a": 1, "l": [{"x": 9}]}))]
    fn sets(#[case] at: &str, #[case] expected: Value) {
        let mut root = json!({"a": 1});
        path(at).set(&mut root, json!(9)).expect("set");
        assert_eq!(root, expected);
        assert_eq!(path(at).get(&root), Some(&json!(9)));
    }

    #[test]
    fn removes_only_what_is_there() {
        let mut root = json!({"a": [{"b": 1}, 2]});
        assert_eq!(path("a[0].b").remove(&mut root), Ok(json!(1)));
        assert_eq!(path("a[1]").remove(&mut root), Ok(json!(2)));
        assert_eq!(root, json!({"a": [{}]}));
        assert_eq!(path("a[7]").remove(&mut root), Err(PathError::Nowhere(path("a[7]"))));
    }

    #[rstest]
    #[case("")]
    #[case("a..b")]
    #[case("a[x]")]
    #[case("a[1")]
    fn refuses(#[case] text: &str) {
        assert_eq!(text.parse::<Path>(), Err(PathError::Syntax(text.to_owned())));
    }
}
