//! `run --rerun-failed`: what did not pass last time, and nothing else.

use std::path::Path;

use cognito_conformance::audit::Faulted;
use serde_json::Value;

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
    let mut run = program(state.path());
    ended(run.args(["run", "--exact", "GetUser::base_request_is_accepted", "--report"]).arg(&path)).must(0, &[]);
    let row = report(&path)["cases"][0].clone();
    let written = |change: &dyn Fn(&mut Value)| {
        let mut report = report(&path);
        change(&mut report);
        std::fs::write(&path, report.to_string()).expect("written");
    };
    let named = |name: &str, outcome: &str| {
        let mut row = row.clone();
        (row["name"], row["outcome"]) = (name.into(), outcome.into());
        row
    };
    written(&|report| report["cases"] = [named("GetUser::gone", "fail"), named("GetUser::gone_but_passed", "pass")].into());
    let ended = rerun(state.path(), &path, &[]);
    ended.must(2, &["names cases that the suite does not have:", "`GetUser::gone`"]);
    assert!(!ended.stderr.contains("gone_but_passed"), "{}", ended.stderr);
    written(&|report| report["schema_version"] = 99.into());
    rerun(state.path(), &path, &[]).must(2, &["version 99"]);
    std::fs::write(&path, "[1]").expect("written");
    rerun(state.path(), &path, &[]).must(2, &["is no result of a run"]);
}
