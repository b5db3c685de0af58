//! The command of `--start`.

use std::str::FromStr;

/// A command as a person typed it, and as the words that a shell would make of it. No shell runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    text: String,
    words: Vec<String>,
}

impl CommandLine {
    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Program and arguments: one word at least.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

impl FromStr for CommandLine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = shlex::split(text).ok_or("a quotation mark has no partner, or a backslash is the last character")?;
        let program = words.first().filter(|word| !word.is_empty()).ok_or("it names no program")?;
        if let Some((name, _)) = program.split_once('=').filter(|(name, _)| name.bytes().all(is_of_a_variable)) {
            return Err(format!("no shell runs it, so {name} is taken for a program; begin with `env {name}=…`"));
        }
        Ok(Self { text: text.to_owned(), words })
    }
}

fn is_of_a_variable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("moto_server -p {port}", &["moto_server", "-p", "{port}"])]
    #[case(r#"sh -c 'exec "$0" --port {port}' "my server""#, &["sh", "-c", r#"exec "$0" --port {port}"#, "my server"])]
    #[case("env PORT={port} ./a=b/serve", &["env", "PORT={port}", "./a=b/serve"])]
    #[case("./a=b/serve", &["./a=b/serve"])]
    fn is_split_as_a_shell_does(#[case] text: &str, #[case] words: &[&str]) {
        let line: CommandLine = text.parse().expect("a command");
        assert_eq!((line.text(), line.words()), (text, words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>().as_slice()));
    }

    #[rstest]
    #[case("", "names no program")]
    #[case("  # nothing", "names no program")]
    #[case("'' x", "names no program")]
    #[case("serve 'x", "no partner")]
    #[case("PORT={port} serve", "begin with `env PORT=…`")]
    fn what_is_no_command_is_refused(#[case] text: &str, #[case] message: &str) {
        let error = text.parse::<CommandLine>().expect_err("no command");
        assert!(error.contains(message), "{error}");
    }
}
