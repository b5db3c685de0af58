//! `run --rerun-failed`: what did not pass last time, and nothing else.

use std::path::Path;

use cognito_conformance::audit::Faulted;
use serde_json::{Value, json};

use super::engine::Stage;
use super::{Ended, ended, program, scratch};

fn report(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a report")).expect("JSON")
}

fn rows(report: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<&str> {
    let cases = report["cases"].as_array().expect("cases").iter();
    cases.filter(|case| wanted(&case["outcome"])).filter_map(|case| case["name"].as_str()).collect()
}

fn rerun(state: &Path, earlier: &Path, more: &[&str]) -> Ended {
    ended(program(state).arg("run").args(more).arg("--rerun-failed").arg(earlier))
}

#[test]
fn runs_what_did_not_pass_until_all_passed() {
    let state = scratch();
    let (first, second) = (state.path().join("first.json"), state.path().join("second.json"));
    let stage = Stage::set(Faulted::new("AdminGetUser:refusal-status:403".parse().expect("a fault")));
    let mut run = program(state.path());
    run.args(["run", "AdminGetUser::", "--endpoint-url", &stage.url(), "--report"]).arg(&first);
    ended(&mut run).must(1, &[]);
    // Those that the endpoint has no side door for were skipped: they did not pass either.
    let first_report = report(&first);
    let left = rows(&first_report, |outcome| outcome != "pass");
    assert!(rows(&first_report, |outcome| outcome == "fail").len() > 5);
    rerun(state.path(), &first, &["--report", second.to_str().expect("UTF-8")]).must(0, &[]);
    assert_eq!(rows(&report(&second), |_| true), left);
    rerun(state.path(), &second, &[]).must(0, &["all selected cases passed last time"]);
    // Filters and the report both narrow.
    rerun(state.path(), &first, &["GetUserPoolMfaConfig::"]).must(0, &["all selected cases passed last time"]);
    rerun(state.path(), &first, &["--exact", left[0]]).must(0, &["1 case"]);
}

#[test]
fn refuses_reports_that_it_cannot_follow() {
    let state = scratch();
    let path = state.path().join("run.json");
    let written = |document: Value| std::fs::write(&path, document.to_string()).expect("written");
    let row = |name: &str, outcome: &str| json!({ "name": name, "outcome": outcome });
    let gone = [row("GetUser::gone", "fail"), row("GetUser::gone_but_passed", "pass")];
    written(json!({ "schema_version": 1, "summary": { "interrupted": false }, "cases": gone }));
    let ended = rerun(state.path(), &path, &[]);
    ended.must(2, &["names cases that the suite does not have:", "`GetUser::gone`"]);
    assert!(!ended.stderr.contains("gone_but_passed"), "{}", ended.stderr);
    written(json!({ "schema_version": 99, "cases": [] }));
    rerun(state.path(), &path, &[]).must(2, &["has schema version 99"]);
    written(json!([1]));
    rerun(state.path(), &path, &[]).must(2, &["is no report of a run"]);
}
