//! Why a new entry is there: its first finding in a line that is the same in every run and harmless to print.

use std::sync::OnceLock;

use fancy_regex::Regex;
use serde_json::Value;

use crate::judge::{Check, Fault, Finding, Normaliser};

/// Characters of a reason.
const LIMIT: usize = 100;
/// Characters of what was expected, so that what came has its place.
const EXPECTED: usize = 50;

/// A reason made from a finding.
pub(super) fn reason(finding: &Finding) -> String {
    let path = if finding.path.is_empty() { String::new() } else { format!(" {}", path(finding)) };
    let expected = cut(&lasting(&finding.fault.expected()), EXPECTED);
    one_line(&format!("{}{path}: expected {expected}, got {}", finding.check, actual(&finding.fault)))
}

/// A text made fit for a reason: what varies from run to run left out, nothing that a terminal would obey, not long.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = lasting(text).chars().map(shown).collect();
    cut(&shown, LIMIT)
}

fn lasting(text: &str) -> String {
    varying().replace_all(&Normaliser::scrub(text), "…").into_owned()
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit { text.to_owned() } else { text.chars().take(limit - 1).chain(['…']).collect() }
}

/// Long words with a digit in them, and long numbers: ids, tokens and times.
fn varying() -> &'static Regex {
    static VARYING: OnceLock<Regex> = OnceLock::new();
    VARYING.get_or_init(|| Regex::new(r"(?=[\w-]*\d)[\w-]{16,}|\d{6,}").expect("a constant"))
}

fn shown(letter: char) -> String {
    if letter.is_ascii_graphic() || letter == ' ' { letter.to_string() } else { letter.escape_debug().to_string() }
}

/// Which element of a list had a wrong shape depends on the order in which answers came.
fn path(finding: &Finding) -> String {
    if finding.check != Check::Shape {
        return finding.path.clone();
    }
    finding.path.split_inclusive('[').map(|part| part.trim_start_matches(|letter: char| letter.is_ascii_digit())).collect()
}

/// What came, without the target's own words, which may differ from run to run. Error types and status codes are no such words.
fn actual(fault: &Fault) -> String {
    let error = |name: &Option<String>| name.clone().unwrap_or_else(|| "an error without a type".to_owned());
    match fault {
        Fault::WrongError { actual, .. } | Fault::RefusedWrongly { actual, .. } | Fault::RefusedInside { actual, .. } => error(actual),
        Fault::WrongMessage { actual: Some(_), .. } => "another message".to_owned(),
        Fault::WrongValue { actual: Some(value), .. } | Fault::WrongShape { actual: value, .. } => kind(value),
        Fault::NotJson { .. } | Fault::WronglyShown { .. } => "something else".to_owned(),
        Fault::WrongStatus { .. }
        | Fault::AcceptedWrongly { .. }
        | Fault::WrongMessage { actual: None, .. }
        | Fault::WrongValue { actual: None, .. }
        | Fault::SnapshotDiffers { .. }
        | Fault::SnapshotMissing => fault.actual(),
    }
}

/// The value where it is one of a few, like `true` or `SMS_MFA`; else its kind.
fn kind(value: &Value) -> String {
    let kind = match value {
        Value::Null | Value::Bool(_) => return value.to_string(),
        Value::String(text) if is_constant(text) => return value.to_string(),
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(items) if items.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    kind.to_owned()
}

fn is_constant(text: &str) -> bool {
    text.len() <= 40 && text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn finding(check: Check, path: &str, fault: Fault) -> Finding {
        Finding { check, step: "request".to_owned(), operation: "GetUser".to_owned(), path: path.to_owned(), fault, place: None }
    }

    fn wrong(expected: &str, actual: Option<Value>) -> Fault {
        Fault::WrongValue { expected: expected.to_owned(), actual, diff: None }
    }

    fn types(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[rstest]
    #[case(
        Check::Error, "", Fault::AcceptedWrongly { expected: types(&["InvalidParameterException"]) },
        "error: expected InvalidParameterException, got success"
    )]
    #[case(
        Check::Error, "", Fault::WrongError { expected: types(&["A", "B"]), actual: Some("C".into()), message: Some("at 12:31:07.123".into()) },
        "error: expected A or B, got C"
    )]
    #[case(Check::Status, "", Fault::WrongStatus { expected: vec![400], actual: 500 }, "status: expected 400, got 500")]
    #[case(Check::Message, "", Fault::WrongMessage { expected: "No.".into(), actual: Some("No, r7.".into()) }, "message: expected No., got another message")]
    #[case(Check::Body, "$.MFAOptions[0]", wrong("\"SMS\"", Some(json!("random"))), "body $.MFAOptions[0]: expected \"SMS\", got a text")]
    #[case(Check::Body, "$.A", wrong("\"SMS_MFA\"", Some(json!("EMAIL_OTP"))), "body $.A: expected \"SMS_MFA\", got \"EMAIL_OTP\"")]
    #[case(
        Check::Body, "$.A", wrong(&"word ".repeat(40), Some(json!([]))),
        "body $.A: expected word word word word word word word word word word…, got an empty list"
    )]
    #[case(Check::Body, "$.A", wrong("no such member", None), "body $.A: expected no such member, got nothing")]
    #[case(Check::Body, "$.A", wrong("1767225600", Some(json!(true))), "body $.A: expected …, got true")]
    #[case(
        Check::Body, "$.A", wrong("0b0c3a1e-7b1e-4a55-9d0e-0c5d7a1b2c3d", Some(json!(null))),
        "body $.A: expected [id:1], got null"
    )]
    #[case(
        Check::Shape, "$.Users[3].Enabled", Fault::WrongShape { expected: "a value of type boolean".into(), actual: json!("yes") },
        "shape $.Users[].Enabled: expected a value of type boolean, got a text"
    )]
    #[case(Check::Error, "", Fault::RefusedWrongly { actual: Some("\u{1b}[2J\nX".into()), message: None }, "error: expected success, got \\u{1b}[2J\\nX")]
    fn says_what_is_wrong_in_a_line(#[case] check: Check, #[case] path: &str, #[case] fault: Fault, #[case] text: &str) {
        assert_eq!(reason(&finding(check, path, fault)), text);
    }

    #[test]
    fn is_cut() {
        let text = reason(&finding(Check::Error, "", Fault::RefusedWrongly { actual: Some("Exception".repeat(100)), message: None }));
        assert_eq!(text.chars().count(), LIMIT);
        assert!(text.ends_with('…'), "{text}");
    }
}
