//! Words as a POSIX shell reads them.

/// The word as it must be typed: as it is where a shell reads it so, else in single quotes.
pub fn quote(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A command line of quoted words.
pub fn join<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quote).collect::<Vec<_>>().join(" ")
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-+=:,./@%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("SetUserSettings::turns_sms_on", "SetUserSettings::turns_sms_on")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("it's", r"'it'\''s'")]
    #[case("$(rm -rf ~)`x`", "'$(rm -rf ~)`x`'")]
    #[case("MFAOptions[0]", "'MFAOptions[0]'")]
    #[case("ü\n", "'ü\n'")]
    fn quotes_only_what_needs_it(#[case] word: &str, #[case] quoted: &str) {
        assert_eq!(quote(word), quoted);
    }

    #[test]
    fn a_real_shell_reads_it_back() {
        let words = ["it's", "$HOME", "a\"b\\", "", "*", "!x", "-n"];
        let script = format!("printf '%s\\n' {}", join(words));
        let output = std::process::Command::new("sh").args(["-c", &script]).output().expect("sh runs");
        let expected: String = words.iter().map(|word| format!("{word}\n")).collect();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}
