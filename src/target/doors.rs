//! Side doors: what no API call can do.

use std::collections::BTreeMap;

use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use super::{Door, HttpDoor, Method, Profile};

/// How much of a refusal is shown.
const EXCERPT: usize = 200;

/// The side doors of one running target.
#[derive(Debug, Clone)]
pub struct Doors {
    doors: BTreeMap<String, Door>,
    endpoint: Url,
    http: reqwest::Client,
}

/// A side door could not be used.
#[derive(Debug, Error)]
pub enum DoorError {
    /// The profile has no such door.
    #[error("find the side door '{door}': the profile has {known}")]
    Missing {
        /// The door.
        door: String,
        /// Those that it has.
        known: String,
    },
    /// The door's path or body names a member that the request has not.
    #[error("use the side door '{door}': its profile needs the member {member}, which the request lacks")]
    Argument {
        /// The door.
        door: String,
        /// The member.
        member: String,
    },
    /// No answer came.
    #[error("use the side door '{door}': {source}")]
    Transport {
        /// The door.
        door: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// The path makes no URL.
    #[error("use the side door '{door}': its path '{path}' makes no URL: {source}")]
    Path {
        /// The door.
        door: String,
        /// The path.
        path: String,
        /// Why not.
        source: url::ParseError,
    },
    /// The server refused.
    #[error("use the side door '{door}': {path} answered {status}: {body}")]
    Refused {
        /// The door.
        door: String,
        /// Path of the request.
        path: String,
        /// HTTP status.
        status: u16,
        /// Beginning of the body.
        body: String,
    },
    /// The answer is not JSON.
    #[error("use the side door '{door}': {path} answered something that is not JSON: {source}")]
    NotJson {
        /// The door.
        door: String,
        /// Path of the request.
        path: String,
        /// Where the JSON goes wrong.
        source: serde_json::Error,
    },
    /// The answer has no such place.
    #[error("use the side door '{door}': the answer has nothing at '{pointer}', where the profile expects {member}")]
    Answer {
        /// The door.
        door: String,
        /// Member of the door's answer.
        member: String,
        /// JSON Pointer into what came back.
        pointer: String,
    },
}

impl Doors {
    /// The doors of a profile at an endpoint. The client's time limit is that of every door.
    pub fn new(profile: &Profile, endpoint: Url, http: reqwest::Client) -> Self {
        Self { doors: profile.doors.clone(), endpoint, http }
    }

    /// Whether there is a door of that name.
    pub fn has(&self, door: &str) -> bool {
        self.doors.contains_key(door)
    }

    /// Uses a door: sends it `request`, gives its answer; `null` where the server answers with an empty body.
    pub async fn open(&self, door: &str, request: &Value) -> Result<Value, DoorError> {
        match self.doors.get(door) {
            Some(Door::Fixed(answer)) => Ok(Value::Object(answer.reveal().clone())),
            Some(Door::Http(how)) => self.ask(door, how, request).await,
            None => Err(DoorError::Missing { door: door.to_owned(), known: self.known() }),
        }
    }

    fn known(&self) -> String {
        let names: Vec<_> = self.doors.keys().map(String::as_str).collect();
        if names.is_empty() { "none".into() } else { names.join(", ") }
    }

    async fn ask(&self, door: &str, how: &HttpDoor, request: &Value) -> Result<Value, DoorError> {
        let missing = |member| DoorError::Argument { door: door.to_owned(), member };
        let path = fill(&how.path, request, encoded).map_err(missing)?;
        let body = body_of(how, request).map_err(missing)?;
        let answer = self.exchange(door, how.method, &path, body).await?;
        match &how.answer {
            None => Ok(answer),
            Some(members) => picked(door, members, &answer),
        }
    }

    async fn exchange(&self, door: &str, method: Method, path: &str, body: Option<Value>) -> Result<Value, DoorError> {
        let (door, path) = (|| door.to_owned(), || path.to_owned());
        let url = self.endpoint.join(&path()).map_err(|source| DoorError::Path { door: door(), path: path(), source })?;
        let mut request = self.http.request(method.into(), url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        // The URL may carry credentials; the path is enough to find the fault.
        let lost = |source: reqwest::Error| DoorError::Transport { door: door(), source: source.without_url() };
        let response = request.send().await.map_err(lost)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(lost)?;
        if !status.is_success() {
            return Err(DoorError::Refused { door: door(), path: path(), status: status.as_u16(), body: excerpt(&bytes) });
        }
        if bytes.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|source| DoorError::NotJson { door: door(), path: path(), source })
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
        }
    }
}

/// What to send. The error is the name of a member that is missing.
fn body_of(how: &HttpDoor, request: &Value) -> Result<Option<Value>, String> {
    match &how.body {
        Some(template) => filled(template.reveal(), request).map(Some),
        None if how.method == Method::Get => Ok(None),
        None => Ok(Some(request.clone())),
    }
}

