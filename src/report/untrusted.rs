//! Text that a target sent, made fit to be printed. A server under test must not be able to paint on the terminal of its
//! tester: no escape sequences, no faked lines, no text that runs backwards, no megabyte of it.

/// Characters that are printed of one text before it is cut.
pub const LIMIT: usize = 300;

/// One line of at most [`LIMIT`] characters: control, bidirectional and invisible characters are escaped as `\u{1b}`,
/// line breaks and tabs as `\n` and `\t`. What is cut is counted.
pub fn line(text: &str) -> String {
    let mut kept: String = text.chars().take(LIMIT).map(Shown).map(|shown| shown.to_string()).collect();
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
        shown.push(format!("… and {left} more lines (see --report)"));
    }
    shown
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
/// line and paragraph separators, the byte order mark, tags.
fn misleads(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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
    fn escapes_what_a_terminal_would_obey(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(line(text), shown);
    }

    #[test]
    fn cuts_long_text_and_says_so() {
        let shown = line(&"é".repeat(LIMIT + 20));
        assert_eq!(shown, format!("{}… (20 more characters)", "é".repeat(LIMIT)));
        assert_eq!(line(&"é".repeat(LIMIT)), "é".repeat(LIMIT));
    }

    #[test]
    fn keeps_the_lines_of_a_diff_apart() {
        assert_eq!(lines("-a\n+\u{1b}b\n c", 2), ["-a", "+\\u{1b}b", "… and 1 more lines (see --report)"]);
    }
}
