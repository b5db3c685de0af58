//! awsJson1.1: what a request must look like and how an answer is written.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::error::{Answer, ServiceError};

/// Content type of every answer of the API, exactly.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// An answer before it is written: a value that a [`Tamper`](super::Tamper) may change.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// HTTP status, 100 to 999; others are written as 500.
    pub status: u16,
    /// Headers by lower-case name. What HTTP cannot carry is left out when written.
    pub headers: BTreeMap<String, String>,
    /// The body; null is written as an empty body, and a text as it is.
    pub body: Value,
}

/// A message with a whole value of the request in it may be longer than clients read of a header (Python's 64 KiB): it stands in the body alone.
const LONGEST_HEADER: usize = 8 * 1024;

impl Response {
    /// The answer to an operation, with a fresh request id.
    pub fn new(answer: Answer) -> Self {
        match answer {
            Ok(body) => Self::plain(200, body),
            Err(error) => Self::refusal(&error),
        }
    }

    /// The answer to what is no operation of the service.
    pub fn unknown_operation() -> Self {
        Self::new(Err(ServiceError::unknown_operation()))
    }

    fn plain(status: u16, body: Value) -> Self {
        let headers = [("content-type", CONTENT_TYPE.to_owned()), ("x-amzn-requestid", Uuid::new_v4().to_string())];
        Self { status, headers: headers.map(|(name, value)| (name.to_owned(), value)).into(), body }
    }

    fn refusal(error: &ServiceError) -> Self {
        let mut body = json!({ "__type": error.kind });
        if let Some(message) = &error.message {
            body[message_key(error.kind)] = json!(message);
        }
        let mut response = Self::plain(error.status, body);
        // The colon is AWS's: what stands behind it on other services is the type's documentation address.
        response.headers.insert("x-amzn-errortype".into(), format!("{}:", error.kind));
        if let Some(message) = error.message.as_ref().filter(|message| message.len() <= LONGEST_HEADER) {
            response.headers.insert("x-amzn-errormessage".into(), message.trim_end().to_owned());
        }
        response
    }
}

/// The framework in front of the service capitalises the key, the service does not.
fn message_key(kind: &str) -> &'static str {
    if kind == "SerializationException" { "Message" } else { "message" }
}

impl IntoResponse for Response {
    fn into_response(self) -> axum::response::Response {
        let body = match &self.body {
            Value::Null => Body::empty(),
            // No answer of the protocol is a JSON text: what a recorded one says is not JSON.
            Value::String(text) => Body::from(text.clone()),
            json => Body::from(json.to_string()),
        };
        let mut written = axum::response::Response::new(body);
        *written.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                written.headers_mut().insert(name, value);
            }
        }
        written
    }
}

/// The operation that `X-Amz-Target` names, when the prefix is this service's.
pub fn operation_name<'a>(target: Option<&'a str>, prefix: &str) -> Option<&'a str> {
    target?.strip_prefix(prefix)?.strip_prefix('.')
}

/// The body as a JSON object; an empty body counts as `{}`.
pub fn parse(body: &[u8]) -> Result<Value, ServiceError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(Value::Array(_)) => Err(serialization("Start of list found where not expected")),
        // Of all else that is no structure the service says nothing but the type (li-xl/nuscenes-download#9, 2024).
        Ok(_) | Err(_) => Err(unreadable()),
    }
}

/// A body that is no JSON, or none where one is needed.
pub fn unreadable() -> ServiceError {
    ServiceError { message: None, ..serialization("") }
}

/// A body whose members are of another type.
pub fn serialization(message: impl Into<String>) -> ServiceError {
    ServiceError::new("SerializationException", message)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some("AWSCognitoIdentityProviderService.GetUser"), Some("GetUser"))]
    #[case(Some("Other.GetUser"), None)]
    #[case(Some("AWSCognitoIdentityProviderServiceGetUser"), None)]
    #[case(None, None)]
    fn reads_the_target(#[case] target: Option<&str>, #[case] operation: Option<&str>) {
        assert_eq!(operation_name(target, "AWSCognitoIdentityProviderService"), operation);
    }

    #[rstest]
    #[case(b"", true)]
    #[case(b"{}", true)]
    #[case(b"[]", false)]
    #[case(b"{", false)]
    #[case(b"\xff", false)]
    fn takes_objects_only(#[case] body: &[u8], #[case] good: bool) {
        assert_eq!(parse(body).is_ok(), good);
    }

    #[test]
    fn a_refusal_says_its_type_three_times() {
        let response = Response::new(Err(ServiceError::no_user()));
        assert_eq!(response.status, 400);
        assert_eq!(response.headers["x-amzn-errortype"], "UserNotFoundException:");
        assert_eq!(response.headers["x-amzn-errormessage"], "User does not exist.");
        let long = Response::new(Err(ServiceError::new("InvalidParameterException", "x".repeat(LONGEST_HEADER + 1))));
        assert!(!long.headers.contains_key("x-amzn-errormessage"), "no client could read it");
        let text = r#"{"__type":"UserNotFoundException","message":"User does not exist."}"#;
        assert_eq!(response.body.to_string(), text);
    }

    #[test]
    fn the_framework_capitalises_the_key() {
        let response = Response::new(Err(serialization("x")));
        assert_eq!(response.body, json!({"__type": "SerializationException", "Message": "x"}));
    }
}
