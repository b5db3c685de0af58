//! Side doors: what no API call can do.

mod command;
mod fault;
mod http;
mod log;

use std::collections::BTreeMap;

use fancy_regex::Regex;
use serde_json::Value;
use url::Url;

pub use self::fault::{DoorError, DoorFault};
use super::search::last_match;
use super::{Door, Profile, Search};

/// The side doors of one running target.
#[derive(Debug, Clone)]
pub struct Doors {
    doors: BTreeMap<String, Door>,
    endpoint: Url,
    http: reqwest::Client,
}

impl Doors {
    /// The doors of a profile at an endpoint. The client's time limit is that of every door over HTTP.
    pub fn new(profile: &Profile, endpoint: Url, http: reqwest::Client) -> Self {
        Self { doors: profile.doors.clone(), endpoint, http }
    }

    /// Whether there is a door of that name.
    pub fn has(&self, door: &str) -> bool {
        self.doors.contains_key(door)
    }

    /// Uses a door: sends it `request`, gives its answer; `null` where the server answers with an empty body.
    pub async fn open(&self, door: &str, request: &Value) -> Result<Value, DoorError> {
        let answer = match self.doors.get(door) {
            Some(Door::Fixed(answer)) => Ok(Value::Object(answer.reveal().clone())),
            Some(Door::Http(how)) => self.ask(how, request).await,
            Some(Door::Log(how)) => log::read(how, request).await,
            Some(Door::Command(how)) => command::answer(how, &self.endpoint, request).await,
            None => Err(DoorFault::Missing { known: self.known() }),
        };
        answer.map_err(|fault| DoorError { door: door.to_owned(), fault })
    }

    fn known(&self) -> String {
        let names: Vec<_> = self.doors.keys().map(String::as_str).collect();
        if names.is_empty() { "none".into() } else { names.join(", ") }
    }
}

/// What to find, for one request.
fn regex(search: &Search, request: &Value) -> Result<Regex, DoorFault> {
    let text = search.filled(request).map_err(DoorFault::Argument)?;
    // What was put in is plain text, and the rest was tried when the profile was read: only a very long value makes it fail.
    Regex::new(&text).map_err(|error| DoorFault::Pattern(Box::new(error)))
}

/// Finds it in a text that came from `place`.
fn found(search: &Search, request: &Value, place: &str, text: &str) -> Result<Value, DoorFault> {
    let no_match = || DoorFault::NoMatch { place: place.to_owned(), pattern: search.as_str().to_owned() };
    matched(&regex(search, request)?, text)?.ok_or_else(no_match)
}

/// The last match in a text.
fn matched(regex: &Regex, text: &str) -> Result<Option<Value>, DoorFault> {
    last_match(regex, text).map_err(|error| DoorFault::Pattern(Box::new(error)))
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
        assert_eq!(error.to_string(), "use the side door 'clock': the profile has codes");
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
    #[case(200, r#"{"code":null}"#, "the answer has nothing at '/code', where the profile expects Code")]
    #[tokio::test]
    async fn what_goes_wrong_is_said(#[case] status: u16, #[case] body: &str, #[case] message: &str) {
        let server = server(Mock::given(method("GET")), status, body).await;
        let doors = doors("codes: { http: { method: GET, path: /codes, answer: { Code: /code } } }", &server.uri());
        let error = doors.open("codes", &json!({})).await.expect_err("must fail");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[tokio::test]
    async fn a_text_answers_with_its_last_match() {
        let inbox =
            r#"[{"to":"a","text":"Your code is 1111"},{"to":"b","text":"Your code is 2222"},{"to":"a","text":"Your code is 3333"}]"#;
        let server = server(Mock::given(method("GET")).and(path("/inbox")), 200, inbox).await;
        let yaml = r#"codes: { http: { method: GET, path: /inbox, pattern: '"to":"{Username}","text":"[^"]*?(?<Code>\d{4})"' } }"#;
        let doors = doors(yaml, &server.uri());
        assert_eq!(doors.open("codes", &json!({"Username": "a"})).await.expect("answers"), json!({"Code": "3333"}));
        let error = doors.open("codes", &json!({"Username": "c"})).await.expect_err("has none");
        assert!(error.to_string().starts_with("use the side door 'codes': /inbox has no match of"), "{error}");
    }

    #[tokio::test]
    async fn a_lost_server_is_said_without_the_url() {
        let doors = doors("codes: { http: { path: /codes } }", "http://me:hush@127.0.0.1:1");
        let error = doors.open("codes", &json!({})).await.expect_err("nobody listens");
        assert!(matches!(error.fault, DoorFault::Transport(_)) && !format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}