fn picked(door: &str, members: &BTreeMap<String, super::Pointer>, answer: &Value) -> Result<Value, DoorError> {
    let pick = |(member, pointer): (&String, &super::Pointer)| match pointer.find(answer) {
        Some(value) => Ok((member.clone(), value.clone())),
        None => Err(DoorError::Answer { door: door.to_owned(), member: member.clone(), pointer: pointer.as_str().to_owned() }),
    };
    members.iter().map(pick).collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// A JSON template with its placeholders replaced, in texts at any depth.
fn filled(template: &Value, request: &Value) -> Result<Value, String> {
    match template {
        Value::String(text) => match placeholder(text) {
            Some((0, name, end)) if end == text.len() => member(request, name).cloned(),
            _ => fill(text, request, str::to_owned).map(Value::String),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, request)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| Ok((name.clone(), filled(item, request)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

/// A text with its placeholders replaced, each value written by `write`.
fn fill(template: &str, request: &Value, write: impl Fn(&str) -> String) -> Result<String, String> {
    let (mut result, mut rest) = (String::new(), template);
    while let Some((start, name, end)) = placeholder(rest) {
        let value = member(request, name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        result.push_str(&rest[..start]);
        result.push_str(&write(&text));
        rest = &rest[end..];
    }
    Ok(result + rest)
}

/// The first `{Member}` of a text: where it starts, its name, where it ends. Other braces are text.
fn placeholder(text: &str) -> Option<(usize, &str, usize)> {
    text.match_indices('{').find_map(|(start, _)| {
        let name = text[start + 1..].split_once('}')?.0;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then_some((start, name, start + name.len() + 2))
    })
}

fn member<'a>(request: &'a Value, name: &str) -> Result<&'a Value, String> {
    request.get(name).ok_or_else(|| name.to_owned())
}

/// Percent-encoded but for the unreserved characters of RFC 3986, so that it stays one segment or one query value.
fn encoded(text: &str) -> String {
    let mut result = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => result.push(char::from(byte)),
            _ => result.push_str(&format!("%{byte:02X}")),
        }
    }
    result
}

/// The beginning of a body, on one line.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;
    use wiremock::matchers::{body_json, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    fn doors(yaml: &str, endpoint: &str) -> Doors {
        let mut profile = Profile::for_endpoint(&Url::parse(endpoint).expect("a URL"));
        profile.doors = serde_saphyr::from_str(yaml).expect("doors");
        Doors::new(&profile, Url::parse(endpoint).expect("a URL"), reqwest::Client::new())
    }

    /// A server that answers every request that fits with this body and status.
    async fn server(fits: wiremock::MockBuilder, status: u16, body: &str) -> MockServer {
        let server = MockServer::start().await;
        fits.respond_with(ResponseTemplate::new(status).set_body_string(body)).mount(&server).await;
        server
    }

    #[tokio::test]
    async fn a_fixed_door_answers_without_the_server() {
        let doors = doors("codes: { fixed: { Code: '123456' } }", "http://127.0.0.1:1");
        assert!(doors.has("codes") && !doors.has("clock"));
        assert_eq!(doors.open("codes", &json!({})).await.expect("answers"), json!({"Code": "123456"}));
        let error = doors.open("clock", &json!({})).await.expect_err("has none");
        assert_eq!(error.to_string(), "find the side door 'clock': the profile has codes");
    }

    #[tokio::test]
    async fn the_reference_doors_take_the_request_and_give_the_answer_as_they_are() {
        let request = json!({"UserPoolId": "p", "Username": "u"});
        let server =
            server(Mock::given(method("POST")).and(path("/_reference/codes")).and(body_json(&request)), 200, r#"{"Code":"1"}"#).await;
        let doors = Doors::new(&Profile::reference(), Url::parse(&server.uri()).expect("a URL"), reqwest::Client::new());
        assert_eq!(doors.open("codes", &request).await.expect("answers"), json!({"Code": "1"}));
    }

    #[tokio::test]
    async fn a_path_takes_members_and_the_answer_is_picked() {
        let body = r#"{"codes":[{"code":"7"}]}"#;
        let server = server(Mock::given(method("GET")).and(path("/codes/us-east-1_A/a%2Fb%20c")), 200, body).await;
        let yaml = "codes: { http: { method: GET, path: '/codes/{UserPoolId}/{Username}', answer: { Code: /codes/0/code } } }";
        let doors = doors(yaml, &server.uri());
        let answer = doors.open("codes", &json!({"UserPoolId": "us-east-1_A", "Username": "a/b c"})).await;
        assert_eq!(answer.expect("answers"), json!({"Code": "7"}));
        let error = doors.open("codes", &json!({"UserPoolId": "p"})).await.expect_err("a member is missing");
        assert!(error.to_string().contains("needs the member Username"), "{error}");
    }

    #[tokio::test]
    async fn a_body_template_keeps_json_types() {
        let sent = json!({"seconds": 60, "note": "pool p", "keep": "{not a member}"});
        let server = server(Mock::given(method("POST")).and(body_json(&sent)), 200, "").await;
        let yaml =
            "clock: { http: { path: /clock, body: { seconds: '{AdvanceSeconds}', note: 'pool {UserPoolId}', keep: '{not a member}' } } }";
        let answer = doors(yaml, &server.uri()).open("clock", &json!({"UserPoolId": "p", "AdvanceSeconds": 60})).await;
        assert_eq!(answer.expect("answers"), Value::Null);
    }

    #[rstest]
    #[case(404, "no\nsuch user", "/codes answered 404: no such user")]
    #[case(200, "<html>", "/codes answered something that is not JSON")]
    #[case(200, "{}", "the answer has nothing at '/code', where the profile expects Code")]
    #[tokio::test]
    async fn what_goes_wrong_is_said(#[case] status: u16, #[case] body: &str, #[case] message: &str) {
        let server = server(Mock::given(method("GET")), status, body).await;
        let doors = doors("codes: { http: { method: GET, path: /codes, answer: { Code: /code } } }", &server.uri());
        let error = doors.open("codes", &json!({})).await.expect_err("must fail");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[tokio::test]
    async fn a_lost_server_is_said_without_the_url() {
        let doors = doors("codes: { http: { path: /codes } }", "http://me:hush@127.0.0.1:1");
        let error = doors.open("codes", &json!({})).await.expect_err("nobody listens");
        assert!(matches!(error, DoorError::Transport { .. }) && !format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}
