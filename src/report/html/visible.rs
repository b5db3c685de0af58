//! Text from a target, made fit for a page: nothing invisible, nothing that turns the direction of reading, nothing endless. Markup is
//! no concern here; the template and the script put every text in as text.

use serde_json::Value;

use crate::report::untrusted;

/// Characters of a text in a line, or of one string in a JSON document.
pub(super) const LINE: usize = 1_000;

/// A text as one line: control, invisible and bidirectional characters escaped as `\u{1b}`, line breaks as `\n`; cut at [`LINE`] characters.
pub(super) fn line(text: &str) -> String {
    escape(&cut(text, LINE), &[])
}

/// A text that keeps its lines and tabs; cut at so many characters.
pub(super) fn block(text: &str, limit: usize) -> String {
    escape(&cut(text, limit), &['\n', '\t'])
}

/// A body: JSON with a member a line, its long strings cut; a text that is not JSON as it came. Cut at so many characters.
pub(super) fn body(value: &Value, limit: usize) -> String {
    match value {
        Value::String(text) => block(text, limit),
        value => block(&format!("{:#}", shortened(value)), limit),
    }
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => cut(text, LINE).into(),
        Value::Array(items) => items.iter().map(shortened).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (cut(name, LINE), shortened(value))).collect(),
        value => value.clone(),
    }
}

/// The first characters, and how many others there are.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} more characters)", &text[..end], text[end..].chars().count()),
    }
}

/// Which characters mislead, and how they are written, is `untrusted`'s to say.
fn escape(text: &str, keep: &[char]) -> String {
    let mut buffer = [0; 4];
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => shown.push(character),
            kept if keep.contains(&kept) => shown.push(kept),
            other => shown.push_str(&untrusted::line(other.encode_utf8(&mut buffer))),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("ünïcödé 日本 <b>&\"", "ünïcödé 日本 <b>&\"")]
    #[case("a\nb\tc\r", "a\\nb\\tc\\r")]
    #[case("\u{1b}[31mred \u{202e}txet\u{2028}\u{200b}\u{9b}", "\\u{1b}[31mred \\u{202e}txet\\u{2028}\\u{200b}\\u{9b}")]
    fn a_line_hides_nothing(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(line(text), shown);
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("a\n\tb\r\n\u{7}", 99), "a\n\tb\\r\n\\u{7}");
    }

    #[test]
    fn what_is_cut_is_counted() {
        assert_eq!(line(&"é".repeat(LINE + 7)), format!("{}… (7 more characters)", "é".repeat(LINE)));
        assert_eq!(line(&"é".repeat(LINE)), "é".repeat(LINE));
        let long = "x".repeat(1_000_000);
        assert!(body(&json!({ &long: [&long] }), 99_999).len() < 3 * LINE);
        assert!(body(&json!(vec![7; 1_000_000]), 50).ends_with(" more characters)"));
        assert!(body(&json!(long), 50).chars().count() < 90);
    }

    #[test]
    fn json_stays_in_order_and_a_text_stays_a_text() {
        assert_eq!(body(&json!({ "b": "\u{202e}", "a": [1] }), 99), "{\n  \"b\": \"\\u{202e}\",\n  \"a\": [\n    1\n  ]\n}");
        assert_eq!(body(&json!("<h1>\n</h1>"), 99), "<h1>\n</h1>");
    }
}
