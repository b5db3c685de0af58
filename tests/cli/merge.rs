//! The results of a run's parts, put together.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{ended, program, scratch};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON")
}

fn run(folder: &Path, name: &str, filters: &[&str]) -> PathBuf {
    let path = folder.join(name);
    ended(program(folder).arg("run").args(filters).arg("--report").arg(&path)).must(0, &[]);
    path
}

fn names(result: &Value) -> Vec<Value> {
    result["cases"].as_array().expect("cases").iter().map(|case| case["name"].clone()).collect()
}

#[test]
fn the_shards_together_are_the_whole_run() {
    let folder = scratch();
    let folder = folder.path();
    let shard = |number: u32| run(folder, &format!("{number}.json"), &["SetUserSettings", "--shard", &format!("{number}/3")]);
    let (shards, whole) = ([3, 1, 2].map(shard), run(folder, "whole.json", &["SetUserSettings"]));
    let merged = folder.join("merged.json");
    let mut merge = program(folder);
    merge.arg("merge").args(&shards).arg("--report").arg(&merged).args(["--as", "markdown=/dev/null"]);
    ended(&mut merge).must(0, &[]);
    let (merged, whole) = (read(&merged), read(&whole));
    assert_eq!(names(&merged), names(&whole));
    assert_eq!(merged["summary"]["total"], whole["summary"]["total"]);
    assert_eq!(merged["summary"]["operations"], whole["summary"]["operations"]);
    ended(program(folder).arg("merge").args(&shards)).must(0, &["divergence 0.0%"]);
    ended(program(folder).arg("merge").args(&shards[..2])).must(2, &["shard 2 is missing: name the results of all 3 shards"]);
}

#[test]
fn runs_of_different_cases_are_a_whole_too() {
    let folder = scratch();
    let folder = folder.path();
    let (one, other) = (run(folder, "1.json", &["GetUserPoolMfaConfig"]), run(folder, "2.json", &["AssociateSoftwareToken"]));
    ended(program(folder).arg("merge").args([&one, &other])).must(0, &["AssociateSoftwareToken ", "GetUserPoolMfaConfig "]);
}

#[test]
fn the_exit_code_is_that_of_the_whole() {
    let folder = scratch();
    let folder = folder.path();
    let one = run(folder, "1.json", &["GetUserPoolMfaConfig"]);
    let mut failed = read(&one);
    failed["cases"][0]["outcome"] = "fail".into();
    fs::write(&one, failed.to_string()).expect("written");
    ended(program(folder).arg("merge").arg(&one)).must(1, &["1 failed (1 gate)"]);
}

#[test]
fn parts_that_are_no_whole_are_told() {
    let folder = scratch();
    let folder = folder.path();
    let one = run(folder, "1.json", &["GetUserPoolMfaConfig"]);
    ended(program(folder).arg("merge").args([&one, &one])).must(2, &["the case GetUserPoolMfaConfig::", "1.json"]);
    ended(program(folder).arg("merge")).must(2, &["<RESULT>"]);
}
