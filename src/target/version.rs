//! Which version of a server is installed.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::Profile;

/// A program that does not tell its version by then is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

impl Profile {
    /// The version that its `version_command` tells; `None` where it has none, or where nothing like a version comes back.
    pub async fn installed_version(&self) -> Option<String> {
        let (program, arguments) = self.version_command.as_ref()?.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
        let text = |bytes: &[u8]| version_in(&String::from_utf8_lossy(bytes));
        text(&output.stdout).or_else(|| text(&output.stderr))
    }
}

/// The first word of a text that begins with numbers and dots: `moto 5.2.5` has `5.2.5`.
fn version_in(text: &str) -> Option<String> {
    let words = text.split(|character: char| !(character.is_ascii_alphanumeric() || ".-+".contains(character)));
    let trimmed = words.map(|word| word.trim_start_matches('v').trim_end_matches(['.', '-', '+']));
    trimmed.into_iter().find(|word| is_version(word)).map(str::to_owned)
}

fn is_version(word: &str) -> bool {
    let mut parts = word.split('.');
    let numeric = |part: Option<&str>| part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let (major, minor) = (parts.next(), parts.next());
    numeric(major) && minor.is_some_and(|part| part.starts_with(|digit: char| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("localemu, version 1.3.2\n", Some("1.3.2"))]
    #[case("Version: 0.1.2\n", Some("0.1.2"))]
    #[case("v20.20.2", Some("20.20.2"))]
    #[case("  \"version\": \"5.3.0\",", Some("5.3.0"))]
    #[case("fakecloud 0.51.0-rc.1 (2026)", Some("0.51.0-rc.1"))]
    #[case("usage: x [-h] 3 of 4.", None)]
    #[case("", None)]
    fn is_the_first_word_of_numbers_and_dots(#[case] text: &str, #[case] version: Option<&str>) {
        assert_eq!(version_in(text).as_deref(), version);
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_has_no_version() {
        let mut profile = Profile::reference();
        profile.version_command = Some(vec!["no-such-program-of-ours".to_owned()]);
        assert_eq!(profile.installed_version().await, None);
        profile.version_command = Some(vec!["echo".to_owned(), "x 1.2".to_owned()]);
        assert_eq!(profile.installed_version().await.as_deref(), Some("1.2"));
    }
}
