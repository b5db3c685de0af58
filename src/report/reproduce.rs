//! The one command that runs a case again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shell;

/// How to run one case again in the same way: the options that say against what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Reproduce {
    options: Vec<String>,
}

impl Reproduce {
    /// Options that follow the name of the case: `--endpoint-url URL` or `--target NAME`; none for the embedded server.
    pub fn new(options: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { options: options.into_iter().map(Into::into).collect() }
    }

    /// The command for this case, quoted for a shell.
    pub fn command(&self, name: &str) -> String {
        let start = ["cognito-conformance", "run", "--exact", name];
        shell::join(start.into_iter().chain(self.options.iter().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_case_and_the_target() {
        let reproduce = Reproduce::new(["--endpoint-url", "http://127.0.0.1:5000/?a b"]);
        assert_eq!(
            reproduce.command("GetUser::AccessToken::length[1]"),
            "cognito-conformance run --exact 'GetUser::AccessToken::length[1]' --endpoint-url 'http://127.0.0.1:5000/?a b'"
        );
    }
}
