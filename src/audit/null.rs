//! Servers that know nothing and give one kind of answer to everything.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::{Router, serve};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a null server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// 400 InvalidParameterException.
    InvalidParameter,
    /// 400 NotAuthorizedException.
    NotAuthorized,
    /// 400 ResourceNotFoundException.
    ResourceNotFound,
    /// 400 InvalidParameterException, with another message each time.
    NewMessages,
    /// Every modelled error of the MFA operations in turn.
    Wheel,
    /// 400 UnknownOperationException.
    UnknownOperation,
    /// 500 InternalErrorException.
    InternalError,
    /// 200 and an empty object.
    Empty,
    /// 200 and the body of the request.
    Echo,
    /// 200 and a page for people.
    Html,
    /// 400 and a body that says `teapot`.
    Teapot,
}

impl Null {
    /// All of them, with their names.
    pub const ALL: [(Self, &str); 11] = [
        (Self::InvalidParameter, "null:invalid-parameter"),
        (Self::NotAuthorized, "null:not-authorized"),
        (Self::ResourceNotFound, "null:resource-not-found"),
        (Self::NewMessages, "null:new-messages"),
        (Self::Wheel, "null:wheel"),
        (Self::UnknownOperation, "null:unknown-operation"),
        (Self::InternalError, "null:internal-error"),
        (Self::Empty, "null:empty"),
        (Self::Echo, "null:echo"),
        (Self::Html, "null:html"),
        (Self::Teapot, "null:teapot"),
    ];
}

const WHEEL: [&str; 5] =
    ["InvalidParameterException", "NotAuthorizedException", "ResourceNotFoundException", "UserNotFoundException", "SerializationException"];

/// A running null server. Dropping it stops it.
#[derive(Debug)]
pub struct NullServer {
    url: String,
    task: JoinHandle<io::Result<()>>,
}

#[derive(Debug)]
struct Shared {
    null: Null,
    answered: AtomicUsize,
}

impl NullServer {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// There is none.
    pub async fn start(null: Null) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared { null, answered: AtomicUsize::new(0) });
        let router = Router::new().fallback(answer).with_state(shared);
        Ok(Self { url, task: tokio::spawn(serve(listener, router).into_future()) })
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for NullServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let turn = shared.answered.fetch_add(1, Ordering::Relaxed);
    match shared.null {
        Null::InvalidParameter => error(400, "InvalidParameterException", "Invalid request."),
        Null::NotAuthorized => error(400, "NotAuthorizedException", "Invalid Access Token"),
        Null::ResourceNotFound => error(400, "ResourceNotFoundException", "User pool does not exist."),
        Null::NewMessages => error(400, "InvalidParameterException", &format!("Invalid request number {turn}.")),
        Null::Wheel => error(400, WHEEL[turn % WHEEL.len()], &format!("Refused by turn {turn}.")),
        Null::UnknownOperation => error(400, "UnknownOperationException", "Unknown."),
        Null::InternalError => error(500, "InternalErrorException", "Something went wrong."),
        Null::Empty => respond(200, JSON, Bytes::from_static(b"{}")),
        Null::Echo => respond(200, JSON, body),
        Null::Html => respond(200, "text/html", Bytes::from_static(b"<!doctype html><title>It works!</title>")),
        Null::Teapot => respond(400, JSON, Bytes::from_static(br#"{"teapot":true}"#)),
    }
}

const JSON: &str = "application/x-amz-json-1.1";

fn error(status: u16, name: &str, message: &str) -> Response<Body> {
    let body = json!({"__type": name, "message": message}).to_string();
    let mut response = respond(status, JSON, Bytes::from(body));
    if let Ok(value) = HeaderValue::from_str(&format!("{name}:")) {
        response.headers_mut().insert(HeaderName::from_static("x-amzn-errortype"), value);
    }
    response
}

/// The headers that all of the service's answers have are there: a null server is wrong about what it answers, not about the wire.
fn respond(status: u16, content_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Null::InvalidParameter, 400, "InvalidParameterException")]
    #[case(Null::InternalError, 500, "InternalErrorException")]
    #[case(Null::Echo, 200, "hello")]
    #[case(Null::Html, 200, "<!doctype html>")]
    #[tokio::test]
    async fn answers_everything_alike(#[case] null: Null, #[case] status: u16, #[case] text: &str) {
        let server = NullServer::start(null).await.expect("started");
        let response = reqwest::Client::new().post(server.url()).body("hello").send().await.expect("answered");
        assert_eq!(response.status(), status);
        assert!(response.text().await.expect("text").contains(text));
    }
}
