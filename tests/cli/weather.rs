//! Weather between the program and a live service: outcomes are the same as without it, only later; nothing is sent twice that
//! might have been carried out; and nothing stays behind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cognito_conformance::audit::Faulted;
use cognito_conformance::engine::{Backoff, Patience};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::engine::{Honest, Stage, outcomes};
use super::proxy::{self, Fate};
use super::{Ended, ended, program, scratch};

/// A live target with the reference's doors.
const LIVE: &str = "name: local
about: A server that stands for the real service.
live: true
doors:
  clock: { http: { path: /_reference/clock } }
  codes: { http: { path: /_reference/codes } }
  access_token: { http: { path: /_reference/access-token } }
";

fn live(folder: &Path) -> PathBuf {
    let path = folder.join("live.yaml");
    std::fs::write(&path, LIVE).expect("written");
    path
}

fn run(cases: &str, url: &str, state: &Path, more: &[&str]) -> (Ended, Value) {
    let report = state.join("run.json");
    let mut run = program(state);
    run.args(["run"]).args(cases.split(' ')).args(["--endpoint-url", url, "--request-timeout", "2", "--report"]).arg(&report);
    run.arg("--target").arg(live(state)).args(["--quota-share", "100", "--settle", "1", "--jobs", "16"]).args(more);
    let ended = ended(&mut run);
    let text = std::fs::read(&report).unwrap_or_else(|_| b"null".to_vec());
    (ended, serde_json::from_slice(&text).expect("JSON"))
}

fn by_name(report: &Value) -> BTreeMap<String, String> {
    let cases = report["cases"].as_array().expect("cases").iter();
    cases.map(|case| (case["name"].to_string(), case["outcome"].to_string())).collect()
}

/// What becomes of requests in a storm, by a seed. Side doors do not lead through the service's network.
fn storm(seed: u64, number: usize, request: &str) -> Fate {
    if request.contains("/_reference/") {
        return Fate::Arrives;
    }
    let mut random = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
    match random.random_range(0..1000) {
        0..100 => Fate::Throttled,
        100..104 => Fate::Unavailable,
        104..108 => Fate::IsReset,
        108..112 => Fate::Breaks,
        112..116 => Fate::ArrivesUnanswered,
        116..120 => Fate::ArrivesUnthanked,
        120..124 => Fate::BreaksHalfWay,
        124..224 => Fate::Delayed(50),
        _ => Fate::Arrives,
    }
}

/// Whether who sent the request cannot know what became of it.
fn is_uncertain(fate: Fate) -> bool {
    !matches!(fate, Fate::Arrives | Fate::Delayed(_) | Fate::Throttled)
}

/// What makes something whose name is new, so that the same request twice is one that was sent again.
fn makes_something(request: &str) -> bool {
    ["CreateUserPool\r\n", "AdminCreateUser\r\n"].iter().any(|operation| request.contains(operation))
}

#[test]
fn outcomes_are_the_same_only_later_and_nothing_stays_behind() {
    let stage = Stage::set(Faulted::new("SetUserSettings:refusal-status:403".parse().expect("a fault")));
    let cases = "SetUserSettings GetUserPoolMfaConfig AssociateSoftwareToken --skip AdminSetUserSettings";
    let state = scratch();
    let (fair, without) = run(cases, &stage.url(), state.path(), &[]);
    fair.must(1, &[]);
    let uncertain: Arc<Mutex<(BTreeSet<String>, Vec<String>)>> = Arc::default();
    let seen = uncertain.clone();
    let url = proxy::before(&stage.url(), move |number, request| {
        let fate = storm(7, number, request);
        if let (true, Some((_, body))) = (makes_something(request), request.split_once("\r\n\r\n")) {
            let (uncertain, twice) = &mut *seen.lock().expect("not poisoned");
            if uncertain.contains(body) {
                twice.push(body.to_owned());
            }
            if is_uncertain(fate) {
                uncertain.insert(body.to_owned());
            }
        }
        fate
    });
    let (stormy, with) = run(cases, &url, state.path(), &[]);
    stormy.must(1, &["on the way, and not counted: throttled "]);
    let (with_storm, without_storm) = (by_name(&with), by_name(&without));
    let others: Vec<_> = with_storm.iter().filter(|(name, ended)| without_storm.get(*name) != Some(ended)).collect();
    assert!(others.is_empty() && with_storm.len() == without_storm.len(), "ended otherwise: {others:?}\n{}", stormy.stdout);
    let (uncertain, twice) = &*uncertain.lock().expect("not poisoned");
    assert!(!uncertain.is_empty(), "the storm met nothing that matters");
    assert!(twice.is_empty(), "sent again, although it may have been carried out: {twice:?}");
    let weather = &with["summary"]["weather"];
    for member in ["throttled", "server_errors", "broken_connections", "spoiled_tries"] {
        assert!(weather[member].as_u64() > Some(0), "{member}: {weather}");
    }
    assert_eq!((&with["left_behind"], &with["summary"]["total"]["flaky"]), (&serde_json::json!([]), &serde_json::json!(0)));
    assert_eq!(stage.pools(), 0);
    let ledgers = std::fs::read_dir(state.path().join("cognito-conformance")).expect("the state's folder");
    assert_eq!(ledgers.filter_map(Result::ok).filter(|entry| entry.path().is_file()).count(), 0);
}

#[test]
fn a_service_that_throttles_for_good_is_not_observed_and_no_case_is_blamed() {
    let (stage, state) = (Stage::set(Honest), scratch());
    let url = proxy::before(&stage.url(), |_, _| Fate::Throttled);
    let (ended, report) = run("SetUserSettings", &url, state.path(), &[]);
    ended.must(3, &["throttled"]);
    assert_eq!(report, Value::Null, "no case was begun");
}

/// The same, from the middle of the run on.
#[test]
fn a_service_that_throttles_for_good_is_lost() {
    let stage = Stage::set(Honest);
    let url = proxy::before(&stage.url(), |number, _| if number > 100 { Fate::Throttled } else { Fate::Arrives });
    let names = stage.named("SetUserSettings");
    let healthy = outcomes(&stage.run(&names, |_| ()));
    let gathered = stage.run(&names, |config| {
        config.client.endpoint = url.parse().expect("a URL");
        config.client.timeout = Duration::from_millis(500);
        config.patience = Patience { quota_share: None, settle: Duration::ZERO, backoff: quick(), ..Patience::live() };
    });
    assert!(gathered.summary.lost, "{:?}", gathered.summary.weather);
    let seen = outcomes(&gathered);
    let blamed: Vec<_> = seen.iter().filter(|(name, outcome)| outcome.is_judged() && healthy[*name] != **outcome).collect();
    assert!(blamed.is_empty(), "{blamed:?}");
    assert_eq!(cognito_conformance::exit::of(&gathered.summary, None), 3);
}

fn quick() -> Backoff {
    Backoff { times: 3, first: Duration::from_millis(20), longest: Duration::from_millis(50) }
}
