//! Recordings: made, made again, compared with a run and with each other, and taken as evidence.

use std::fs;
use std::path::{Path, PathBuf};

use cognito_conformance::audit::Faulted;
use cognito_conformance::recording::{Recording, State};
use rstest::rstest;

use super::engine::Stage;
use super::proxy::{self, Fate};
use super::{Ended, ended, program, scratch};

fn record(folder: &Path, out: &Path, more: &[&str]) -> Ended {
    ended(program(folder).arg("record").arg("--out").arg(out).args(more))
}

/// Cases of one operation, its constraints among them.
fn record_some(folder: &Path, out: &Path, more: &[&str]) -> Ended {
    record(folder, out, &[&["VerifySoftwareToken", "--skip", "fixture"], more].concat())
}

fn snapshots(folder: &Path, arguments: &[&str]) -> Ended {
    ended(program(folder).current_dir(folder).arg("snapshots").args(arguments))
}

fn run(folder: &Path, snapshots: &Path, more: &[&str]) -> Ended {
    ended(program(folder).env("INSTA_UPDATE", "no").args(["run", "VerifySoftwareToken"]).arg("--snapshots").arg(snapshots).args(more))
}

/// All files below a folder, and their texts. The day of a recording is left out.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    let text = |path: &Path| {
        let text = fs::read_to_string(path).expect("a text");
        text.lines().filter(|line| !line.contains("\"recorded\": \"2")).map(|line| format!("{line}\n")).collect()
    };
    paths.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![(path.clone(), text(&path))] }).collect()
}

fn relative(folder: &Path) -> Vec<(PathBuf, String)> {
    files(folder).into_iter().map(|(path, text)| (path.strip_prefix(folder).expect("below").to_owned(), text)).collect()
}

/// Changes a file of a recording.
fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{} has no {from}:\n{text}", path.display());
    fs::write(path, text.replace(from, to)).expect("written");
}

#[test]
fn two_recordings_of_one_server_are_the_same() {
    let folder = scratch();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    record(folder.path(), &one, &["--jobs", "1"]).must(0, &["complete"]);
    record(folder.path(), &two, &["--jobs", "16"]).must(0, &["complete"]);
    let (first, second) = (relative(&one), relative(&two));
    assert!(first.len() > 700, "written and generated cases: {}", first.len());
    for (one, two) in first.iter().zip(&second) {
        assert_eq!(one, two);
    }
    assert_eq!(first.len(), second.len());
    snapshots(folder.path(), &["diff", "one", "two"]).must(0, &["nothing moved in the", "cases that both have"]);
}

#[test]
fn a_run_is_compared_with_what_was_recorded_generated_cases_too() {
    let folder = scratch();
    let out = folder.path().join("out");
    record_some(folder.path(), &out, &[]).must(0, &[]);
    run(folder.path(), &out, &["--strict"]).must(0, &[]);
    let generated = out.join("VerifySoftwareToken/model__UserCode__max_length.snap");
    change(&generated, "=> 400", "=> 403");
    run(folder.path(), &out, &[]).must(0, &[]);
    run(folder.path(), &out, &["--strict"])
        .must(1, &["VerifySoftwareToken::model::UserCode::max_length", "the recorded exchanges", "=> 403"]);
    fs::remove_file(&generated).expect("removed");
    run(folder.path(), &out, &["--strict"]).must(0, &[]);
}

