//! What a server wrote.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Lines that a tail has at most.
const LINES: usize = 20;
/// Bytes that a tail is taken from.
const TAIL: u64 = 16 << 10;
/// Bytes that are searched for what was written lately.
const RECENT: u64 = 32 << 20;

/// The last lines of a log, without what a terminal would act upon.
pub(super) fn tail(path: &Path) -> String {
    match last_bytes(path, TAIL) {
        Ok(bytes) => last_lines(&String::from_utf8_lossy(&bytes)),
        Err(error) => format!("(the log cannot be read: {error})"),
    }
}

/// What was written lately (the last 32 MiB), without what a terminal would act upon.
pub(super) fn recent(path: &Path) -> io::Result<String> {
    Ok(plain(&String::from_utf8_lossy(&last_bytes(path, RECENT)?)))
}

/// Whether a log names the one fault that another port would mend.
pub(super) fn says_port_is_taken(log: &str) -> bool {
    let log = log.to_lowercase();
    ["address already in use", "address in use", "eaddrinuse", "port is already allocated", "is in use by another program"]
        .iter()
        .any(|text| log.contains(text))
}

fn last_bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(most)))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn last_lines(text: &str) -> String {
    let text = plain(text);
    let lines: Vec<_> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

/// The text without colour sequences and other control characters.
fn plain(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            // An escape sequence of the kind `ESC [ … letter`.
            '\u{1b}' => drop(characters.find(|next| next.is_ascii_alphabetic())),
            '\n' | '\t' => result.push(character),
            _ if character.is_control() => {}
            _ => result.push(character),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", "")]
    #[case("one\r\ntwo\n", "one\ntwo")]
    #[case("\u{1b}[31mred\u{1b}[0m\u{7}", "red")]
    fn lines_are_plain(#[case] log: &str, #[case] expected: &str) {
        assert_eq!(last_lines(log), expected);
    }

    #[test]
    fn a_long_log_is_cut_to_its_last_lines() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text: String = (0..10_000).map(|number| format!("line {number}\n")).collect();
        std::fs::write(file.path(), text).expect("write");
        let tail = tail(file.path());
        assert_eq!(tail.lines().count(), LINES);
        assert!(tail.starts_with("line 9980\n") && tail.ends_with("line 9999"), "{tail}");
    }

    #[rstest]
    #[case("OSError: [Errno 98] Address already in use", true)]
    #[case("Error: listen EADDRINUSE: address already in use 127.0.0.1:4000", true)]
    #[case("ModuleNotFoundError: No module named 'flask'", false)]
    fn a_taken_port_is_recognised(#[case] log: &str, #[case] expected: bool) {
        assert_eq!(says_port_is_taken(log), expected);
    }
}
