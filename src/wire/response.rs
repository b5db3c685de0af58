//! An answer as it came over the wire.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Map, Value};

/// An answer, with its body parsed once.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers by lower-case name, in the order in which they came. Values that are not UTF-8 are made so.
    pub headers: Vec<(String, String)>,
    /// The body; cut where it was longer than the client's limit.
    pub body: Vec<u8>,
    /// The body was longer than the client's limit.
    pub truncated: bool,
    /// What a tool showed of it, where a tool sent the request.
    pub shown: Option<Shown>,
    json: OnceLock<Option<Value>>,
}

/// An answer as a tool shows it. The service's own status and headers are not seen then: the status is the usual one of such an
/// answer, or 0 where the tool could not make sense of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Exit status of the tool.
    pub exit_status: i32,
    /// HTTP status, where the tool tells it.
    pub http_status: Option<u16>,
    /// What is not as its user must find it.
    pub wrong: Option<Wrong>,
}

/// Something that a tool shows and should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What it should show, for people.
    pub expected: String,
    /// What it shows.
    pub actual: String,
    /// The answer cannot be told from it.
    pub unreadable: bool,
}

/// What an error's body says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorBody {
    /// Error type without namespace or suffix, from `__type` or else the `x-amzn-errortype` header.
    pub name: Option<String>,
    /// Its text, from `message` or `Message`.
    pub message: Option<String>,
}

impl fmt::Debug for Response {
    /// Without headers and body, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("length", &self.body.len()).finish_non_exhaustive()
    }
}

impl Response {
    /// An answer from its parts.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>, truncated: bool) -> Self {
        Self { status, headers, body, truncated, shown: None, json: OnceLock::new() }
    }

    /// An answer as a tool shows it, with the usual status of such an answer.
    pub fn shown(status: u16, body: Vec<u8>, shown: Shown) -> Self {
        Self { shown: Some(shown), ..Self::new(status, Vec::new(), body, false) }
    }

    /// The HTTP status, where it was seen.
    pub fn seen_status(&self) -> Option<u16> {
        match &self.shown {
            None => Some(self.status),
            Some(shown) => shown.http_status,
        }
    }

    /// The body as JSON; an empty body counts as `{}`, since clients treat both alike.
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| self.parse()).as_ref()
    }

    fn parse(&self) -> Option<Value> {
        match self.body.as_slice() {
            [] => Some(Value::Object(Map::new())),
            bytes => serde_json::from_slice(bytes).ok(),
        }
    }

    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What the body says of the error, as SDKs read it.
    pub fn error(&self) -> ErrorBody {
        let text = |name: &str| self.json().and_then(|json| json.get(name)).and_then(Value::as_str);
        let name = text("__type").or_else(|| self.header("x-amzn-errortype")).map(bare_type).filter(|name| !name.is_empty());
        let message = text("message").or_else(|| text("Message")).map(str::to_owned);
        ErrorBody { name, message }
    }

    /// The body as JSON, or as text where it is none.
    pub fn shown_body(&self) -> Value {
        self.json().cloned().unwrap_or_else(|| Value::String(String::from_utf8_lossy(&self.body).into_owned()))
    }

    /// Whether the service asks to slow down: it did not do what it was asked to.
    pub fn is_throttling(&self) -> bool {
        self.status == 429
            || matches!(self.error().name.as_deref(), Some("TooManyRequestsException" | "ThrottlingException" | "Throttling"))
    }

    /// Whether it failed on the server's side: what it was asked to do may have been done.
    pub fn is_server_error(&self) -> bool {
        (500..600).contains(&self.status)
    }

    /// How long the service asks to wait, where it says so in seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }
}

/// `com.amazonaws…#NotAuthorizedException:http://…` is a NotAuthorizedException to every SDK.
fn bare_type(text: &str) -> String {
    let text = text.rsplit('#').next().unwrap_or(text);
    text.split(':').next().unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn response(headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response::new(400, headers, body.as_bytes().to_vec(), false)
    }

    #[rstest]
    #[case(&[], r#"{"__type":"NotAuthorizedException","message":"no"}"#, Some("NotAuthorizedException"), Some("no"))]
    #[case(&[], r#"{"__type":"a.b#SerializationException","Message":"m"}"#, Some("SerializationException"), Some("m"))]
    #[case(&[("x-amzn-errortype", "NotAuthorizedException:")], "{}", Some("NotAuthorizedException"), None)]
    #[case(&[], "<html>", None, None)]
    #[case(&[], r#"{"__type":17}"#, None, None)]
    fn reads_errors_as_sdks_do(
        #[case] headers: &[(&str, &str)],
        #[case] body: &str,
        #[case] name: Option<&str>,
        #[case] message: Option<&str>,
    ) {
        let error = response(headers, body).error();
        assert_eq!((error.name.as_deref(), error.message.as_deref()), (name, message));
    }

    #[rstest]
    #[case::by_name(400, r#"{"__type":"TooManyRequestsException"}"#, true)]
    #[case::by_status(429, "slow down", true)]
    #[case::another_refusal(400, r#"{"__type":"LimitExceededException"}"#, false)]
    #[case::unavailable(503, "", false)]
    fn tells_throttling(#[case] status: u16, #[case] body: &str, #[case] is_throttling: bool) {
        assert_eq!(Response { status, ..response(&[], body) }.is_throttling(), is_throttling);
    }

    #[rstest]
    #[case::seconds("3", Some(3))]
    #[case::a_date("Fri, 31 Dec 1999 23:59:59 GMT", None)]
    #[case::nonsense("-1", None)]
    fn reads_how_long_to_wait(#[case] header: &str, #[case] seconds: Option<u64>) {
        assert_eq!(response(&[("retry-after", header)], "").retry_after(), seconds.map(Duration::from_secs));
    }

    #[test]
    fn debug_output_hides_what_passed() {
        let request = crate::wire::Request::new("GetUser", &serde_json::json!({"AccessToken": "hush"}), false);
        let shown = format!("{request:?} {:?}", response(&[("authorization", "hush")], "hush"));
        assert!(shown.contains("GetUser") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn an_empty_body_counts_as_an_empty_object() {
        assert_eq!(response(&[], "").json(), Some(&serde_json::json!({})));
    }
}
