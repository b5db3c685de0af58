//! What is waited for: reads that show late what was written, room for another pool, and the quotas.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cognito_conformance::engine::{Gathered, Patience};
use cognito_conformance::model::only_reads;
use cognito_conformance::reference::{Handling, Response, Tamper};
use rstest::rstest;
use serde_json::Value;

use super::engine::{Honest, Stage, outcomes};
use super::{ended, program, scratch};

/// Shows what was written at the third look.
#[derive(Default)]
struct ShowsLate {
    looks: AtomicUsize,
}

impl Tamper for ShowsLate {
    fn before(&self, operation: &str, _: &Value) -> Handling {
        if !only_reads(operation) {
            self.looks.store(0, Ordering::Relaxed);
            return Handling::Faithful;
        }
        match self.looks.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Handling::Stale,
            _ => Handling::Faithful,
        }
    }
}

fn late(settle: u64) -> (Gathered, Gathered) {
    let stage = Stage::set(ShowsLate::default());
    let names = stage.named("SetUserSettings GetUserPoolMfaConfig");
    let honest = Stage::set(Honest).run(&names, |_| ());
    let settle = Duration::from_secs(settle);
    // One at a time: the server counts looks, whoever looks.
    (stage.run(&names, |config| (config.jobs, config.patience.settle) = (1, settle)), honest)
}

#[test]
fn what_shows_late_is_waited_for() {
    let (seen, honest) = late(2);
    assert_eq!(outcomes(&seen), outcomes(&honest));
    assert!(seen.summary.weather.repeated_reads > 0, "{:?}", seen.summary.weather);
}

#[test]
fn without_waiting_it_is_judged_as_it_shows() {
    let (seen, honest) = late(0);
    assert_ne!(outcomes(&seen), outcomes(&honest));
    assert_eq!(seen.summary.weather.repeated_reads, 0);
}

/// User pools that there are, and how many there were at a time.
#[derive(Default)]
struct Pools {
    now: AtomicUsize,
    most: AtomicUsize,
}

struct Counts(Arc<Pools>);

impl Tamper for Counts {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        match operation {
            "CreateUserPool" if response.status == 200 => {
                let now = self.0.now.fetch_add(1, Ordering::Relaxed) + 1;
                self.0.most.fetch_max(now, Ordering::Relaxed);
            }
            "DeleteUserPool" if response.status == 200 => drop(self.0.now.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
    }
}

/// With the least room that there can be, every case still comes to its end, and outcomes are the same.
#[test]
fn pools_are_made_only_where_there_is_room() {
    let run = |limit: Option<usize>| {
        let pools = Arc::new(Pools::default());
        let stage = Stage::set(Counts(pools.clone()));
        let names = stage.named("SetUserPoolMfaConfig GetUserPoolMfaConfig");
        let patience = Patience { max_pools: limit.and_then(NonZeroUsize::new), ..Patience::default() };
        let gathered = stage.run(&names, |config| (config.jobs, config.patience) = (12, patience));
        (outcomes(&gathered), pools.most.load(Ordering::Relaxed))
    };
    let least = least();
    let (free, unbound) = run(None);
    let (bound, most) = run(Some(least));
    assert_eq!(bound, free);
    assert!(most <= least && unbound > least, "at most {most} of {least}, and {unbound} without a bound");
}

/// What the message says.
fn least() -> usize {
    let state = scratch();
    let ended = ended(program(state.path()).args(["run", "SetUserPoolMfaConfig", "GetUserPoolMfaConfig", "--max-pools", "1"]));
    ended.must(2, &["user pools at a time, and `--max-pools` allows 1"]);
    let words: Vec<_> = ended.stderr.split_whitespace().collect();
    words.windows(2).find(|pair| pair[0] == "need").and_then(|pair| pair[1].parse().ok()).expect("a number")
}

#[rstest]
#[case::a_hundredth("1", true)]
#[case::not_asked_for("", false)]
fn quotas_are_kept_where_that_is_asked_for(#[case] share: &str, #[case] waits: bool) {
    let state = scratch();
    let report = state.path().join("run.json");
    let mut run = program(state.path());
    run.args(["run", "--exact", "GetUser::base_request_is_accepted", "--report"]).arg(&report);
    if waits {
        run.args(["--quota-share", share]);
    }
    ended(&mut run).must(0, &[]);
    let report: Value = serde_json::from_slice(&std::fs::read(&report).expect("a report")).expect("JSON");
    assert_eq!(report["summary"]["weather"]["seconds_waited"].as_f64() > Some(1.0), waits, "{}", report["summary"]);
}
