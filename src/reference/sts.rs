//! A stand-in for STS at the same port: `GetCallerIdentity`, in the query protocol.
//!
//! So `AWS_ENDPOINT_URL_STS=http://127.0.0.1:9239 aws sts get-caller-identity` tells whose account the server plays. What it
//! demands of a signature is what the API demands, for the service `sts` and any region: its endpoint was global once.

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use minijinja::HtmlEscape;
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    config::AccountId,
    signature::{Flaw, Gate, Purpose, Received},
};

/// The protocol's own content type.
const FORM: &str = "application/x-www-form-urlencoded";
/// The only version of the API.
const VERSION: &str = "2011-06-15";
/// Name of the user who owns the key.
const USER: &str = "user/cognito-conformance";
/// Id of that user.
const USER_ID: &str = "AIDACONFORMANCEREFER";

/// The action that a request of the query protocol names, if it is one.
pub fn action(request: &Received) -> Option<String> {
    let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(FORM.as_bytes()));
    if request.method() != Method::POST || !is_form || request.headers().contains_key("x-amz-target") {
        return None;
    }
    form_urlencoded::parse(request.body()).find(|(name, _)| name == "Action").map(|(_, action)| action.into_owned())
}

/// Answers an action.
pub fn answer(action: &str, request: &Received, gate: &Gate, account: &AccountId) -> Response {
    let purpose = Purpose { service: "sts", region: None, minutes: 15 };
    if let Err(flaw) = gate.admit(request, &purpose) {
        let (code, status) = flaw.of_query_protocol();
        return refusal(status, code, text(&flaw));
    }
    if action != "GetCallerIdentity" {
        return refusal(400, "InvalidAction", &format!("Could not find operation {action} for version {VERSION}"));
    }
    let account = account.as_str();
    let identity = format!(
        "<GetCallerIdentityResult><Arn>arn:aws:iam::{account}:{USER}</Arn><UserId>{USER_ID}</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata>{}</ResponseMetadata>",
        request_id()
    );
    xml(200, "GetCallerIdentityResponse", &identity)
}

/// STS has more words than the API for a request without a signature.
fn text(flaw: &Flaw) -> &str {
    if *flaw == Flaw::Missing { "Request is missing Authentication Token" } else { flaw.message() }
}

fn refusal(status: u16, code: &str, text: &str) -> Response {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error>{}", HtmlEscape(text), request_id());
    xml(status, "ErrorResponse", &error)
}

fn request_id() -> String {
    format!("<RequestId>{}</RequestId>", Uuid::new_v4())
}

fn xml(status: u16, element: &str, content: &str) -> Response {
    let body = format!("<{element} xmlns=\"https://sts.amazonaws.com/doc/{VERSION}/\">{content}</{element}>\n");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Bytes, to_bytes},
        http::{Request, header::AUTHORIZATION},
    };
    use rstest::rstest;

    use super::*;

    fn request(body: &'static str, headers: &[(&str, &str)]) -> Received {
        let request = headers.iter().fold(Request::post("/"), |request, (name, value)| request.header(*name, *value));
        request.body(Bytes::from_static(body.as_bytes())).expect("a request")
    }

    const ASK: &str = "Action=GetCallerIdentity&Version=2011-06-15";
    const FORM_UTF8: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

    #[rstest]
    #[case::asks(ASK, &[FORM_UTF8], Some("GetCallerIdentity"))]
    #[case::json(ASK, &[("content-type", "application/x-amz-json-1.1")], None)]
    #[case::of_the_api(ASK, &[FORM_UTF8, ("x-amz-target", "a.b")], None)]
    #[case::no_action("Version=1", &[FORM_UTF8], None)]
    fn knows_its_requests(#[case] body: &'static str, #[case] headers: &[(&str, &str)], #[case] found: Option<&str>) {
        assert_eq!(action(&request(body, headers)).as_deref(), found);
    }

    async fn said(action: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let account = "999988887777".parse().expect("an account");
        let response = answer(action, &request(ASK, headers), &Gate::Present, &account);
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 10_000).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[rstest]
    #[case::answer("GetCallerIdentity", true, 200, "<Arn>arn:aws:iam::999988887777:user/cognito-conformance</Arn>")]
    #[case::account("GetCallerIdentity", true, 200, "<Account>999988887777</Account>")]
    #[case::unsigned("GetCallerIdentity", false, 403, "<Code>MissingAuthenticationToken</Code>")]
    #[case::another("Assume<Role>", true, 400, "Could not find operation Assume&lt;Role&gt; for version 2011-06-15")]
    #[tokio::test]
    async fn answers_in_xml(#[case] action: &str, #[case] signed: bool, #[case] status: u16, #[case] text: &str) {
        let headers = [(AUTHORIZATION.as_str(), "AWS4-HMAC-SHA256 whatever")];
        let (is, body) = said(action, if signed { &headers } else { &[] }).await;
        assert!(is == status && body.contains(text), "{is} {body}");
    }
}
