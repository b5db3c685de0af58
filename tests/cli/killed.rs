//! However a live run ends, what it leaves is found by a sweep: also on another machine, which has no record of it.

use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

use cognito_conformance::reference::{Config, Server};
use cognito_conformance::wire::{Client, Request};
use rstest::rstest;
use serde_json::json;
use tokio::runtime::Runtime;

use super::account::Account;
use super::engine::client;
use super::{ended, proxy};

struct Stage {
    runtime: Runtime,
    server: Server,
    client: Client,
    account: Account,
}

const STAND_IN: &str = "name: stand-in\nabout: It stands for AWS.\nlive: true\ncredentials: { access_key_id: a, secret_access_key: b }\n";

impl Stage {
    fn set() -> Self {
        let (runtime, account) = (Runtime::new().expect("a runtime"), Account::open());
        let server = runtime.block_on(Server::start(Config::default())).expect("the server starts");
        account.file("stand-in.yaml", STAND_IN);
        let client = client(&server.url());
        Self { runtime, server, client, account }
    }

    fn ask(&self, operation: &str, input: serde_json::Value) -> serde_json::Value {
        let answer = self.runtime.block_on(self.client.send(&Request::new(operation, &input, true))).expect("an answer");
        answer.json().expect("JSON").clone()
    }

    fn pools(&self) -> Vec<String> {
        let pools = self.ask("ListUserPools", json!({"MaxResults": 60}));
        let ids = pools["UserPools"].as_array().expect("a list").iter().filter_map(|pool| pool["Id"].as_str());
        ids.map(str::to_owned).collect()
    }

    /// A live run that is in the middle of its work.
    fn running(&self) -> Child {
        let mut run = Process::new(assert_cmd::cargo::cargo_bin("cognito-conformance"));
        run.args(["run", "--jobs", "1", "--target", "./stand-in.yaml", "--allow-aws", "--endpoint-url"]).arg(self.server.url());
        let home = self.account.home();
        run.current_dir(home).env("HOME", home).env("XDG_STATE_HOME", home).env("AWS_ENDPOINT_URL_STS", self.account.sts.uri());
        run.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_CONFIG_FILE", home.join("config"));
        let child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let started = Instant::now();
        while self.pools().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(30), "no pool was made");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    /// Somebody else's pool, which is there all the time.
    fn other(&self) -> String {
        let pool = self.ask("CreateUserPool", json!({"PoolName": "production"}));
        pool["UserPool"]["Id"].as_str().expect("an id").to_owned()
    }

    fn sweep(&self, state: &std::path::Path) -> super::Ended {
        let mut sweep = self.account.program();
        sweep.env("XDG_STATE_HOME", state).args(["sweep", "--older-than", "0s", "--yes", "--target", "./stand-in.yaml", "--allow-aws"]);
        ended(sweep.arg("--endpoint-url").arg(self.server.url()))
    }
}

fn signal(child: &Child, name: &str) {
    let done = Process::new("kill").arg(name).arg(child.id().to_string()).status();
    assert!(done.is_ok_and(|status| status.success()), "the signal was sent");
}

#[cfg(unix)]
#[rstest]
#[case::here(true)]
#[case::on_another_machine(false)]
fn after_a_kill(#[case] here: bool) {
    let (stage, elsewhere) = (Stage::set(), super::scratch());
    let mut child = stage.running();
    signal(&child, "-KILL");
    child.wait().expect("it ends");
    assert!(!stage.pools().is_empty(), "a killed run cannot clean up");
    let other = stage.other();
    let state = if here { stage.account.home() } else { elsewhere.path() };
    stage.sweep(state).must(0, &["to be removed: user pool ", "removed user pool "]);
    assert_eq!(stage.pools(), [other]);
    stage.sweep(state).must(0, &["nothing was left behind"]);
}

#[cfg(unix)]
#[test]
fn a_run_that_still_goes_on_keeps_its_pools() {
    let stage = Stage::set();
    let mut child = stage.running();
    signal(&child, "-STOP");
    let pools = stage.pools();
    stage.sweep(stage.account.home()).must(0, &["nothing was left behind"]);
    assert_eq!(stage.pools(), pools);
    signal(&child, "-KILL");
    child.wait().expect("it ends");
}

#[cfg(unix)]
#[test]
fn after_an_interrupt() {
    let stage = Stage::set();
    let mut child = stage.running();
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(stage.pools(), [] as [String; 0]);
}

/// The answer to a request that made a pool is lost, and then the network for good.
#[test]
fn after_the_network_was_lost() {
    let stage = Stage::set();
    let url = proxy::before(&stage.server.url(), |number, head| match number {
        30..60 if head.contains(".CreateUserPool\r\n") => proxy::Fate::BreaksHalfWay,
        ..60 => proxy::Fate::Arrives,
        _ => proxy::Fate::Breaks,
    });
    let mut run = stage.account.program();
    run.args(["run", "UserPoolMfaConfig::", "--jobs", "2", "--request-timeout", "1"]);
    ended(run.args(["--target", "./stand-in.yaml", "--allow-aws", "--endpoint-url", &url])).must(3, &["the endpoint was lost"]);
    assert!(!stage.pools().is_empty(), "without a network nothing can be removed");
    let elsewhere = super::scratch();
    stage.sweep(elsewhere.path()).must(0, &["removed user pool "]);
    assert_eq!(stage.pools(), [] as [String; 0]);
}
