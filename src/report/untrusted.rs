//! Text that a target sent, made fit to be printed. A server under test must not be able to paint on the terminal of its
//! tester, nor to give orders to the CI system that reads what is printed: no escape sequences, no faked lines, no text that
//! runs backwards, no `##[command]` of a build agent, no megabyte of it.

/// Characters that are printed of one text before it is cut.
pub const LIMIT: usize = 300;

/// One line of at most [`LIMIT`] characters: control, bidirectional and invisible characters are escaped as `\u{1b}`,
/// line breaks and tabs as `\n` and `\t`, and of two `#` in a row the second. What is cut is counted.
pub fn line(text: &str) -> String {
    let mut kept = String::new();
    for character in text.chars().take(LIMIT) {
        match character {
            '#' if kept.ends_with('#') => kept.push_str("\\u{23}"),
            other => kept.push_str(&Shown(other).to_string()),
        }
    }
    let left = text.chars().count().saturating_sub(LIMIT);
    if left > 0 {
        kept.push_str(&format!("… ({left} more characters)"));
    }
    kept
}

/// Every line of a text through [`line`], at most `lines` of them; says how many were left out.
pub fn lines(text: &str, lines: usize) -> Vec<String> {
    let mut shown: Vec<String> = text.split('\n').take(lines).map(line).collect();
    let left = text.split('\n').count().saturating_sub(lines);
    if left > 0 {
        shown.push(format!("… and {left} more (see --report)"));
    }
    shown
}

/// A JSON document with those characters of its strings escaped that [`line`] escapes. What it says stays the same: it may be
/// printed on a terminal and in a build log, and is read back as it was.
pub fn json(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    for character in document.chars() {
        match character {
            '\n' => text.push('\n'),
            '#' if text.ends_with('#') => text.push_str("\\u0023"),
            hidden if hidden.is_control() || misleads(hidden) => {
                let units = hidden.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
                text.push_str(&units);
            }
            plain => text.push(plain),
        }
    }
    text
}

struct Shown(char);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            '\n' => f.write_str("\\n"),
            '\r' => f.write_str("\\r"),
            '\t' => f.write_str("\\t"),
            hidden if hidden.is_control() || misleads(hidden) => write!(f, "{}", hidden.escape_unicode()),
            plain => write!(f, "{plain}"),
        }
    }
}

/// Characters without a look of their own that change how their neighbours are shown: joiners, direction marks and overrides,
/// line and paragraph separators, the byte order mark, tags, and what is no character at all (XML knows no U+FFFE).
fn misleads(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("Invalid Access Token – ünïcödé 日本", "Invalid Access Token – ünïcödé 日本")]
    #[case::colour("\u{1b}[31mred\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m")]
    #[case::title("\u{1b}]0;owned\u{7}", "\\u{1b}]0;owned\\u{7}")]
    #[case::c1_escape("\u{9b}2J", "\\u{9b}2J")]
    #[case::new_lines("a\r\nok: 0 failed\n", "a\\r\\nok: 0 failed\\n")]
    #[case::backwards("\u{202e}drawkcab\u{2066}", "\\u{202e}drawkcab\\u{2066}")]
    #[case::invisible("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}")]
    #[case::nothing("\u{fffe}", "\\u{fffe}")]
    #[case::build_agents("##[stop-commands]x ###", "#\\u{23}[stop-commands]x #\\u{23}#")]
    fn escapes_what_a_terminal_would_obey(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(line(text), shown);
    }

    #[test]
    fn json_says_the_same_without_what_a_terminal_would_obey() {
        let value = serde_json::json!({ "\u{9b}2J##[add-mask]": ["\u{1b}[2J\u{7f}", "\u{202e}a\u{e0041}", "ünïcödé # 日本\n"] });
        let text = json(&serde_json::to_string_pretty(&value).expect("JSON"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("still JSON"), value);
        assert!(
            !text.contains("##") && !text.contains(|character| character != '\n' && (char::is_control(character) || misleads(character)))
        );
        assert!(text.contains("\\udb40\\udc41") && text.contains("ünïcödé # 日本"), "{text}");
    }

    #[test]
    fn cuts_long_text_and_says_so() {
        let shown = line(&"é".repeat(LIMIT + 20));
        assert_eq!(shown, format!("{}… (20 more characters)", "é".repeat(LIMIT)));
        assert_eq!(line(&"é".repeat(LIMIT)), "é".repeat(LIMIT));
    }

    #[test]
    fn keeps_the_lines_of_a_diff_apart() {
        assert_eq!(lines("-a\n+\u{1b}b\n c", 2), ["-a", "+\\u{1b}b", "… and 1 more (see --report)"]);
    }
}
