//! Requests as command lines of the AWS CLI.

use serde_json::Map;

use super::Destination;
use super::request::Sent;
use crate::report::shell;
use crate::wire::aws_cli::{Arguments, Sensitive};

/// The steps, one command line each.
pub(super) fn text(sent: &[Sent], to: &Destination) -> String {
    sent.iter().map(|step| one(step, to)).collect::<Vec<_>>().join("\n\n")
}

fn one(step: &Sent, to: &Destination) -> String {
    let title = format!("# {}: {}", step.label, step.name);
    match &step.http {
        None => format!("{title}, a side door of the target: {}", step.input),
        Some(http) if http.is_document() => format!("{title}, a document below the endpoint; see --as curl"),
        Some(http) if http.odd => format!("{title}: no SDK sends this; see --as curl"),
        Some(_) => format!("{title}\n{}", command(step, to)),
    }
}

fn command(step: &Sent, to: &Destination) -> String {
    let none = Map::new();
    // What is secret is a placeholder here.
    let arguments = Arguments::of(&step.name, step.input.as_object().unwrap_or(&none), Sensitive::OnCommandLine);
    let (command, options) = arguments.words.split_at(2);
    let start = shell::join(std::iter::once("aws").chain(command.iter().map(String::as_str)));
    let options = (!options.is_empty()).then(|| shell::join(options.iter().map(String::as_str)));
    let input = arguments.input.map(|input| shell::join(["--cli-input-json", &input.to_string()]));
    let place = shell::join(["--endpoint-url", &to.endpoint, "--region", &to.region]);
    [Some(start), options, input, Some(place)].into_iter().flatten().collect::<Vec<_>>().join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::super::request::Http;
    use super::*;
    use serde_json::json;

    fn step(odd: bool) -> Sent {
        let http = Http { method: "POST".to_owned(), path: String::new(), headers: Vec::new(), body: String::new(), signed: false, odd };
        Sent {
            label: "request".to_owned(),
            name: "SetUserMFAPreference".to_owned(),
            http: Some(http),
            input: json!({ "AccessToken": "it's", "SMSMfaSettings": { "Enabled": true }, "EmailMfaSettings": null }),
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
            r"  --access-token 'it'\''s' --sms-mfa-settings Enabled=true \",
            "\n",
            r#"  --cli-input-json '{"EmailMfaSettings":null}' \"#,
            "\n  --endpoint-url http://127.0.0.1:9239 --region us-east-1"
        );
        assert_eq!(text(&[step(false)], &to()), expected);
    }

    #[test]
    fn says_where_it_cannot_send_what_the_case_sends() {
        assert_eq!(text(&[step(true)], &to()), "# request: SetUserMFAPreference: no SDK sends this; see --as curl");
    }
}
