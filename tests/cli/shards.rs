//! The shards of a run are the whole run, once: its cases, how they end, and what turns it red.

use std::collections::BTreeMap;

use cognito_conformance::case::Shard;
use cognito_conformance::engine::{Gathered, Outcome, Part, merge};
use cognito_conformance::reference::{Response, Tamper};
use rstest::rstest;
use serde_json::{Value, json};

use super::engine::{Lacks, Stage, outcomes};
use super::{ended, program, scratch};

/// Cases that look at users who have the legacy setting, and cases that do not.
const CASES: &str = "SetUserSettings GetUser::";

/// Wrong in the shape of GetUser, but only where a user has the legacy setting: few cases see it, and not the shape case itself.
struct OddMember;

impl Tamper for OddMember {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        if operation == "GetUser" && !response.body["MFAOptions"].is_null() {
            response.body["UnmodelledMember"] = json!("x");
        }
    }
}

/// Refuses GetUser but where a user has the legacy setting: in many shards it never succeeds.
struct Shy;

impl Tamper for Shy {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        if operation == "GetUser" && response.status == 200 && response.body["MFAOptions"].is_null() {
            (response.status, response.body) = (400, json!({"__type": "AliasExistsException", "message": "no"}));
        }
    }
}

fn shards(stage: &Stage, names: &[String], count: u64) -> Vec<Gathered> {
    (1..=count).map(|number| shard(stage, names, &format!("{number}/{count}"))).collect()
}

fn shard(stage: &Stage, names: &[String], shard: &str) -> Gathered {
    let shard: Shard = shard.parse().expect("a shard");
    let mut cases: Vec<_> = names.iter().map(|name| stage.suite.case(name).expect("a case")).collect();
    let part = Part::split(shard, &mut cases);
    let own: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
    stage.run(&own, |config| config.shard = Some(part))
}

fn figures(gathered: &Gathered) -> (BTreeMap<String, Outcome>, usize) {
    (outcomes(gathered), gathered.summary.total.gating)
}

#[rstest]
#[case::an_odd_member(OddMember, Outcome::Fail)]
#[case::refused_at_times(Shy, Outcome::Pass)]
#[case::missing(Lacks("GetUser"), Outcome::Unsupported)]
fn together_they_end_as_the_whole_does(#[case] layer: impl Tamper, #[case] shape: Outcome) {
    let stage = Stage::set(layer);
    let names = stage.named(CASES);
    let whole = stage.run(&names, |_| ());
    assert_eq!(outcomes(&whole)["GetUser::response_shape"], shape);
    let merged = merge(shards(&stage, &names, 5)).expect("shards of one run");
    assert_eq!(figures(&merged), figures(&whole));
}

/// A gate that looks at each shard by itself must go red too.
#[test]
fn a_shard_tells_of_what_only_it_saw() {
    let stage = Stage::set(OddMember);
    let names = stage.named("SetUserSettings::turns_sms_on GetUser::response_shape");
    let elsewhere = (1..=8).map(|number| format!("{number}/8")).find(|text| {
        let shard: Shard = text.parse().expect("a shard");
        shard.has("SetUserSettings::turns_sms_on") && !shard.has("GetUser::response_shape")
    });
    let seen = shard(&stage, &names, &elsewhere.expect("they are in different shards"));
    assert_eq!(outcomes(&seen).get("GetUser::response_shape"), Some(&Outcome::Fail));
    assert_eq!(seen.summary.total.gating, 1);
}

fn names_of(report: &std::path::Path) -> Vec<String> {
    let text = std::fs::read(report).expect("a report");
    let report: Value = serde_json::from_slice(&text).expect("JSON");
    report["cases"].as_array().expect("cases").iter().filter_map(|case| case["name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn the_program_runs_each_case_in_one_of_them() {
    let state = scratch();
    let mut names = Vec::new();
    for number in 1..=3 {
        let report = state.path().join(format!("{number}.json"));
        let mut run = program(state.path());
        ended(run.args(["run", "AdminGetUser", "--shard", &format!("{number}/3"), "--report"]).arg(&report)).must(0, &[]);
        names.extend(names_of(&report));
    }
    names.sort();
    let listed = ended(program(state.path()).args(["list", "AdminGetUser", "--format", "json"]));
    let listed: Vec<Value> = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(names, listed.iter().filter_map(|case| case["name"].as_str().map(str::to_owned)).collect::<Vec<_>>());
}

#[test]
fn an_empty_one_conforms_and_says_so() {
    let state = scratch();
    let (report, junit) = (state.path().join("run.json"), state.path().join("junit.xml"));
    let case = "GetUser::response_shape";
    let empty = (1..=2).map(|number| format!("{number}/2")).find(|text| text.parse::<Shard>().is_ok_and(|shard| !shard.has(case)));
    let mut run = program(state.path());
    // There is no server at the endpoint, and none is needed.
    run.args(["run", "--exact", case, "--endpoint-url", "http://127.0.0.1:9", "--min-coverage", "100", "--shard"]);
    run.arg(empty.expect("one has it not")).arg("--report").arg(&report).arg("--junit").arg(&junit);
    ended(&mut run).must(0, &["there is nothing to run", "no case was run"]);
    assert!(names_of(&report).is_empty() && junit.exists());
}
