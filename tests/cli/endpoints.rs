//! Endpoints that are not there, or are something else: one clear message, exit code 3, no hang.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{ended, program, scratch};

#[test]
fn one_that_is_not_there() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let url = format!("http://{free}");
    ended(program(scratch().path()).args(["run", "--endpoint-url", &url])).must(3, &["does not answer", &url]);
}

#[test]
fn one_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let started = Instant::now();
    ended(program(scratch().path()).args(["run", "--endpoint-url", &url, "--request-timeout", "1"]))
        .must(3, &["does not answer", "no answer within 1s"]);
    assert!(started.elapsed() < Duration::from_secs(30), "took {:?}", started.elapsed());
}

/// Runs some cases against a server that always says the same.
fn run_against(answer: ResponseTemplate) -> super::Ended {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    });
    ended(program(scratch().path()).args(["run", "SetUserSettings", "--endpoint-url", &server.uri()]))
}

#[test]
fn one_that_answers_html() {
    let page = ResponseTemplate::new(200).set_body_raw("<html><body>It works!</body></html>", "text/html");
    let ended = run_against(page);
    assert_ne!(ended.code, Some(0), "{}", ended.stdout);
    ended.must(3, &["CreateUserPool"]);
}

#[test]
fn one_that_refuses_everything_conforms_in_nothing() {
    let refusal = ResponseTemplate::new(400).set_body_json(serde_json::json!({"__type": "InvalidParameterException", "message": "no"}));
    run_against(refusal).must(3, &["coverage 0.0%"]);
}

#[test]
fn hostile_answers_do_no_harm() {
    let hostile = "\u{1b}[2J\u{202e}<script>alert(1)</script>".repeat(200_000);
    let ended = run_against(ResponseTemplate::new(500).set_body_raw(hostile, "application/x-amz-json-1.1"));
    assert!(matches!(ended.code, Some(1 | 3)), "{:?}", ended.code);
    assert!(!ended.stdout.contains('\u{1b}') && !ended.stdout.contains('\u{202e}'), "escapes reach the terminal");
}
