//! Weather between the program and a live service: outcomes are the same as without it, only later; nothing is sent twice that
//! might have been carried out; and nothing stays behind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cognito_conformance::audit::Faulted;
use cognito_conformance::engine::{Backoff, Patience};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::account::{Account, RESOURCES};
use super::engine::{Honest, Stage, outcomes};
use super::proxy::{self, Fate};
use super::{Ended, ended};

/// The doors of the reference server.
const DOORS: &str = "doors:
  clock: { http: { path: /_reference/clock } }
  codes: { http: { path: /_reference/codes } }
  access_token: { http: { path: /_reference/access-token } }
";

/// A run against a server that counts as live.
fn run(account: &Account, cases: &str, url: &str) -> (Ended, Value) {
    account.file("live.yaml", &format!("name: live\nabout: It stands for AWS.\nlive: true\nendpoint_url: {url}\n{RESOURCES}{DOORS}"));
    let mut run = account.program();
    run.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
    run.args(["run", "--allow-aws", "--allow-messages", "--target", "./live.yaml", "--report", "run.json"]).args(cases.split(' '));
    run.args(["--quota-share", "100", "--settle", "1", "--jobs", "16", "--request-timeout", "2"]);
    let ended = ended(&mut run);
    let text = std::fs::read(account.home().join("run.json")).unwrap_or_else(|_| b"null".to_vec());
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

/// Requests that make something with a new name, so that the same request twice is one that was sent again.
#[derive(Default)]
struct Uncertain {
    once: BTreeSet<String>,
    twice: Vec<String>,
}

impl Uncertain {
    fn note(&mut self, request: &str, fate: Fate) {
        let makes = [".CreateUserPool\r\n", ".AdminCreateUser\r\n"].iter().any(|operation| request.contains(operation));
        let Some((_, body)) = request.split_once("\r\n\r\n").filter(|_| makes) else { return };
        if self.once.contains(body) {
            self.twice.push(body.to_owned());
        }
        if is_uncertain(fate) {
            self.once.insert(body.to_owned());
        }
    }
}

#[test]
fn outcomes_are_the_same_only_later_and_nothing_stays_behind() {
    let stage = Stage::set(Faulted::new("SetUserSettings:refusal-status:403".parse().expect("a fault")));
    let cases = "SetUserSettings::token SetUserSettings::leaves SetUserSettings::request SetUserSettings::response \
                 AssociateSoftwareToken::s GetUserPoolMfaConfig::shows --skip AdminSetUserSettings";
    let account = Account::open();
    let (fair, without) = run(&account, cases, &stage.url());
    fair.must(1, &[]);
    let uncertain: Arc<Mutex<Uncertain>> = Arc::default();
    let (seen, pools) = (uncertain.clone(), AtomicUsize::default());
    let url = proxy::before(&stage.url(), move |number, request| {
        let fate = match request.contains(".CreateUserPool\r\n").then(|| pools.fetch_add(1, Ordering::Relaxed)) {
            // Pools of which the run is not told, in the storm's eye and at its end.
            Some(1) => Fate::ArrivesUnanswered,
            Some(6) => Fate::ArrivesUnthanked,
            _ => storm(7, number, request),
        };
        seen.lock().expect("not poisoned").note(request, fate);
        fate
    });
    let (stormy, with) = run(&account, cases, &url);
    stormy.must(1, &["on the way, and not counted: throttled "]);
    let (with_storm, without_storm) = (by_name(&with), by_name(&without));
    let others: Vec<_> = with_storm.iter().filter(|(name, ended)| without_storm.get(*name) != Some(ended)).collect();
    assert!(others.is_empty() && with_storm.len() == without_storm.len(), "ended otherwise: {others:?}\n{}", stormy.stdout);
    let uncertain = uncertain.lock().expect("not poisoned");
    assert!(uncertain.once.len() >= 2, "the storm met nothing that matters");
    assert!(uncertain.twice.is_empty(), "sent again, although it may have been carried out: {:?}", uncertain.twice);
    let weather = &with["summary"]["weather"];
    for member in ["throttled", "server_errors", "broken_connections", "spoiled_tries"] {
        assert!(weather[member].as_u64() > Some(0), "{member}: {weather}");
    }
    assert_eq!((&with["left_behind"], &with["summary"]["total"]["flaky"]), (&serde_json::json!([]), &serde_json::json!(0)));
    assert_eq!(stage.pools(), 0);
    let ledgers = std::fs::read_dir(account.home().join("cognito-conformance")).expect("the state's folder");
    assert_eq!(ledgers.filter_map(Result::ok).filter(|entry| entry.path().is_file()).count(), 0);
}

#[test]
fn a_service_that_throttles_for_good_is_not_observed_and_no_case_is_blamed() {
    let (stage, account) = (Stage::set(Honest), Account::open());
    let url = proxy::before(&stage.url(), |_, _| Fate::Throttled);
    let (ended, report) = run(&account, "SetUserSettings", &url);
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
