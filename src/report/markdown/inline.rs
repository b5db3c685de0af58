//! Foreign text in Markdown. Whatever stands in it, it makes no markup, no HTML, no link, no mention and no table cell.

use crate::report::untrusted;

/// Text as inline code, one line of it.
pub(crate) fn code(text: &str) -> String {
    let text = untrusted::line(text);
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // A space inside each fence is taken away again. It keeps a fence apart from a backtick of the text, and spaces of the text there.
    let gap = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// Inline code in a table, where a bar ends the cell even in code.
pub(crate) fn cell(text: &str) -> String {
    code(&text.replace('|', "\\u{7c}"))
}

/// Text as code inside a line of HTML, where no Markdown is read.
pub(super) fn html(text: &str) -> String {
    let text = untrusted::line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{text}</code>")
}

/// Text as it is written by people: punctuation is only punctuation, and nobody is mentioned.
pub(crate) fn prose(text: &str) -> String {
    let text = untrusted::line(text);
    if is_plain(&text) {
        return text;
    }
    let mut shown = String::new();
    for character in text.chars() {
        match character {
            '@' => shown.push_str("`@`"),
            ',' | '\'' | '(' | ')' | '"' | ';' | '/' | '?' => shown.push(character),
            mark if mark.is_ascii_punctuation() => shown.extend(['\\', mark]),
            plain => shown.push(plain),
        }
    }
    shown
}

/// Whether a text is the same in Markdown as it is: no marks but those of sentences, and none that begins a list or makes an address.
fn is_plain(text: &str) -> bool {
    let after_digits = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let begins_list = text.starts_with('-') || (after_digits != text && (after_digits.starts_with(". ") || after_digits.starts_with(") ")));
    let address = text.contains("://") || text.contains("www.");
    let plain = |character: char| character.is_alphanumeric() || " ,.;:'()-/?".contains(character);
    !begins_list && !address && text.chars().all(plain)
}

/// A block of code. Lines are cleaned by who makes them.
pub(super) fn block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line, '`')).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", lines.join("\n"))
}

/// A link where the text is a web address and nothing else, else code.
pub(super) fn link(text: &str) -> String {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._~:/?#&=%+,;@".contains(character);
    if is_address && text.chars().all(plain) { format!("<{text}>") } else { code(text) }
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|character| character != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};
    use rstest::rstest;

    const HOSTILE: [&str; 16] = [
        "`",
        "`` a ` b ```",
        "a | b \\| c",
        "<script>x</script>",
        "<!-- x -->",
        "@someone #1 owner/repo#2",
        "[a](https://example.com)",
        "![a](https://example.com)",
        "https://example.com www.example.com a@example.com",
        "**a** _b_ ~~c~~ $x$ :tada:",
        "\n\n# a\n- b\n",
        "\\",
        " a ",
        " ` ",
        "1. a",
        "- a",
    ];

    fn events(markdown: &str) -> Vec<Event<'_>> {
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).collect()
    }

    #[test]
    fn code_is_one_piece_of_code_that_says_the_same() {
        for text in HOSTILE {
            let markdown = format!("before {} after", code(text));
            let codes: Vec<_> = events(&markdown).into_iter().filter(|event| !matches!(event, Event::Start(_) | Event::End(_))).collect();
            let expected = [Event::Text("before ".into()), Event::Code(untrusted::line(text).into()), Event::Text(" after".into())];
            assert_eq!(codes, expected, "{markdown}");
        }
    }

    #[test]
    fn a_cell_is_one_cell() {
        for text in HOSTILE {
            let markdown = format!("| a | b |\n| --- | --- |\n| {} | end |\n", cell(text));
            let events = events(&markdown);
            let cells = events.iter().filter(|event| matches!(event, Event::Start(Tag::TableCell))).count();
            let text_is_code = events.iter().filter(|event| matches!(event, Event::Code(_))).count() == 1;
            assert!(cells == 4 && text_is_code && events.contains(&Event::Text("end".into())), "{markdown}\n{events:?}");
        }
    }

    #[test]
    fn prose_is_text() {
        for text in HOSTILE {
            let markdown = prose(text);
            let odd = |event: &Event<'_>| match event {
                Event::Text(text) => text.contains('@'),
                Event::Code(code) => code.as_ref() != "@",
                Event::Start(Tag::Paragraph) | Event::End(_) => false,
                _ => true,
            };
            assert!(!events(&markdown).iter().any(odd), "{markdown}\n{:?}", events(&markdown));
        }
    }

    #[test]
    fn a_block_ends_where_it_should() {
        let lines = ["```".to_owned(), "# a".to_owned(), "`````".to_owned()];
        let markdown = block("diff", &lines) + "\nafter";
        let texts: Vec<_> = events(&markdown).into_iter().filter(|event| matches!(event, Event::Text(_))).collect();
        assert_eq!(texts.last(), Some(&Event::Text("after".into())), "{markdown}");
        assert_eq!(texts.len(), 2, "{texts:?}");
    }

    #[rstest]
    #[case("https://example.com/a#b?c=d", "<https://example.com/a#b?c=d>")]
    #[case("javascript:alert(1)", "`javascript:alert(1)`")]
    #[case("https://example.com/> <script>", "`https://example.com/> <script>`")]
    fn only_an_address_is_a_link(#[case] text: &str, #[case] markdown: &str) {
        assert_eq!(link(text), markdown);
    }

    #[test]
    fn html_is_text() {
        assert_eq!(html("<b>&amp;</code>"), "<code>&lt;b&gt;&amp;amp;&lt;/code&gt;</code>");
    }
}
