//! What a value must look like: literals, expressions and matchers, compiled when the file is loaded,
//! so that nothing a server sends can ever be taken for a matcher.

use std::collections::BTreeSet;

use fancy_regex::Regex;
use serde_json::{Map, Value};
use thiserror::Error;

use super::document::pointer;
use super::expression::{ExpressionError, Template};
use super::token_pattern::TokenPattern;

/// What a value must look like.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// Equal to this.
    Equal(Template),
    /// An object with at least these members.
    Object(Vec<(String, Pattern)>),
    /// An array with exactly these elements, in order.
    Array(Vec<Pattern>),
    /// Present, whatever it is.
    Any,
    /// Not there.
    Absent,
    /// Of this JSON type.
    Type(JsonType),
    /// A string that the regular expression finds.
    Matches(Box<Regex>),
    /// A string or array of a length between these, both included.
    Length(usize, usize),
    /// An array with exactly these elements, in any order.
    AnyOrder(Vec<Pattern>),
    /// An array with at least these elements, or a string with these parts.
    Contains(Vec<Pattern>),
    /// Any of these.
    OneOf(Vec<Pattern>),
    /// Anything else, or nothing.
    Not(Box<Pattern>),
    /// A string that is JSON text which looks like this.
    Json(Box<Pattern>),
    /// A string of the form of a UUID, in lower case.
    Uuid,
    /// A number of seconds since 1970 that is the time of the case.
    Now,
    /// A token that says this.
    Token(Box<TokenPattern>),
}

/// The JSON types that a matcher can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonType {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl JsonType {
    /// Its name in JSON Schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    /// Whether a value is of this type.
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
        }
    }
}

/// A matcher that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// An expression inside does not compile.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// An operator that does not exist.
    #[error("there is no matcher `{name}`{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    Unknown {
        /// What was written.
        name: String,
        /// The nearest that exists.
        suggestion: Option<&'static str>,
    },
    /// An operator with the wrong kind of argument.
    #[error("`{name}` needs {needs}")]
    Argument {
        /// The operator.
        name: String,
        /// What it needs.
        needs: &'static str,
    },
    /// `$token` with a member that it does not have.
    #[error("`$token` has no member `{name}`{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    Member {
        /// What was written.
        name: String,
        /// The nearest that exists.
        suggestion: Option<&'static str>,
    },
}

const OPERATORS: [&str; 8] = ["$matches", "$length", "$any_order", "$contains", "$one_of", "$not", "$json", "$token"];

pub(super) type Located<T> = Result<T, (String, PatternError)>;

impl Pattern {
    /// Compiles what an author wrote. Errors come with a JSON pointer below `value`.
    pub fn compile(value: &Value) -> Located<Self> {
        compile(value, String::new())
    }

    /// First parts of the paths that its expressions read.
    pub fn roots(&self) -> BTreeSet<String> {
        self.templates().into_iter().flat_map(Template::roots).collect()
    }

    /// Second parts of those that begin so.
    pub fn members_of(&self, root: &str) -> BTreeSet<String> {
        self.templates().into_iter().flat_map(|template| template.members_of(root)).collect()
    }

    /// Whether a member of this name is asked for, at any depth; what a token says is not looked into.
    pub fn mentions(&self, member: &str) -> bool {
        let own = matches!(self, Self::Object(members) if members.iter().any(|(name, _)| name == member));
        own || self.parts().into_iter().any(|part| part.mentions(member))
    }

    /// What is asked of tokens, at any depth.
    pub fn tokens(&self) -> Vec<&TokenPattern> {
        match self {
            Self::Token(token) => vec![token],
            other => other.parts().into_iter().flat_map(Self::tokens).collect(),
        }
    }

    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Object(members) => members.iter().map(|(_, pattern)| pattern).collect(),
            Self::Array(items) | Self::AnyOrder(items) | Self::Contains(items) | Self::OneOf(items) => items.iter().collect(),
            Self::Not(inner) | Self::Json(inner) => vec![inner],
            _ => Vec::new(),
        }
    }

    pub(super) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Equal(template) => vec![template],
            Self::Object(members) => members.iter().flat_map(|(_, pattern)| pattern.templates()).collect(),
            Self::Array(items) | Self::AnyOrder(items) | Self::Contains(items) | Self::OneOf(items) => {
                items.iter().flat_map(Self::templates).collect()
            }
            Self::Not(inner) | Self::Json(inner) => inner.templates(),
            Self::Token(token) => token.templates(),
            Self::Any | Self::Absent | Self::Type(_) | Self::Matches(_) | Self::Length(..) | Self::Uuid | Self::Now => Vec::new(),
        }
    }
}

