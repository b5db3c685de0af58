//! A recording stands in for the target that it was made of: every case ends as it ended there, and what is recorded of it is the same again.

use std::collections::BTreeMap;
use std::path::Path;

use cognito_conformance::audit::Faulted;
use serde_json::Value;

use super::engine::{Lacks, Stage};
use super::{ended, program, scratch};

/// Cases of every origin, with tokens, codes and second users.
const FILTERS: [&str; 3] = ["SetUserSettings", "InitiateAuth", "VerifySoftwareToken"];

/// One of them.
const CASE: &str = "SetUserSettings::turns_sms_on";

fn outcomes(folder: &Path, name: &str, more: &[&str]) -> BTreeMap<String, String> {
    let report = folder.join(name);
    let mut run = program(folder);
    run.arg("run").args(FILTERS).args(more).arg("--report").arg(&report);
    let ended = ended(&mut run);
    assert!(matches!(ended.code, Some(0 | 1)), "{:?}: {}{}", ended.code, ended.stdout, ended.stderr);
    let report: Value = serde_json::from_slice(&std::fs::read(&report).expect("a report")).expect("JSON");
    let case =
        |case: &Value| (case["name"].as_str().unwrap_or_default().to_owned(), case["outcome"].as_str().unwrap_or_default().to_owned());
    report["cases"].as_array().expect("cases").iter().map(case).collect()
}

/// Arguments of a run against the recording.
fn replayed(recording: &Path) -> Vec<String> {
    let program = assert_cmd::cargo::cargo_bin("cognito-conformance");
    let command = format!("{} serve --replay {} --port {{port}}", program.display(), recording.display());
    ["--start", &command, "--target", "replay", "--snapshots", &recording.display().to_string()].map(str::to_owned).into()
}

#[test]
fn a_wrong_server_is_as_wrong_in_its_recording() {
    let stage = Stage::set(Faulted::new("GetUser:member-dropped:UserMFASettingList".parse().expect("a fault")));
    let (folder, url) = (scratch(), stage.url());
    let recording = folder.path().join("recording");
    let place = ["--endpoint-url", &url, "--target", "reference"];
    let live = outcomes(folder.path(), "live.json", &place);
    let mut record = program(folder.path());
    record.arg("record").args(FILTERS).args(place).arg("--out").arg(&recording);
    ended(&mut record).must(0, &["complete"]);
    let again = replayed(&recording);
    let again = outcomes(folder.path(), "again.json", &again.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(live.values().any(|outcome| outcome == "fail"), "the server is wrong");
    // Fixtures are built on the embedded server, which is not wrong; but what they blocked has no recording.
    let expected = |outcome: &str| if matches!(outcome, "pass" | "fail") { outcome.to_owned() } else { "skipped".to_owned() };
    let expected: BTreeMap<_, _> = live.iter().map(|(name, outcome)| (name.clone(), expected(outcome))).collect();
    let differ: Vec<_> = expected.iter().filter(|(name, outcome)| again.get(*name) != Some(outcome)).collect();
    assert!(differ.is_empty(), "{differ:?}");
    assert_eq!(live.len(), again.len());
}

#[test]
fn what_a_target_does_not_implement_is_not_there_in_its_recording_either() {
    let (stage, folder) = (Stage::set(Lacks("SetUserSettings")), scratch());
    let (url, recording) = (stage.url(), folder.path().join("recording"));
    let place = ["--endpoint-url", &url, "--target", "reference"];
    let live = outcomes(folder.path(), "live.json", &place);
    let mut record = program(folder.path());
    record.arg("record").args(FILTERS).args(place).arg("--out").arg(&recording);
    ended(&mut record);
    let again = replayed(&recording);
    let again = outcomes(folder.path(), "again.json", &again.iter().map(String::as_str).collect::<Vec<_>>());
    let unsupported: Vec<_> = live.iter().filter(|(_, outcome)| *outcome == "unsupported").collect();
    assert!(unsupported.len() > 20, "{live:?}");
    let differ: Vec<_> = unsupported.into_iter().filter(|(name, _)| !matches!(again[*name].as_str(), "unsupported" | "skipped")).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn what_is_not_recorded_is_not_judged() {
    let folder = scratch();
    let recording = folder.path().join("recording");
    let mut record = program(folder.path());
    record.args(["record", "--exact", CASE, "--out"]).arg(&recording);
    ended(&mut record).must(0, &["recorded 1 of 1 case"]);
    let again = replayed(&recording);
    let again = again.iter().map(String::as_str).collect::<Vec<_>>();
    let again = outcomes(folder.path(), "again.json", &again);
    let judged: Vec<_> = again.iter().filter(|(_, outcome)| *outcome != "skipped").collect();
    assert!(
        judged.iter().all(|(name, outcome)| name.ends_with("::response_shape") && *outcome == "pass" || name.as_str() == CASE),
        "{judged:?}"
    );
    assert_eq!(again[CASE], "pass");
}
