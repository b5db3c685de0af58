//! Side doors over HTTP, at the endpoint under test.

use std::collections::BTreeMap;

use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::fault::excerpt;
use super::{DoorFault, Doors, found};
use crate::target::placeholders::{fill, filled};
use crate::target::{HttpDoor, Method, Pointer};

/// Bytes of a body that are read.
const MOST: usize = 4 << 20;

impl Doors {
    pub(super) async fn ask(&self, how: &HttpDoor, request: &Value) -> Result<Value, DoorFault> {
        let path = fill(&how.path, |name| request.get(name), encoded).map_err(DoorFault::Argument)?;
        let body = body_of(how, request).map_err(DoorFault::Argument)?;
        let answer = self.exchange(how.method, &path, body).await?;
        match (&how.pattern, &how.answer) {
            (Some(search), _) => found(search, request, &path, &String::from_utf8_lossy(&answer)),
            (None, Some(members)) => picked(members, &json(&path, &answer)?),
            (None, None) => json(&path, &answer),
        }
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<Value>) -> Result<Vec<u8>, DoorFault> {
        let url = self.endpoint.join(path).map_err(|source| DoorFault::Path { path: path.to_owned(), source })?;
        let mut request = self.http.request(method.into(), url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        // The URL may carry credentials; the path is enough to find the fault.
        let lost = |source: reqwest::Error| DoorFault::Transport(source.without_url());
        let response = request.send().await.map_err(lost)?;
        let status = response.status();
        let bytes = beginning(response).await.map_err(lost)?;
        if !status.is_success() {
            return Err(DoorFault::Refused { path: path.to_owned(), status: status.as_u16(), body: excerpt(&bytes) });
        }
        Ok(bytes)
    }
}

/// The body, up to a size that no answer of a door has.
async fn beginning(mut response: reqwest::Response) -> reqwest::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST {
            bytes.truncate(MOST);
            break;
        }
    }
    Ok(bytes)
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

/// A body as JSON; an empty one is `null`.
fn json(path: &str, body: &[u8]) -> Result<Value, DoorFault> {
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|source| DoorFault::NotJson { from: path.to_owned(), source })
}

fn picked(members: &BTreeMap<String, Pointer>, answer: &Value) -> Result<Value, DoorFault> {
    let pick = |(member, pointer): (&String, &Pointer)| match pointer.find(answer) {
        Some(value) => Ok((member.clone(), value.clone())),
        None => Err(DoorFault::Answer { member: member.clone(), pointer: pointer.as_str().to_owned() }),
    };
    members.iter().map(pick).collect::<Result<Map<_, _>, _>>().map(Value::Object)
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
