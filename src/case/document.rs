//! A YAML file as JSON values, each of which knows where it stands.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::Place;

/// A span of the file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Byte offset of the first character.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
}

/// A value and where it stands, and the keys of a mapping too.
#[derive(Debug)]
struct Node {
    span: Span,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Scalar(Value),
    Sequence(Vec<Node>),
    Mapping(Vec<(String, Span, Node)>),
}

/// A parsed YAML file.
#[derive(Debug)]
pub struct Document {
    /// Path relative to the cases directory.
    pub file: Arc<str>,
    /// The text.
    pub text: Arc<str>,
    root: Node,
}

impl Document {
    /// Parses a file's text.
    ///
    /// # Errors
    /// The text is not YAML, in the parser's words, with the place.
    pub fn parse(file: &str, text: &str) -> Result<Self, serde_saphyr::Error> {
        let options = serde_saphyr::options! { strict_booleans: true };
        let root: Spanned<Raw> = serde_saphyr::from_str_with_options(text, options)?;
        Ok(Self { file: file.into(), text: text.into(), root: node(root) })
    }

    /// The whole file as one JSON value.
    pub fn value(&self) -> Value {
        value(&self.root)
    }

    /// Where the value at a JSON pointer stands; of the deepest part of the path that exists.
    pub fn span(&self, pointer: &str) -> Span {
        self.walk(pointer).1.span
    }

    /// Where the key at the end of a JSON pointer stands; the value's place where the last part is no key.
    pub fn key_span(&self, pointer: &str) -> Span {
        let (key, node) = self.walk(pointer);
        key.unwrap_or(node.span)
    }

    /// The place of the value at a JSON pointer.
    pub fn place(&self, pointer: &str) -> Place {
        let span = self.key_span(pointer);
        Place { file: self.file.clone(), line: span.line, column: span.column }
    }

    /// The byte offset of a place in this file.
    pub fn offset(&self, place: &Place) -> usize {
        let before = self.text.split_inclusive('\n').take(place.line.saturating_sub(1) as usize).map(str::len).sum::<usize>();
        before + place.column.saturating_sub(1) as usize
    }

    fn walk(&self, pointer: &str) -> (Option<Span>, &Node) {
        let mut here: (Option<Span>, &Node) = (None, &self.root);
        for part in pointer.split('/').skip(1) {
            match here.1.child(&part.replace("~1", "/").replace("~0", "~")) {
                Some(next) => here = next,
                None => break,
            }
        }
        here
    }
}

/// A JSON pointer with one more part.
pub fn pointer(base: &str, part: &str) -> String {
    format!("{base}/{}", part.replace('~', "~0").replace('/', "~1"))
}

impl Node {
    fn child(&self, part: &str) -> Option<(Option<Span>, &Self)> {
        match &self.kind {
            Kind::Scalar(_) => None,
            Kind::Sequence(items) => items.get(part.parse::<usize>().ok()?).map(|item| (None, item)),
            Kind::Mapping(entries) => entries.iter().find(|(key, ..)| key == part).map(|(_, span, node)| (Some(*span), node)),
        }
    }
}

fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) => scalar.clone(),
        Kind::Sequence(items) => items.iter().map(value).collect(),
        Kind::Mapping(entries) => Value::Object(entries.iter().map(|(key, _, node)| (key.clone(), value(node))).collect::<Map<_, _>>()),
    }
}

/// What the parser hands over, before spans are made ours.
enum Raw {
    Scalar(Value),
    Sequence(Vec<Spanned<Raw>>),
    Mapping(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn span<T>(spanned: &Spanned<T>) -> Span {
    let location = &spanned.referenced;
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let wide = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
    Span {
        line: narrow(location.line()),
        column: narrow(location.column()),
        offset: wide(location.span().byte_offset()),
        len: wide(location.span().byte_len()),
    }
}

fn node(raw: Spanned<Raw>) -> Node {
    let span_here = span(&raw);
    let kind = match raw.value {
        Raw::Scalar(value) => Kind::Scalar(value),
        Raw::Sequence(items) => Kind::Sequence(items.into_iter().map(node).collect()),
        Raw::Mapping(entries) => {
            Kind::Mapping(entries.into_iter().map(|(key, value)| (key.value.clone(), span(&key), node(value))).collect())
        }
    };
    Node { span: span_here, kind }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Raw, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number that JSON has no form for"))?;
        Ok(Raw::Scalar(Value::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }

    fn visit_some<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Mapping(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEXT: &str = "a: ON\nb:\n  - { c: true, d: \"1\" }\n  - 2\n";

    #[test]
    fn keeps_values_as_json_has_them() {
        let document = Document::parse("x.yaml", TEXT).expect("YAML");
        assert_eq!(document.value(), json!({"a": "ON", "b": [{"c": true, "d": "1"}, 2]}));
    }

    #[test]
    fn knows_where_each_value_and_key_stands() {
        let document = Document::parse("x.yaml", TEXT).expect("YAML");
        assert_eq!(document.place("/b/0/d").to_string(), "x.yaml:3:16");
        let span = document.span("/b/0/d");
        assert_eq!(&TEXT[span.offset..span.offset + span.len], "\"1\"");
    }

    #[test]
    fn a_path_that_ends_early_gives_its_deepest_part() {
        let document = Document::parse("x.yaml", TEXT).expect("YAML");
        assert_eq!(document.place("/b/1/nothing/here").to_string(), "x.yaml:4:5");
    }
}
