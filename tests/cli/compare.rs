//! Several results side by side.

use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;
use serde_json::{Value, json};

use super::{Ended, ended, program, scratch};

/// A run of a few cases on the embedded server, written as the result of this target.
struct Results {
    folder: tempfile::TempDir,
    result: Value,
}

impl Results {
    fn new() -> Self {
        let folder = scratch();
        let path = folder.path().join("run.json");
        ended(program(folder.path()).args(["run", "GetUserPoolMfaConfig", "--report"]).arg(&path)).must(0, &[]);
        let result = serde_json::from_slice(&fs::read(&path).expect("a report")).expect("JSON");
        Self { folder, result }
    }

    /// Writes the result after a change.
    fn write(&self, name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
        let mut result = self.result.clone();
        change(&mut result);
        let path = self.folder.path().join(name);
        fs::write(&path, result.to_string()).expect("written");
        path
    }

    fn compare(&self, files: &[&Path], arguments: &[&str]) -> Ended {
        ended(program(self.folder.path()).arg("compare").args(files).args(arguments))
    }
}

/// The first written case fails, with an answer that would like to paint on the terminal.
fn fail(result: &mut Value) {
    let fault = json!({ "kind": "refused-wrongly", "actual": "Odd\u{1b}cException", "message": "no" });
    let finding = json!({
        "check": "error", "step": "request", "operation": "GetUserPoolMfaConfig", "path": "",
        "expected": "success", "actual": "Odd", "diff": null, "fault": fault, "place": null,
    });
    let cases = result["cases"].as_array_mut().expect("cases");
    let case = cases.iter_mut().find(|case| case["name"] == "GetUserPoolMfaConfig::base_request_is_accepted").expect("the control");
    case["outcome"] = "fail".into();
    case["findings"] = json!([finding]);
}

fn named(name: &str) -> impl Fn(&mut Value) {
    move |result| {
        result["target"] = name.into();
        result.as_object_mut().expect("an object").remove("target_version");
    }
}

#[test]
fn versions_of_a_target_are_told_apart_and_gated() {
    let results = Results::new();
    let version = |version: &'static str| move |result: &mut Value| result["target_version"] = version.into();
    let older = results.write("older.json", version("5.2.1"));
    let newer = results.write("newer.json", |result| {
        version("5.2.5")(result);
        fail(result);
    });
    let files = [older.as_path(), newer.as_path()];
    let said = ["From reference 5.2.1 to reference 5.2.5: 1 newly failing (1 gating)", "Odd\\u{1b}cException", "\nall "];
    results.compare(&files, &[]).must(0, &said);
    results.compare(&files, &["--gate"]).must(1, &["pass → fail, gates"]);
    results.compare(&[&newer, &older], &["--gate"]).must(0, &["1 fixed"]);
    results.compare(&[&older, &older], &["--gate"]).must(0, &["nothing changed"]);
}

#[test]
fn a_gate_is_not_passed_by_seeing_nothing() {
    let results = Results::new();
    let older = results.write("older.json", |_| {});
    let newer = results.write("newer.json", |result| {
        let total = json!({ "cases": 1, "divergence": null, "coverage": 0.0, "gating": 0, "flaky": 0, "outcomes": { "indeterminate": 1 } });
        result["summary"]["total"] = total;
    });
    results.compare(&[&older, &newer], &["--gate"]).must(3, &["nothing was observed of 1 of 1"]);
    results.compare(&[&older, &newer], &[]).must(0, &[]);
}

#[test]
fn what_most_targets_contradict_is_suspect_and_families_have_one_voice() {
    let results = Results::new();
    let target = |name: &'static str| {
        results.write(&format!("{name}.json"), |result| {
            named(name)(result);
            fail(result);
        })
    };
    let files = ["a", "b", "c"].map(target);
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let suspected =
        ["Suspects: 1 claim", "GetUserPoolMfaConfig::base_request_is_accepted", "3 of 3 independent targets", "evidence: documented"];
    results.compare(&files, &[]).must(0, &suspected);
    let text = results.compare(&files, &["--family", "a,b"]).stdout;
    assert!(!text.contains("Suspects"), "{text}");
}

#[test]
fn every_format_is_written_where_it_is_asked_for() {
    let results = Results::new();
    let (one, other) = (results.write("one.json", named("one")), results.write("other.json", fail));
    let markdown = results.folder.path().join("compared.md");
    let to_file = format!("markdown={}", markdown.display());
    let page = results.folder.path().join("compared.html");
    let to_page = format!("html={}", page.display());
    let said = results.compare(&[&one, &other], &["--as", "json", "--as", &to_file, "--as", &to_page]);
    let comparison: Value = serde_json::from_str(&said.stdout).expect("JSON alone on standard output");
    assert_eq!(comparison["schema_version"], 1);
    assert_eq!(comparison["changes"][0]["changes"][0]["kind"], "new-failure");
    assert_eq!(comparison["results"][0]["label"], "one");
    let page = fs::read_to_string(page).expect("written");
    assert!(page.starts_with("<!") && page.contains("one") && page.contains("reference"), "a page with both");
    let text = fs::read_to_string(markdown).expect("written");
    assert!(text.contains("| `GetUserPoolMfaConfig` |") && !text.contains('\u{1b}'), "{text}");
}

#[rstest]
#[case::alone(&["one"], &[], &["nothing to compare with"])]
#[case::not_there(&["one", "nowhere"], &[], &["cannot read", "nowhere"])]
#[case::something_else(&["one", "else"], &[], &["else is no result of a run"])]
#[case::stranger(&["one", "one"], &["--family", "reference,motto"], &["no result is of the target `motto`", "reference"])]
#[case::lonely_family(&["one", "one"], &["--family", "reference"], &["two members"])]
#[case::no_such_format(&["one", "one"], &["--as", "pdf"], &["no such format; there are human, markdown, json, html"])]
fn wrong_arguments_are_told(#[case] files: &[&str], #[case] arguments: &[&str], #[case] said: &[&str]) {
    let folder = scratch();
    let result = json!({
        "schema_version": 1, "suite_version": "0", "model": "m", "target": "reference", "endpoint": "e", "run_id": "r", "started": "s",
        "strict": false, "cases_folder": "cases", "reproduce": [], "fixtures_failed": [], "left_behind": [], "cases": [],
        "summary": { "total": { "cases": 0, "divergence": null, "coverage": null, "gating": 0, "flaky": 0, "outcomes": {} },
                     "operations": {}, "requests": 0, "seconds": 0.0, "interrupted": false, "lost": false, "shapes_seen": [] },
    });
    fs::write(folder.path().join("one"), result.to_string()).expect("written");
    fs::write(folder.path().join("else"), r#"{"name": "x"}"#).expect("written");
    let files = files.iter().map(|file| folder.path().join(file));
    ended(program(folder.path()).arg("compare").args(files).args(arguments)).must(2, said);
}
