//! What to find in text that a server or a program wrote.

use fancy_regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::placeholders::fill;

/// A regular expression. `{Member}` in it is that member of the door's request, as plain text; its named groups, `(?<Code>\d+)`, are the
/// members of the door's answer. The last match counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Search(String);

impl Search {
    /// The expression for one request, as text. The error is the name of a member that the request lacks.
    pub(super) fn filled(&self, request: &Value) -> Result<String, String> {
        fill(&self.0, |name| request.get(name), |value| fancy_regex::escape(value).into_owned())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The named groups of the last match.
///
/// # Errors
/// The search gave up, for too much backtracking: only an expression that looks around can do so.
pub(super) fn last_match(regex: &Regex, text: &str) -> Result<Option<Value>, fancy_regex::Error> {
    let Some(last) = regex.captures_iter(text).try_fold(None, |_, found| found.map(Some))? else { return Ok(None) };
    let named = regex.capture_names().flatten().filter_map(|name| Some((name.to_owned(), last.name(name)?.as_str().into())));
    Ok(Some(Value::Object(named.collect::<Map<_, _>>())))
}

impl TryFrom<String> for Search {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |why: &dyn std::fmt::Display| format!("'{text}' is not a regular expression: {why}");
        let any = Value::from("x");
        let filled = fill(&text, |_| Some(&any), str::to_owned).map_err(|why| wrong(&why))?;
        let regex = Regex::new(&filled).map_err(|error| wrong(&error))?;
        if regex.capture_names().flatten().next().is_none() {
            return Err(format!("'{text}' names no group that would be the answer; write `(?<Code>…)` around the code"));
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::last(r"code for {Username}: (?<Code>\d+)", "code for a.b: 1\ncode for axb: 2\ncode for a.b: 3\ncode for c: 4", Some(json!({"Code": "3"})))]
    #[case::member_is_plain_text(r"{Username} (?<Code>\d+)", "axb 1", None)]
    #[case::quantifier(r"(?<Code>\d{6})", "12345 1234567", Some(json!({"Code": "123456"})))]
    #[case::several(r"(?<Kind>\w+)=(?<Code>\d+)", "sms=1 mail=2", Some(json!({"Kind": "mail", "Code": "2"})))]
    #[case::a_group_without_part(r"(?<Code>\d)|(?<Other>x)", "x", Some(json!({"Other": "x"})))]
    fn finds_the_last(#[case] pattern: &str, #[case] text: &str, #[case] expected: Option<Value>) {
        let search = Search::try_from(pattern.to_owned()).expect("a pattern");
        let filled = search.filled(&json!({"Username": "a.b"})).expect("a request that has it all");
        assert_eq!(last_match(&Regex::new(&filled).expect("a pattern"), text).expect("searched"), expected);
    }

    #[test]
    fn a_search_that_gives_up_is_no_search_that_found_nothing() {
        let regex = Regex::new(r"(?<Code>(?:(?=a)a+)+)b").expect("a pattern");
        assert!(last_match(&regex, &"a".repeat(60)).is_err());
    }

    #[test]
    fn a_member_that_the_request_lacks_is_named() {
        let search = Search::try_from("{Email} (?<Code>.)".to_owned()).expect("a pattern");
        assert_eq!(search.filled(&json!({})).expect_err("lacks it"), "Email");
    }
}
