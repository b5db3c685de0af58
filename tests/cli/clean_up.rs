//! Nothing stays behind: not after a run, not after Ctrl-C, and after a kill only what `sweep` finds.

use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

use cognito_conformance::reference::{Config, Server};
use cognito_conformance::wire::{Client, Request};
use serde_json::json;
use tokio::runtime::Runtime;

use super::engine::client;
use super::{ended, program, scratch};

struct Stage {
    runtime: Runtime,
    server: Server,
    client: Client,
}

impl Stage {
    fn set() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(Server::start(Config::default())).expect("the server starts");
        let client = client(&server.url());
        Self { runtime, server, client }
    }

    fn pools(&self) -> usize {
        let request = Request::new("ListUserPools", &json!({"MaxResults": 60}), true);
        let answer = self.runtime.block_on(self.client.send(&request)).expect("an answer");
        answer.json().and_then(|json| json["UserPools"].as_array().map(Vec::len)).expect("pools")
    }

    /// A run that is in the middle of its work.
    fn running(&self, state: &Path) -> Child {
        let program = assert_cmd::cargo::cargo_bin("cognito-conformance");
        let mut run = Process::new(program);
        run.args(["run", "--jobs", "1", "--endpoint-url"]).arg(self.server.url()).env("XDG_STATE_HOME", state);
        let child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let started = Instant::now();
        while self.pools() == 0 {
            assert!(started.elapsed() < Duration::from_secs(20), "no pool was made");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }
}

fn signal(child: &Child, name: &str) {
    let done = Process::new("kill").arg(name).arg(child.id().to_string()).status();
    assert!(done.is_ok_and(|status| status.success()), "the signal was sent");
}

#[test]
fn after_a_run() {
    let (stage, state) = (Stage::set(), scratch());
    ended(program(state.path()).args(["run", "GetUser", "--endpoint-url", &stage.server.url()]));
    assert_eq!(stage.pools(), 0);
    let ledgers = std::fs::read_dir(state.path().join("cognito-conformance")).map(|entries| entries.filter_map(Result::ok).count());
    assert_eq!(ledgers.unwrap_or(0), 0, "the ledger goes with what it names");
}

#[cfg(unix)]
#[test]
fn after_an_interrupt() {
    let (stage, state) = (Stage::set(), scratch());
    let mut child = stage.running(state.path());
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(stage.pools(), 0);
}

#[cfg(unix)]
#[test]
fn after_a_kill_and_a_sweep() {
    let (stage, state) = (Stage::set(), scratch());
    let mut child = stage.running(state.path());
    signal(&child, "-KILL");
    child.wait().expect("it ends");
    assert!(stage.pools() > 0, "a killed run cannot clean up");
    ended(program(state.path()).args(["sweep", "--endpoint-url", &stage.server.url()])).must(0, &["removed user pool "]);
    assert_eq!(stage.pools(), 0);
}
