//! What the AWS CLI said and how it ended, as an answer of the service.

use std::sync::LazyLock;
use std::time::Duration;

use fancy_regex::Regex;
use serde_json::{Map, Value};
use url::Url;

use super::super::{Response, Shown, TransportError, Wrong};
use super::NotSent;

/// How a process ended and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// `None` where a signal ended it.
    pub(super) exit_status: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// What is known of the request that it was asked to send.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) endpoint: &'a Url,
    pub(super) timeout: Duration,
    /// Exit status of this version for a request that the service refuses.
    pub(super) refusal: i32,
}

/// `An error occurred (Code) when calling the GetUser operation (reached max retries: 0): Message`, as every version writes it.
static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)An error occurred \(([^)]*)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: ?(.*)")
        .expect("a test reads refusals")
});

/// What follows the message where later versions show further members of the error.
const DETAILS: &str = "\n\nAdditional error details:";

/// Exit status of a command line that it does not understand, of version 1 and of version 2.
const USAGE: [i32; 2] = [2, 252];

/// How the lines begin that it prints before it says what it does not understand.
const USAGE_LINES: [&str; 5] = ["usage:", "To see help", "aws help", "aws <", "Note:"];

/// Words of a request that it refuses by itself.
const REFUSED: [&str; 3] = ["Parameter validation failed", "Error parsing parameter", "Unknown options:"];

/// Values are not for reports.
static VALUE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s), value: .*?, (type|valid)").expect("a test shortens refusals"));

/// Longest text of its that is kept.
const LONGEST: usize = 300;

impl Said {
    /// The answer of the service, as the tool shows it.
    ///
    /// # Errors
    /// The request was not sent, or not answered.
    pub(super) fn answer(self, asked: Asked<'_>) -> Result<Response, NotSent> {
        let Some(status) = self.exit_status else {
            return Err(TransportError::Broken("a signal ended the AWS CLI".to_owned()).into());
        };
        if status == 0 {
            return Ok(accepted(self.stdout));
        }
        if let Some((code, message)) = self.refusal() {
            return Ok(refused(status, &code, message, asked.refusal));
        }
        if USAGE.contains(&status) || REFUSED.iter().any(|words| self.stderr.contains(words)) {
            return Err(NotSent::Refused(refusal_of_its_own(&self.stderr)));
        }
        match self.unanswered(asked) {
            Some(error) => Err(error.into()),
            None => Ok(unreadable(status, &self.stderr, asked.refusal)),
        }
    }

    fn refusal(&self) -> Option<(String, String)> {
        let found = REFUSAL.captures(&self.stderr).ok()??;
        let message = found.get(2)?.as_str();
        let message = message.split(DETAILS).next().unwrap_or(message).trim_end();
        Some((found.get(1)?.as_str().to_owned(), message.to_owned()))
    }

    fn unanswered(&self, asked: Asked<'_>) -> Option<TransportError> {
        let says = |words: &str| self.stderr.contains(words);
        if says("Could not connect to the endpoint URL") {
            Some(TransportError::Connect(asked.endpoint.clone()))
        } else if says("Read timeout on") || says("Connect timeout on") {
            Some(TransportError::Timeout(asked.timeout))
        } else if ["Connection was closed", "SSL validation failed", "Connection error", "credentials"].into_iter().any(says) {
            Some(TransportError::Broken(short(&self.stderr)))
        } else {
            None
        }
    }
}

fn accepted(stdout: Vec<u8>) -> Response {
    let is_json = stdout.iter().all(u8::is_ascii_whitespace) || serde_json::from_slice::<Value>(&stdout).is_ok();
    let wrong = (!is_json).then(|| Wrong {
        expected: "JSON on standard output".to_owned(),
        actual: format!("{} bytes that are none", stdout.len()),
        unreadable: true,
    });
    // Nothing is how the tool shows an answer without members.
    let body = if wrong.is_some() || stdout.iter().all(u8::is_ascii_whitespace) { Vec::new() } else { stdout };
    Response::shown(200, body, Shown { exit_status: 0, http_status: None, wrong })
}