pub(super) fn compile(value: &Value, at: String) -> Located<Pattern> {
    match value {
        Value::String(text) => Ok(word(text).map_or_else(|| equal(value, &at), Ok)?),
        Value::Array(items) => list(items, &at).map(Pattern::Array),
        Value::Object(members) => match operator(members) {
            Some((name, argument)) => {
                let below = pointer(&at, name);
                apply(name, argument, &below).map_err(|(place, error)| (if place.is_empty() { below } else { place }, error))
            }
            None => {
                let members = members.iter().map(|(name, value)| Ok((name.clone(), compile(value, pointer(&at, name))?)));
                members.collect::<Located<Vec<_>>>().map(Pattern::Object)
            }
        },
        _ => equal(value, &at),
    }
}

pub(super) fn equal(value: &Value, at: &str) -> Located<Pattern> {
    Template::compile(value).map(Pattern::Equal).map_err(|(below, error)| (format!("{at}{below}"), error.into()))
}

/// The matchers that are one word.
fn word(text: &str) -> Option<Pattern> {
    Some(match text {
        "$any" => Pattern::Any,
        "$absent" => Pattern::Absent,
        "$string" => Pattern::Type(JsonType::String),
        "$number" => Pattern::Type(JsonType::Number),
        "$boolean" => Pattern::Type(JsonType::Boolean),
        "$object" => Pattern::Type(JsonType::Object),
        "$array" => Pattern::Type(JsonType::Array),
        "$uuid" => Pattern::Uuid,
        "$now" => Pattern::Now,
        _ => return None,
    })
}

/// An object with one member whose name begins with a dollar is a matcher with an argument.
fn operator(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    match (members.len(), members.iter().next()) {
        (1, Some((name, argument))) if name.starts_with('$') => Some((name, argument)),
        _ => None,
    }
}

fn apply(name: &str, argument: &Value, at: &str) -> Located<Pattern> {
    let wrong = |needs| (String::new(), PatternError::Argument { name: name.to_owned(), needs });
    let items = || argument.as_array().ok_or_else(|| wrong("a list")).and_then(|items| list(items, at));
    match name {
        "$matches" => {
            let text = argument.as_str().ok_or_else(|| wrong("a regular expression"))?;
            Regex::new(text).map(|regex| Pattern::Matches(Box::new(regex))).map_err(|_| wrong("a regular expression that compiles"))
        }
        "$length" => length(argument).ok_or_else(|| wrong("two whole numbers, the shortest and the longest: `[20, 4096]`")),
        "$any_order" => items().map(Pattern::AnyOrder),
        "$contains" => items().map(Pattern::Contains),
        "$one_of" => items().map(Pattern::OneOf),
        "$not" => compile(argument, at.to_owned()).map(|inner| Pattern::Not(Box::new(inner))),
        "$json" => compile(argument, at.to_owned()).map(|inner| Pattern::Json(Box::new(inner))),
        "$token" => TokenPattern::compile(argument, at).map(|token| Pattern::Token(Box::new(token))),
        _ => {
            let suggestion = crate::model::closest(name, OPERATORS).and_then(|name| OPERATORS.into_iter().find(|known| *known == name));
            Err((String::new(), PatternError::Unknown { name: name.to_owned(), suggestion }))
        }
    }
}

fn list(items: &[Value], at: &str) -> Located<Vec<Pattern>> {
    items.iter().enumerate().map(|(index, item)| compile(item, pointer(at, &index.to_string()))).collect()
}

fn length(argument: &Value) -> Option<Pattern> {
    let bound = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    match argument.as_array()?.as_slice() {
        [shortest, longest] => Some(Pattern::Length(bound(shortest)?, bound(longest)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"a": {"$mtches": "x"}}), "/a/$mtches", "there is no matcher `$mtches`; did you mean `$matches`?")]
    #[case(json!({"$length": 3}), "/$length", "`$length` needs two whole numbers, the shortest and the longest: `[20, 4096]`")]
    #[case(json!({"$matches": "("}), "/$matches", "`$matches` needs a regular expression that compiles")]
    #[case(json!({"$one_of": [1, {"$not_of": 1}]}), "/$one_of/1/$not_of", "there is no matcher `$not_of`; did you mean `$one_of`?")]
    fn refuses_what_is_no_matcher(#[case] written: Value, #[case] place: &str, #[case] text: &str) {
        let (at, error) = Pattern::compile(&written).expect_err("refused");
        assert_eq!((at.as_str(), error.to_string().as_str()), (place, text));
    }

    #[test]
    fn a_dollar_in_a_literal_object_is_no_matcher_when_it_has_company() {
        assert!(matches!(Pattern::compile(&json!({"$a": 1, "b": 2})), Ok(Pattern::Object(_))));
    }
}
