//! The model's patterns, which are in Java's syntax, as Rust's regular expressions.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use fancy_regex::Regex;

type Compiled = Option<Arc<Regex>>;

static CACHE: LazyLock<RwLock<HashMap<String, Compiled>>> = LazyLock::new(RwLock::default);

/// Whether the whole text matches. A pattern that this crate cannot compile restricts nothing.
pub fn matches(pattern: &str, text: &str) -> bool {
    compiled(pattern).is_none_or(|regex| regex.is_match(text).unwrap_or(true))
}

/// The pattern for the whole of a string, compiled once.
pub fn compiled(pattern: &str) -> Compiled {
    if let Some(known) = CACHE.read().ok().and_then(|cache| cache.get(pattern).cloned()) {
        return known;
    }
    let fresh = Regex::new(&format!(r"\A(?:{})\z", portable(pattern))).ok().map(Arc::new);
    if let Ok(mut cache) = CACHE.write() {
        cache.insert(pattern.to_owned(), fresh.clone());
    }
    fresh
}

/// The pattern with Java's ASCII-only `\w`, `\d`, `\s` spelled out: in Rust they cover all of Unicode. The result means the
/// same in Rust and, but for inline flags, in JSON Schema.
pub fn portable(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut in_class = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escape(letters.next(), in_class, &mut out),
            '[' => (in_class, _) = (true, out.push('[')),
            ']' => (in_class, _) = (false, out.push(']')),
            other => out.push(other),
        }
    }
    out
}

fn escape(letter: Option<char>, in_class: bool, out: &mut String) {
    let ranges = match letter {
        Some('w') => "A-Za-z0-9_",
        Some('d') => "0-9",
        Some('s') => r" \t-\r",
        // Java's `\S`, as ranges, since a negated class cannot stand inside a class everywhere.
        Some('S') => r"\x00-\x08\x0e-\x1f!-\u{10ffff}",
        other => {
            out.push('\\');
            out.extend(other);
            return;
        }
    };
    if in_class {
        out.push_str(ranges);
    } else {
        out.extend(["[", ranges, "]"]);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::{Model, ShapeKind};

    #[rstest]
    #[case("[A-Za-z0-9-_=.]+", "a-b_c=.", true)]
    #[case("[A-Za-z0-9-_=.]+", "", false)]
    #[case("[A-Za-z0-9-_=.]+", "a b", false)]
    #[case(r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_abc", true)]
    #[case(r"[\w-]+_[0-9a-zA-Z]+", " us-east-1_abc", false)]
    #[case(r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_abc\n", false)]
    #[case(r"[\w]+", "größe", false)]
    #[case(r"[\S]+", "größe", true)]
    #[case(r"[\S]+", "a b", false)]
    #[case(r"[0-9A-Za-z\.\-_]*(?<!\.)", "a.", false)]
    #[case(r".*\{####\}.*", "code {####}", true)]
    #[case(r".*\{####\}.*", "code\n{####}", false)]
    fn patterns_match_as_in_java(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert!(compiled(pattern).is_some(), "{}", portable(pattern));
        assert_eq!(matches(pattern, text), expected);
    }

    #[test]
    fn every_pattern_of_the_model_compiles() {
        for (name, shape) in &Model::embedded().shapes {
            if let ShapeKind::String { pattern: Some(pattern), .. } = &shape.kind {
                assert!(compiled(pattern).is_some(), "{name}: {}", portable(pattern));
            }
        }
    }
}
