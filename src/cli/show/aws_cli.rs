//! Requests as command lines of the AWS CLI.

use super::Destination;
use super::names::words;
use super::request::Sent;
use crate::report::shell;

/// The steps, one command line each.
pub(super) fn text(sent: &[Sent], to: &Destination) -> String {
    sent.iter().map(|step| one(step, to)).collect::<Vec<_>>().join("\n\n")
}

fn one(step: &Sent, to: &Destination) -> String {
    let title = format!("# {}: {}", step.label, step.name);
    match &step.http {
        None => format!("{title}, a side door of the target: {}", step.input),
        Some(http) if http.odd => format!("{title}: no SDK sends this; see --as curl"),
        Some(_) => format!("{title}\n{}", command(step, to)),
    }
}

fn command(step: &Sent, to: &Destination) -> String {
    let (operation, input) = (words(&step.name, '-'), step.input.to_string());
    let start = shell::join(["aws", "cognito-idp", &operation]);
    let input = shell::join(["--cli-input-json", &input]);
    let place = shell::join(["--endpoint-url", &to.endpoint, "--region", &to.region]);
    [start, input, place].join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::super::request::Http;
    use super::*;
    use serde_json::json;

    fn step(odd: bool) -> Sent {
        let http = Http { method: "POST".to_owned(), headers: Vec::new(), body: String::new(), signed: false, odd };
        Sent {
            label: "request".to_owned(),
            name: "SetUserMFAPreference".to_owned(),
            http: Some(http),
            input: json!({ "AccessToken": "it's" }),
        }
    }

    fn to() -> Destination {
        Destination { endpoint: "http://127.0.0.1:9239".to_owned(), region: "us-east-1".to_owned() }
    }

    #[test]
    fn names_the_command_as_the_aws_cli_does() {
        let expected = concat!(
            "# request: SetUserMFAPreference\n",
            "aws cognito-idp set-user-mfa-preference \\\n",
            r#"  --cli-input-json '{"AccessToken":"it'\''s"}' \"#,
            "\n  --endpoint-url http://127.0.0.1:9239 --region us-east-1"
        );
        assert_eq!(text(&[step(false)], &to()), expected);
    }

    #[test]
    fn says_where_it_cannot_send_what_the_case_sends() {
        assert_eq!(text(&[step(true)], &to()), "# request: SetUserMFAPreference: no SDK sends this; see --as curl");
    }
}