/// Where the answer has no error type, the tool puts its HTTP status in that place.
fn refused(exit_status: i32, code: &str, message: String, due: i32) -> Response {
    let http_status = code.parse().ok().filter(|status| (300..600).contains(status));
    let is_named = http_status.is_none() && !matches!(code, "" | "Unknown");
    let wrong = if !is_named {
        Some(Wrong {
            expected: "an error type in the tool's text".to_owned(),
            actual: format!("`An error occurred ({code})`"),
            unreadable: false,
        })
    } else if exit_status != due {
        Some(Wrong { expected: format!("exit status {due}"), actual: format!("exit status {exit_status}"), unreadable: false })
    } else {
        None
    };
    let mut body = Map::new();
    if is_named {
        body.insert("__type".to_owned(), code.into());
    }
    if !message.is_empty() {
        body.insert("message".to_owned(), message.into());
    }
    let status = http_status.unwrap_or_else(|| usual_status(code));
    Response::shown(status, Value::Object(body).to_string().into_bytes(), Shown { exit_status, http_status, wrong })
}

/// What the service sends with that error. Nothing is judged by it but whether the service itself broke.
fn usual_status(code: &str) -> u16 {
    if code.starts_with("Internal") { 500 } else { 400 }
}

/// An answer that the tool could not make sense of. Whether the service accepted the request is not known.
fn unreadable(exit_status: i32, stderr: &str, due: i32) -> Response {
    let wrong = Wrong {
        expected: format!("exit status 0, or {due} with an error type"),
        actual: format!("exit status {exit_status}: {}", short(stderr)),
        unreadable: true,
    };
    Response::shown(0, Vec::new(), Shown { exit_status, http_status: None, wrong: Some(wrong) })
}

/// Its own words for a request that it does not send, without the values.
fn refusal_of_its_own(stderr: &str) -> String {
    let is_usage = |line: &&str| USAGE_LINES.iter().any(|start| line.starts_with(start));
    let told = stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.ends_with("Parameter validation failed:"));
    let told = told.skip_while(is_usage);
    let told = told.collect::<Vec<_>>().join(" ");
    let told = told.trim_start_matches("aws: ").trim_start_matches("[ERROR]: ").trim_start_matches("error: ");
    short(&VALUE.replace_all(told, ", $1"))
}

pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    let kept: String = text.chars().take(LONGEST).collect();
    if kept.len() < text.len() { format!("{kept}…") } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    /// Texts as recorded from aws-cli 1.45.11 (exit status 255 and 2) and 2.9.19 (254 and 252).
    fn answer(exit_status: i32, stdout: &str, stderr: &str) -> Result<Response, NotSent> {
        let endpoint = Url::parse("http://127.0.0.1:9/").expect("a URL");
        let said = Said { exit_status: Some(exit_status), stdout: stdout.as_bytes().to_vec(), stderr: stderr.to_owned() };
        let refusal = if matches!(exit_status, 254 | 252) { 254 } else { 255 };
        said.answer(Asked { endpoint: &endpoint, timeout: Duration::from_secs(2), refusal })
    }

    #[rstest]
    #[case::members("{\n    \"UserPools\": []\n}\n", json!({ "UserPools": [] }))]
    #[case::no_members("", json!({}))]
    #[case::a_line_feed("\n", json!({}))]
    fn output_is_the_body(#[case] stdout: &str, #[case] body: Value) {
        let response = answer(0, stdout, "").expect("an answer");
        assert!(response.is_success());
        assert_eq!(response.json(), Some(&body));
        assert_eq!(response.shown.expect("shown").wrong, None);
    }

    #[rstest]
    #[case::v1(
        255,
        "\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: Invalid Access Token\n",
        "NotAuthorizedException",
        Some("Invalid Access Token")
    )]
    #[case::v2(
        254,
        "\nAn error occurred (NotAuthorizedException) when calling the GetUser operation (reached max retries: 0): Invalid Access Token\n",
        "NotAuthorizedException",
        Some("Invalid Access Token")
    )]
    #[case::later_v2(
        254,
        "\naws: [ERROR]: An error occurred (CodeMismatchException) when calling the VerifySoftwareToken operation: Bad.\n\nAdditional error details:\nOther: z\n",
        "CodeMismatchException",
        Some("Bad.")
    )]
    #[case::several_lines(
        255,
        "\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: a\nb (c): d\n",
        "NotAuthorizedException",
        Some("a\nb (c): d")
    )]
    #[case::no_message(
        255,
        "\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: \n",
        "NotAuthorizedException",
        None
    )]
    #[case::after_a_warning(
        254,
        "urllib3/connectionpool.py:1043: InsecureRequestWarning: …\n\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: No\n",
        "NotAuthorizedException",
        Some("No")
    )]
    fn a_refusal_is_read_from_the_text(#[case] status: i32, #[case] stderr: &str, #[case] name: &str, #[case] message: Option<&str>) {
        let response = answer(status, "", stderr).expect("an answer");
        assert!(!response.is_success());
        let error = response.error();
        assert_eq!((error.name.as_deref(), error.message.as_deref()), (Some(name), message));
        assert_eq!(response.shown.expect("shown").wrong, None);
    }

    #[rstest]
    #[case::no_type(
        255,
        "",
        "\nAn error occurred (400) when calling the GetUser operation: no such\n",
        Some(400),
        "`An error occurred (400)`",
        false
    )]
    #[case::html(
        254,
        "",
        "\nAn error occurred (500) when calling the GetUser operation (reached max retries: 0): Internal Server Error\n",
        Some(500),
        "`An error occurred (500)`",
        false
    )]
    #[case::unknown(
        254,
        "",
        "\nAn error occurred (Unknown) when calling the GetUser operation: Unknown\n",
        None,
        "`An error occurred (Unknown)`",
        false
    )]
    #[case::wrong_status(
        1,
        "",
        "\nAn error occurred (NotAuthorizedException) when calling the GetUser operation: No\n",
        None,
        "exit status 1",
        false
    )]
    #[case::cannot_read(
        255,
        "",
        "\n'str' object has no attribute 'get'\n",
        None,
        "exit status 255: 'str' object has no attribute 'get'",
        true
    )]
    #[case::no_json(0, "Hello", "", None, "5 bytes that are none", true)]
    fn what_a_user_would_stumble_over_is_told(
        #[case] exit_status: i32,
        #[case] stdout: &str,
        #[case] stderr: &str,
        #[case] http_status: Option<u16>,
        #[case] actual: &str,
        #[case] unreadable: bool,
    ) {
        let shown = answer(exit_status, stdout, stderr).expect("an answer").shown.expect("shown");
        let wrong = shown.wrong.expect("something is wrong");
        assert_eq!((shown.exit_status, shown.http_status), (exit_status, http_status));
        assert_eq!((wrong.actual.as_str(), wrong.unreadable), (actual, unreadable));
    }

    #[rstest]
    #[case::v1_type(
        255,
        "\nParameter validation failed:\nInvalid type for parameter AccessToken, value: 1, type: <class 'int'>, valid types: <class 'str'>\n",
        "Invalid type for parameter AccessToken, type: <class 'int'>, valid types: <class 'str'>"
    )]
    #[case::v2_range(
        252,
        "\nParameter validation failed:\nInvalid value for parameter MaxResults, value: 0, valid min value: 1\n",
        "Invalid value for parameter MaxResults, valid min value: 1"
    )]
    #[case::v1_usage(
        2,
        "usage: Note: AWS CLI version 2, the latest major version of the AWS CLI, is now stable.\n\nusage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\nTo see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\naws: error: the following arguments are required: --access-token\n",
        "the following arguments are required: --access-token"
    )]
    #[case::v2_member(
        252,
        "\nParameter validation failed:\nUnknown parameter in input: \"UserPoolTier\", must be one of: PoolName, Policies\n",
        "Unknown parameter in input: \"UserPoolTier\", must be one of: PoolName, Policies"
    )]
    #[case::later_v2(
        252,
        "\naws: [ERROR]: An error occurred (ParamValidation): Parameter validation failed:\nMissing required parameter in input: \"MFAOptions\"\n",
        "Missing required parameter in input: \"MFAOptions\""
    )]
    #[case::shorthand(
        252,
        "\nError parsing parameter '--x': Expected: '=', received: 'EOF' for input:\na\n ^\n",
        "Error parsing parameter '--x': Expected: '=', received: 'EOF' for input: a ^"
    )]
    fn what_it_does_not_send_is_told_in_its_words(#[case] status: i32, #[case] stderr: &str, #[case] words: &str) {
        let error = answer(status, "", stderr).expect_err("not sent");
        assert!(matches!(&error, NotSent::Refused(said) if said == words), "{error:?}");
    }

    #[rstest]
    #[case::connect("\nCould not connect to the endpoint URL: \"http://127.0.0.1:9/\"\n", "cannot connect")]
    #[case::timeout("\nRead timeout on endpoint URL: \"http://127.0.0.1:9/\"\n", "no answer within")]
    #[case::closed(
        "\nConnection was closed before we received a valid response from endpoint URL: \"http://127.0.0.1:9/\".\n",
        "the connection failed"
    )]
    #[case::credentials(
        "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n",
        "the connection failed"
    )]
    fn what_was_not_answered_was_not_observed(#[case] stderr: &str, #[case] words: &str) {
        let error = answer(255, "", stderr).expect_err("not answered");
        assert!(matches!(&error, NotSent::Transport(cause) if cause.to_string().contains(words)), "{error:?}");
    }
}
