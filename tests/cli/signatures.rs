//! Credentials of the environment, against a server that verifies them.

use cognito_conformance::reference::{Config, KeyPair, Server, Session};
use tokio::runtime::Runtime;

use super::{Ended, ended, program, scratch};

/// Runs cases of a signed operation, with these credentials, on a server that wants `AKID`, `secret` and `token`.
fn run(id: &str, secret: &str, token: &str) -> Ended {
    let runtime = Runtime::new().expect("a runtime");
    let session = Some(Session { token: "token".to_owned(), ends: None });
    let keys = KeyPair { access_key_id: "AKID".to_owned(), secret_access_key: "secret".to_owned(), session };
    let config = Config { keys: Some(keys), region: "eu-west-1".to_owned(), ..Config::default() };
    let server = runtime.block_on(Server::start(config)).expect("the server starts");
    let state = scratch();
    let mut program = program(state.path());
    program.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_SESSION_TOKEN", token);
    ended(program.args(["run", "AdminGetUser::", "--region", "eu-west-1", "--endpoint-url", &server.url()]))
}

#[test]
fn the_right_key_is_enough() {
    run("AKID", "secret", "token").must(0, &[" passed"]);
}

#[test]
fn any_other_is_refused() {
    let refused = |id, secret, token, kind: &str| {
        let ended = run(id, secret, token);
        assert_ne!(ended.code, Some(0), "{}", ended.stdout);
        let all = format!("{}{}", ended.stdout, ended.stderr);
        assert!(all.contains(kind), "{all}");
    };
    refused("OTHER", "secret", "token", "UnrecognizedClientException");
    refused("AKID", "other", "token", "InvalidSignatureException");
    refused("AKID", "secret", "other", "UnrecognizedClientException");
}

#[test]
fn a_server_that_verifies_needs_a_key() {
    let state = scratch();
    let mut program = program(state.path());
    program.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").args(["serve", "--verify-signatures", "--port", "0"]);
    ended(&mut program).must(2, &["--verify-signatures needs AWS_ACCESS_KEY_ID", "made-up ones will do"]);
}
