//! Requests as command lines of curl.

use super::Destination;
use super::request::{Http, Sent};
use crate::report::shell::quote;

/// The steps, one command line each.
pub(super) fn text(sent: &[Sent], to: &Destination) -> String {
    sent.iter().map(|step| one(step, to)).collect::<Vec<_>>().join("\n\n")
}

fn one(step: &Sent, to: &Destination) -> String {
    match &step.http {
        Some(http) => format!("# {}: {}\n{}", step.label, step.name, command(http, to)),
        None => format!("# {}: side door {} of the target, {}", step.label, step.name, step.input),
    }
}

fn command(http: &Http, to: &Destination) -> String {
    if http.is_document() {
        return format!("curl -i {}", quote(&format!("{}{}", to.endpoint, http.path)));
    }
    let mut lines = vec![format!("curl -i -X {} {}", quote(&http.method), quote(&to.endpoint))];
    lines.extend(http.headers.iter().map(|(name, value)| format!("-H {}", quote(&format!("{name}: {value}")))));
    if http.signed {
        lines.push(format!("--aws-sigv4 {}", quote(&format!("aws:amz:{}:cognito-idp", to.region))));
        lines.push(r#"--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#.to_owned());
    }
    lines.push(format!("--data-raw {}", quote(&http.body)));
    lines.join(" \\\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(signed: bool) -> Http {
        let headers = vec![("X-Amz-Target", "AWSCognitoIdentityProviderService.GetUser".to_owned())];
        Http {
            method: "POST".to_owned(),
            path: String::new(),
            headers,
            body: r#"{"AccessToken":"it's <user.access_token>"}"#.to_owned(),
            signed,
            odd: false,
        }
    }

    fn to() -> Destination {
        Destination { endpoint: "http://127.0.0.1:9239".to_owned(), region: "eu-west-1".to_owned() }
    }

    #[test]
    fn quotes_the_body_for_a_shell() {
        let expected = concat!(
            "curl -i -X POST http://127.0.0.1:9239 \\\n",
            "  -H 'X-Amz-Target: AWSCognitoIdentityProviderService.GetUser' \\\n",
            r#"  --data-raw '{"AccessToken":"it'\''s <user.access_token>"}'"#
        );
        assert_eq!(command(&http(false), &to()), expected);
    }

    #[test]
    fn signs_with_the_credentials_of_the_environment() {
        let command = command(&http(true), &to());
        assert!(command.contains("--aws-sigv4 aws:amz:eu-west-1:cognito-idp"), "{command}");
        assert!(command.contains(r#"--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#), "{command}");
    }
}
