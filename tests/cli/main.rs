//! The program as its users meet it: messages, exit codes, what is left behind.

mod account;
mod allowed;
mod bad_input;
mod baselines;
mod canary;
mod clean_up;
mod compare;
mod coverage;
mod credentials;
mod endpoints;
mod engine;
mod flaky;
mod foreign;
mod iam_policy;
mod killed;
mod lost;
mod merge;
mod messages;
mod patience;
mod proxy;
mod recordings;
mod replay;
mod reports;
mod rerun;
mod shards;
mod signatures;
mod start;
mod sweeping;
mod via;
mod weather;

use std::path::Path;

use assert_cmd::Command;

/// The program, with a state directory of its own and without colours.
fn program(state: &Path) -> Command {
    let mut command = Command::cargo_bin("cognito-conformance").expect("the program is built");
    command.env("XDG_STATE_HOME", state).env("NO_COLOR", "1").env_remove("AWS_ENDPOINT_URL");
    command
}

/// A directory that goes when the test ends.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch directory")
}

/// What a finished program said and how it ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn ended(command: &mut Command) -> Ended {
    let output = command.output().expect("the program ran");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ended {
    /// It ended with this code and said all of this, in one place or the other.
    #[track_caller]
    fn must(&self, code: i32, said: &[&str]) {
        let all = format!("{}\n{}", self.stdout, self.stderr);
        assert_eq!(self.code, Some(code), "{all}");
        for words in said {
            assert!(all.contains(words), "says nothing of `{words}`:\n{all}");
        }
        assert!(!all.contains("panicked"), "{all}");
    }

    /// It said this on standard error, however it was wrapped.
    #[track_caller]
    fn must_tell(&self, words: &str) {
        let unwrapped = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"│|".contains(*c)).collect::<String>();
        assert!(unwrapped(&self.stderr).contains(&unwrapped(words)), "says nothing of `{words}`:\n{}", self.stderr);
    }
}
