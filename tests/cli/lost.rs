//! The network dies half-way: the exit code is 3, not 1, and nothing is blamed on the server that is not its fault.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cognito_conformance::audit::Faulted;
use rstest::rstest;
use serde_json::Value;

use super::engine::{Lacks, Stage};
use super::proxy::{self, Fate};
use super::{Ended, ended, program, scratch};

/// A server with a fault that many cases fail on and that gates.
fn wrong_server() -> Stage {
    Stage::set(Faulted::new("SetUserSettings:refusal-status:403".parse().expect("a fault")))
}

fn run(url: &str, state: &Path, more: &[&str]) -> (Ended, Value) {
    run_cases("SetUserSettings", url, state, &[&["--skip", "AdminSetUserSettings"], more].concat())
}

fn run_cases(filter: &str, url: &str, state: &Path, more: &[&str]) -> (Ended, Value) {
    let report = state.join("run.json");
    let mut run = program(state);
    run.args(["run", filter, "--request-timeout", "1", "--endpoint-url", url, "--report"]).arg(&report).args(more);
    let ended = ended(&mut run);
    let text = std::fs::read(&report).expect("a report");
    (ended, serde_json::from_slice(&text).expect("JSON"))
}

fn with_outcome<'r>(report: &'r Value, outcome: &str) -> BTreeSet<&'r str> {
    let cases = report["cases"].as_array().expect("cases").iter();
    cases.filter(|case| case["outcome"] == outcome).filter_map(|case| case["name"].as_str()).collect()
}

#[rstest]
#[case::connections_break(Fate::Breaks)]
#[case::answers_are_cut_off(Fate::BreaksHalfWay)]
#[case::nothing_comes_back(Fate::Silence)]
fn half_way(#[case] fate: Fate) {
    let (stage, state) = (wrong_server(), scratch());
    let healthy = run(&stage.url(), state.path(), &["--jobs", "2"]);
    healthy.0.must(1, &[]);
    let url = proxy::before(&stage.url(), move |number, _| if number > 150 { fate } else { Fate::Arrives });
    let started = Instant::now();
    let (ended, report) = run(&url, state.path(), &["--jobs", "2"]);
    assert!(started.elapsed() < Duration::from_secs(45), "took {:?}", started.elapsed());
    let judged = with_outcome(&report, "pass").len() + with_outcome(&report, "fail").len();
    ended.must(3, &[&format!("the endpoint was lost after {judged} of {} cases were judged", report["summary"]["total"]["cases"])]);
    assert_eq!(report["summary"]["lost"], true);
    assert!(report["summary"]["total"]["gating"].as_u64() > Some(0), "some cases failed before: {}", report["summary"]);
    let blamed: Vec<_> = with_outcome(&report, "fail").difference(&with_outcome(&healthy.1, "fail")).copied().collect();
    assert!(blamed.is_empty(), "failed only because the connection did: {blamed:?}");
    let stale: Vec<_> = with_outcome(&report, "pass").difference(&with_outcome(&healthy.1, "pass")).copied().collect();
    assert!(stale.is_empty(), "passed only because the connection failed: {stale:?}");
}

#[test]
fn one_answer_in_many() {
    let (stage, state) = (wrong_server(), scratch());
    let url = proxy::before(&stage.url(), |number, _| if number == 150 { Fate::Breaks } else { Fate::Arrives });
    let (ended, report) = run(&url, state.path(), &["--jobs", "2"]);
    ended.must(1, &[]);
    assert_eq!((with_outcome(&report, "indeterminate").len(), &report["summary"]["lost"]), (1, &Value::Bool(false)));
}

/// Every case needs the pool: that the first attempt to make it was lost must cost one case, not all.
#[rstest]
#[case::without_retries("0", 1, 0)]
#[case::with_retries("1", 0, 1)]
fn when_the_pool_is_made(#[case] retries: &str, #[case] indeterminate: usize, #[case] flaky: usize) {
    let (stage, state) = (wrong_server(), scratch());
    let first = AtomicBool::new(true);
    let url = proxy::before(&stage.url(), move |_, head| {
        let lost = head.contains("CreateUserPool\r\n") && first.swap(false, Ordering::Relaxed);
        if lost { Fate::Breaks } else { Fate::Arrives }
    });
    let (ended, report) = run(&url, state.path(), &["--retries", retries, "--jobs", "1"]);
    ended.must(1, &[]);
    assert_eq!(with_outcome(&report, "indeterminate").len(), indeterminate);
    let marked = report["cases"].as_array().expect("cases").iter().filter(|case| !case["flaky"].is_null()).count();
    assert_eq!(marked, flaky);
}

/// A server that hangs in what is tested, but answers an operation that no service has, is still there.
#[test]
fn a_server_that_hangs_is_not_lost_while_it_answers_something() {
    let (stage, state) = (wrong_server(), scratch());
    let answers = |head: &str| head.contains("ConformanceProbeOperation\r\n");
    let url = proxy::before(&stage.url(), move |_, head| if answers(head) { Fate::Arrives } else { Fate::Silence });
    let (ended, report) = run_cases("GetUserPoolMfaConfig::model", &url, state.path(), &["--jobs", "2"]);
    ended.must(3, &["nothing was observed of"]);
    assert_eq!(report["summary"]["lost"], false);
}

#[rstest]
#[case::enough("50", 0, "coverage 50.0%")]
#[case::too_little("50.1", 3, "coverage is 50.00% (1 of 2 cases judged), below the 50.1% of --min-coverage")]
fn coverage_may_be_asked_for(#[case] least: &str, #[case] code: i32, #[case] said: &str) {
    let state = scratch();
    let stage = Stage::set(Lacks("GetUserPoolMfaConfig"));
    let cases = ["run", "GetUserPoolMfaConfig::base_request_is", "SetUserPoolMfaConfig::base_request_is", "--endpoint-url"];
    ended(program(state.path()).args(cases).arg(stage.url()).args(["--min-coverage", least])).must(code, &[said]);
}
