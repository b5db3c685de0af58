//! `run --via aws-cli` with a program that stands for the AWS CLI. `tests/clients/aws_cli` does the same with the real one.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;

use super::{Ended, ended, program, scratch};

const CASE: &str = "GetUser::token_refused::not_a_jwt";

/// The case sends a token that is none; its control sends a good one.
const GOOD: &str = r#"{"Username": "u", "UserAttributes": [{"Name": "sub", "Value": "0b0c3a1e-7b1e-4a55-9d0e-0c5d7a1b2c3d"}]}"#;

const REFUSAL: &str = "\\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: Invalid Access Token\\n";

/// Puts a program `aws` into a directory. It notes how it is called; `refuse` is what it does with the token that is none.
fn install(directory: &Path, version: &str, refuse: &str) {
    let script = format!(
        r#"#!/bin/sh
if [ "$1" = --version ]; then echo '{version}'; exit 0; fi
home='{home}'
echo "$@" >> "$home/arguments"
env > "$home/environment"
for word; do case "$word" in file://*) input="${{word#file://}}";; esac; done
ls -l "$input" | cut -c1-10 >> "$home/modes"
cat "$input" >> "$home/inputs"
if grep -q '\.' "$input"; then echo '{GOOD}'; exit 0; fi
{refuse}
"#,
        home = directory.display()
    );
    let path = directory.join("aws");
    std::fs::write(&path, script).expect("the program is written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
}

fn run(directory: &Path, filter: &str) -> Command {
    let mut command = program(directory);
    let path = format!("{}:{}", directory.display(), std::env::var("PATH").unwrap_or_default());
    command.args(["run", "--via", "aws-cli", "--exact", filter]);
    command.env("PATH", path).env("AWS_PROFILE", "mine").env("HTTPS_PROXY", "http://127.0.0.1:9");
    command
}

fn with(version: &str, refuse: &str) -> (tempfile::TempDir, Ended) {
    let directory = scratch();
    install(directory.path(), version, refuse);
    let ended = ended(&mut run(directory.path(), CASE));
    (directory, ended)
}

#[rstest]
#[case::v1("aws-cli/1.45.11 Python/3.11.7", 255, "via aws-cli 1.45.11")]
#[case::v2("aws-cli/2.9.19 Python/3.11.2", 254, "via aws-cli 2.9.19")]
fn what_the_tool_shows_is_judged(#[case] version: &str, #[case] status: u8, #[case] announced: &str) {
    let (_directory, ended) = with(version, &format!("printf '{REFUSAL}' >&2; exit {status}"));
    ended.must(0, &["1 passed", announced, "HTTP status and headers are not seen"]);
}

#[rstest]
#[case::exit_status(format!("printf '{REFUSAL}' >&2; exit 1"), "exit status 254", "exit status 1")]
#[case::error_type(
    "echo 'An error occurred (Unknown) when calling the GetUser operation: Unknown' >&2; exit 254",
    "an error type",
    "(Unknown)"
)]
#[case::crash("echo \"'str' object has no attribute 'get'\" >&2; exit 255", "exit status 0, or 254", "exit status 255: 'str' object")]
#[case::no_json("echo Hello", "JSON on standard output", "6 bytes that are none")]
#[case::another_error("echo 'An error occurred (X) when calling the GetUser operation: y' >&2; exit 254", "NotAuthorizedException", "X: y")]
#[case::accepted("echo '{}'", "NotAuthorizedException", "success")]
fn what_it_should_not_show_is_told(#[case] refuse: impl AsRef<str>, #[case] expected: &str, #[case] actual: &str) {
    let (_directory, ended) = with("aws-cli/2.9.19 Python/3.11.2", refuse.as_ref());
    ended.must(1, &["1 failed", expected, actual, "--via aws-cli"]);
}

#[test]
fn what_it_does_not_send_is_skipped_by_name() {
    let refuse = r#"printf '\nParameter validation failed:\nInvalid type for parameter AccessToken, value: nonsense, type: <class %s>\n' x >&2; exit 252"#;
    let (_directory, ended) = with("aws-cli/2.9.19 Python/3.11.2", refuse);
    ended.must(3, &["1 skipped", "Invalid type for parameter AccessToken, type", CASE]);
    assert!(!ended.stdout.contains("nonsense"), "{}", ended.stdout);
}

#[test]
fn what_was_not_answered_is_indeterminate() {
    let (_directory, ended) = with("aws-cli/2.9.19 Python/3.11.2", "echo 'Read timeout on endpoint URL: \"x\"' >&2; exit 255");
    ended.must(3, &["1 indeterminate", "no answer within"]);
}

#[test]
fn odd_requests_are_skipped_unsent() {
    let directory = scratch();
    install(directory.path(), "aws-cli/2.9.19 Python/3.11.2", "exit 99");
    ended(&mut run(directory.path(), "GetUser::wire_blanks_in_the_body_are_allowed")).must(3, &["no tool sends such a body", "1 skipped"]);
}

#[test]
fn nothing_secret_can_be_read_in_a_list_of_processes() {
    let (directory, ended) = with("aws-cli/2.9.19 Python/3.11.2", &format!("printf '{REFUSAL}' >&2; exit 254"));
    ended.must(0, &[]);
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).expect("the program was called");
    let (arguments, environment) = (read("arguments"), read("environment"));
    assert!(arguments.contains("cognito-idp get-user --cli-input-json file://"), "{arguments}");
    assert!(read("inputs").contains("eyJ"), "the token goes by the file");
    assert!(!arguments.contains("eyJ") && !arguments.contains("nonsense"), "{arguments}");
    assert!(read("modes").lines().all(|mode| mode == "-rw-------"), "{}", read("modes"));
    assert!(environment.contains("AWS_SECRET_ACCESS_KEY=") && environment.contains("AWS_MAX_ATTEMPTS=1"), "{environment}");
    assert!(!environment.contains("AWS_PROFILE") && !environment.contains("PROXY"), "the user's settings are not the tool's");
    let inputs = arguments.split_whitespace().filter_map(|word| word.strip_prefix("file://")).collect::<Vec<_>>();
    assert!(inputs.len() >= 2 && inputs.iter().all(|path| !Path::new(path).exists()), "{inputs:?}");
}

#[rstest]
#[case::missing(None, "there is no `aws` on PATH", "install the AWS CLI")]
#[case::another(Some("gnu-aws 1.0"), "does not say which AWS CLI it is: gnu-aws 1.0", "put the AWS CLI first on PATH")]
fn without_the_tool_nothing_is_run(#[case] version: Option<&str>, #[case] message: &str, #[case] help: &str) {
    let directory = scratch();
    if let Some(version) = version {
        install(directory.path(), version, "exit 99");
    }
    let mut command = run(directory.path(), CASE);
    if version.is_none() {
        command.env("PATH", directory.path());
    }
    ended(&mut command).must(2, &[message, help]);
}

#[rstest]
#[case(&["--snapshots", "x"])]
#[case(&["--baseline", "x.yaml", "--update-baseline"])]
fn what_is_not_seen_is_not_written_down(#[case] more: &[&str]) {
    let directory = scratch();
    ended(run(directory.path(), CASE).args(more)).must(2, &["cannot be used with"]);
}