#[rstest]
#[case::nothing_there(&[], "holds no recorded exchanges")]
#[case::nothing_in_it(&[("x/readme.md", "hello")], "holds no recorded exchanges")]
#[case::cut_off(&[("A/a.snap", "---\nsource: cases\nexpression: A::a\n---\n# request: A\n{\n  \"x\"")], "A/a.snap: its exchanges: line")]
#[case::a_conflict(&[("A/a.snap", "<<<<<<< HEAD\n---\n")], "A/a.snap: it is no snapshot")]
#[case::twice(
    &[("A/a.snap", "---\nexpression: A::a\n---\n# r: A\n{}\n=> 200\n{}\n"), ("A/b.snap", "---\nexpression: A::a\n---\n# r: A\n{}\n=> 200\n{}\n")],
    "A/b.snap: "
)]
fn what_is_no_recording_is_told_before_anything_is_sent(#[case] held: &[(&str, &str)], #[case] message: &str) {
    let folder = scratch();
    let out = folder.path().join("out");
    for (name, text) in held {
        let path = out.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    run(folder.path(), &out, &[]).must(2, &[message]);
    snapshots(folder.path(), &["diff", "out", "out"]).must(2, &["holds no recording"]);
}

#[test]
fn recording_again_replaces_what_is_seen_and_keeps_what_is_not() {
    let folder = scratch();
    let out = folder.path().join("out");
    record_some(folder.path(), &out, &[]).must(0, &[]);
    let first = Recording::read(&out).expect("a recording");
    let (seen, unseen) = (out.join("VerifySoftwareToken/right_code.snap"), out.join("VerifySoftwareToken/wrong_code.snap"));
    change(&seen, "SUCCESS", "ERROR");
    change(&unseen, "400", "403");
    record(folder.path(), &out, &["VerifySoftwareToken::right_code", "--exact"]).must(0, &["recorded 1 of 1 case", "kept as recorded on"]);
    let again = Recording::read(&out).expect("a recording");
    assert_eq!(again.cases["VerifySoftwareToken::right_code"], first.cases["VerifySoftwareToken::right_code"]);
    assert_eq!(again.cases["VerifySoftwareToken::wrong_code"][0].status, Some(403));
    assert_eq!((again.about.figures.recorded, again.about.figures.kept), (1, first.cases.len() - 1));
    assert_eq!(again.about.origin_of("VerifySoftwareToken::wrong_code").0, first.about.recorded);
}

#[test]
fn what_left_the_suite_is_removed_when_the_whole_suite_is_recorded() {
    let (folder, cases) = (scratch(), scratch());
    fs::write(
        cases.path().join("get_user.yaml"),
        "operation: GetUser\nabout: x\ncases:\n  - name: a\n    request: { AccessToken: x }\n    expect: { error: NotAuthorizedException }\n    evidence: inferred \"x\"\n",
    )
    .expect("written");
    let (out, arguments) = (folder.path().join("out"), ["--cases", cases.path().to_str().expect("a path")]);
    record(folder.path(), &out, &[&["::a"], arguments.as_slice()].concat()).must(0, &["recorded 1 of 1 case"]);
    let old = out.join("GetUser/b.snap");
    fs::write(&old, fs::read_to_string(out.join("GetUser/a.snap")).expect("a file").replace("GetUser::a", "GetUser::b")).expect("written");
    record(folder.path(), &out, &[&["::a"], arguments.as_slice()].concat()).must(0, &["kept as recorded"]);
    assert!(old.exists(), "of a part of the suite nobody can say what is gone");
    record(folder.path(), &out, &arguments).must(0, &["removed, no longer in the suite: GetUser::b"]);
    assert!(!old.exists() && out.join("GetUser/a.snap").exists());
}

#[test]
fn a_folder_with_something_else_in_it_is_refused() {
    let folder = scratch();
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("made");
    fs::write(out.join("thesis.tex"), "x").expect("written");
    record_some(folder.path(), &out, &[]).must(2, &["holds something else than a recording"]);
    assert_eq!(fs::read_dir(&out).expect("a folder").count(), 1, "and is left as it was");
}

#[test]
fn recordings_of_two_targets_are_not_mixed() {
    let folder = scratch();
    let out = folder.path().join("out");
    record_some(folder.path(), &out, &[]).must(0, &[]);
    let before = files(&out);
    record_some(folder.path(), &out, &["--region", "eu-west-1"]).must(2, &["record each target and region into a folder of its own"]);
    assert_eq!(files(&out), before);
}

#[test]
fn a_recording_of_a_lost_server_does_not_look_whole() {
    let (stage, folder) = (Stage::set(Faulted::new("SetUserSettings:refusal-status:403".parse().expect("a fault"))), scratch());
    let url = proxy::before(&stage.url(), |number, _| if number > 60 { Fate::Breaks } else { Fate::Arrives });
    let out = folder.path().join("out");
    let more = ["--endpoint-url", &url, "--target", "reference", "--jobs", "2", "--request-timeout", "1"];
    record_some(folder.path(), &out, &more).must(3, &["the endpoint was lost", "not observed, indeterminate", "too little was observed"]);
    let recording = Recording::read(&out).expect("a recording");
    let figures = recording.about.figures;
    assert_eq!(recording.about.state, State::Short);
    assert_eq!(figures.recorded + figures.not_observed, figures.selected);
    assert_eq!(recording.cases.len(), figures.recorded);
    snapshots(folder.path(), &["diff", "out", "out"]).must(0, &["The older recording is not whole: too little was observed."]);
}

#[test]
fn a_server_that_is_not_there_leaves_no_recording() {
    let folder = scratch();
    let out = folder.path().join("out");
    record_some(folder.path(), &out, &["--endpoint-url", "http://127.0.0.1:9", "--request-timeout", "1"]).must(3, &["does not answer"]);
    assert!(!out.join("recording.json").exists());
}

#[test]
fn what_moved_is_told_most_telling_first() {
    let folder = scratch();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    record_some(folder.path(), &one, &[]).must(0, &[]);
    record_some(folder.path(), &two, &[]).must(0, &[]);
    change(&two.join("VerifySoftwareToken/right_code.snap"), "SUCCESS", "ERROR");
    change(&two.join("VerifySoftwareToken/wrong_code.snap"), "Code mismatch", "Wrong code");
    change(&two.join("VerifySoftwareToken/nothing_was_associated.snap"), "=> 400", "=> 200");
    change(&two.join("VerifySoftwareToken/nothing_was_associated.snap"), "\"__type\"", "\"Status\"");
    let human = snapshots(folder.path(), &["diff", "one", "two"]);
    human.must(1, &["refused before, accepted now", "other values", "$.Status: \"SUCCESS\" → \"ERROR\"", "messages in other words"]);
    let at = |words: &str| human.stdout.find(words).unwrap_or_else(|| panic!("no {words}"));
    assert!(at("accepted now") < at("other values") && at("other values") < at("messages in other words"));
    snapshots(folder.path(), &["diff", "one", "two", "--format", "markdown"])
        .must(1, &["### Refused before, accepted now", "- before: reference"]);
    let json = snapshots(folder.path(), &["diff", "one", "two", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["entries"][0]["kind"], "accepted");
    assert_eq!(json["entries"][0]["cases"][0], "VerifySoftwareToken::nothing_was_associated");
}

#[test]
fn only_the_real_service_is_evidence() {
    let folder = scratch();
    let out = folder.path().join("out");
    record_some(folder.path(), &out, &[]).must(0, &[]);
    snapshots(folder.path(), &["promote", "out"]).must(2, &["a recording of reference is no evidence"]);
    change(&out.join("recording.json"), "\"live\": false", "\"live\": true");
    change(&out.join("recording.json"), "\"state\": \"complete\"", "\"state\": \"unfinished\"");
    snapshots(folder.path(), &["promote", "out"]).must(2, &["was not written to its end"]);
}

#[test]
fn recorded_answers_become_evidence_of_the_cases_that_they_confirm() {
    let folder = scratch();
    let (out, cases) = (folder.path().join("out"), folder.path().join("cases"));
    copy(Path::new("cases"), &cases);
    record_some(folder.path(), &out, &[]).must(0, &[]);
    change(&out.join("recording.json"), "\"live\": false", "\"live\": true");
    change(&out.join("VerifySoftwareToken/wrong_code.snap"), "EnableSoftwareTokenMFAException", "TeapotException");
    let dry = snapshots(folder.path(), &["promote", "out"]);
    dry.must(1, &["contradicted: VerifySoftwareToken::wrong_code (cases/mfa/verify_software_token.yaml:", "recorded  TeapotException"]);
    dry.must(1, &["aws-verified (20", "\"recorded in us-east-1, suite"]);
    assert_eq!(
        files(&cases),
        files(Path::new("cases")).into_iter().map(|(path, text)| (folder.path().join(path), text)).collect::<Vec<_>>()
    );
    snapshots(folder.path(), &["promote", "out", "--write"]).must(2, &["--write needs case files to write"]);
    snapshots(folder.path(), &["promote", "out", "--write", "--cases", "cases"])
        .must(1, &["cases/mfa/verify_software_token.yaml: evidence of"]);
    ended(program(folder.path()).arg("check").arg(&cases)).must(0, &[]);
    let text = fs::read_to_string(cases.join("mfa/verify_software_token.yaml")).expect("a file");
    assert!(text.contains("recorded in us-east-1, suite"), "{text}");
    let again = snapshots(folder.path(), &["promote", "out", "--write", "--cases", "cases"]);
    again.must(1, &["left as it was"]);
    assert!(!again.stdout.contains("evidence of"), "nothing is written twice:\n{}", again.stdout);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("readable")) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy(&path, &to) } else { fs::copy(&path, &to).map(drop).expect("copied") }
    }
}
