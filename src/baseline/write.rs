//! A baseline as YAML.

use super::entry::Entry;
use super::layout::{Block, Layout};
use super::source::{BaselineFile, Listed};
use crate::case::document::Document;

/// An entry that is to be written.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// What it says.
    pub(super) entry: Entry,
    /// What a person wrote above it, and, where that still says the same, it itself.
    pub(super) block: Block,
}

/// The text of a file: as a person wrote it where that says what it shall say, else ever more of it written anew.
pub(super) fn text(layout: &Layout, rows: &[Row]) -> String {
    let known = |anew| match rows {
        [] => "known: []\n".to_owned(),
        rows => format!("known:\n{}", rows.iter().map(|row| row.text(layout.indent, anew)).collect::<String>()),
    };
    let as_it_was = |anew| format!("{}{}{}", layout.before, known(anew), layout.after);
    let candidates = [as_it_was(false), as_it_was(true)].into_iter();
    candidates.into_iter().find(|text| says(text, rows)).unwrap_or_else(|| format!("{}{}", layout.plain, known(true)))
}

/// Whether a text says what the rows say: an anchor in it may have gone with another entry, for one.
fn says(text: &str, rows: &[Row]) -> bool {
    let read = Document::parse("", text).ok().as_ref().and_then(BaselineFile::of);
    read.is_some_and(|read| read.known.into_iter().map(Listed::sorted).eq(rows.iter().map(|row| row.entry.listed())))
}

impl Row {
    fn text(&self, indent: usize, anew: bool) -> String {
        if self.block.lines.is_empty() || anew {
            format!("{}{}", self.block.comments, entry(&self.entry, indent))
        } else {
            format!("{}{}", self.block.comments, self.block.lines)
        }
    }
}

fn entry(entry: &Entry, indent: usize) -> String {
    let checks = entry.checks.iter().map(|checks| {
        let names: Vec<_> = checks.iter().map(ToString::to_string).collect();
        format!("checks: [{}]", names.join(", "))
    });
    let members = std::iter::once(format!("case: {}", scalar(&entry.cases.to_string())))
        .chain(checks)
        .chain([format!("reason: {}", scalar(&entry.reason))])
        .chain(entry.link.iter().map(|link| format!("link: {}", scalar(link))))
        .chain(entry.expires.iter().map(|day| format!("expires: {day}")));
    let before = |count| if count == 0 { "- " } else { "  " };
    members.enumerate().map(|(count, member)| format!("{:indent$}{}{member}\n", "", before(count))).collect()
}

/// The members before the list.
pub(super) fn head(target: Option<&str>, version: Option<&str>) -> String {
    let members = [("target", target), ("version", version)];
    members.into_iter().filter_map(|(name, text)| Some(format!("{name}: {}\n", scalar(text?)))).collect()
}

/// A text on one line: bare where every reader of YAML takes it for that text, else in quotes.
fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Words that a reader of YAML may take for something else than text.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

fn is_plain(text: &str) -> bool {
    let begins_as_a_word = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let is_printable = text.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ');
    let is_structure = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
    let is_reserved = RESERVED.contains(&text.to_lowercase().as_str());
    begins_as_a_word && is_printable && !is_structure && !is_reserved
}

/// JSON's quotes are YAML's too, but YAML wants some characters escaped that JSON does not.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let is_hidden = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    json.chars().map(|letter| if is_hidden(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("answers InvalidParameterException", "answers InvalidParameterException")]
    #[case("SetUserSettings::*", "SetUserSettings::*")]
    #[case("https://example.com/issues/1#note", "https://example.com/issues/1#note")]
    #[case("error: expected x", "\"error: expected x\"")]
    #[case("it's [this], {that} & *more*", "it's [this], {that} & *more*")]
    #[case("ends:", "\"ends:\"")]
    #[case("a #1", "\"a #1\"")]
    #[case("Yes", "\"Yes\"")]
    #[case("5.2.5", "\"5.2.5\"")]
    #[case("", "\"\"")]
    #[case("- a", "\"- a\"")]
    #[case("two\nlines", "\"two\\nlines\"")]
    #[case("\u{7f}\u{feff}", "\"\\u007f\\ufeff\"")]
    fn quotes_what_is_not_plainly_text(#[case] text: &str, #[case] written: &str) {
        assert_eq!(scalar(text), written);
        let read: String = serde_saphyr::from_str(written).expect("YAML");
        assert_eq!(read, text);
    }
}
