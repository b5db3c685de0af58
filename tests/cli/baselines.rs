//! Known failures: red on what is new and on what is mended, green on what is listed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cognito_conformance::audit::{Fault, Faulted};
use cognito_conformance::reference::{Config, Server, Tamper};
use rstest::rstest;
use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Ended, ended, program, scratch};

/// A server that is wrong in one way, one that is right, and a folder with a baseline.
struct Stage {
    folder: tempfile::TempDir,
    wrong: Server,
    right: Server,
    _runtime: Runtime,
}

impl Stage {
    fn set(fault: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let layer = Arc::new(Faulted::new(fault.parse::<Fault>().expect("a fault"))) as Arc<dyn Tamper>;
        let start = |layer| runtime.block_on(Server::start(Config { layer, ..Config::default() })).expect("the server starts");
        Self { folder: scratch(), wrong: start(Some(layer)), right: start(None), _runtime: runtime }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("known.yaml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("a baseline")
    }

    fn run(&self, server: &Server, arguments: &[&str]) -> Ended {
        run(self.folder.path(), &server.url(), &self.file(), arguments)
    }
}

fn run(folder: &Path, url: &str, file: &Path, arguments: &[&str]) -> Ended {
    let mut program = program(folder);
    program.args(["run", "GetUser::", "--target", "reference", "--endpoint-url", url, "--baseline"]).arg(file);
    ended(program.args(arguments))
}

#[test]
fn a_failure_is_listed_then_green_then_mended() {
    let stage = Stage::set("GetUser:refusal-status:403");
    let without = ended(program(stage.folder.path()).args(["run", "GetUser::", "--endpoint-url", &stage.wrong.url()]));
    without.must(1, &[]);

    let first = stage.run(&stage.wrong, &["--update-baseline"]);
    first.must(0, &["known.yaml: ", " added, 0 changed, 0 removed, 0 kept"]);
    let text = stage.text();
    assert!(text.contains("    checks: [status]\n    reason: \"status: expected 400, got 403\"\n"), "{text}");
    assert!(text.starts_with("target: reference\n"), "{text}");

    stage.run(&stage.wrong, &["--format", "jsonl"]).must(0, &[r#""outcome":"known-failure""#]);
    stage.run(&stage.wrong, &["--update-baseline"]).must(0, &["0 added, 0 changed, 0 removed, "]);
    assert_eq!(stage.text(), text);

    let mended = stage.run(&stage.right, &[]);
    mended.must(1, &[]);
    stage.run(&stage.right, &["--format", "json"]).must(1, &[r#""outcome": "unexpected-pass""#, "take the entry out", "known.yaml:"]);
    stage.run(&stage.right, &["--lenient"]).must(0, &["divergence 0.0%"]);
    stage.run(&stage.right, &["--update-baseline"]).must(0, &["0 added, 0 changed, ", " removed, 0 kept"]);
    assert!(stage.text().ends_with("known: []\n"), "{}", stage.text());
}

#[test]
fn what_is_new_is_red_beside_what_is_listed() {
    let stage = Stage::set("GetUser:refusal-status:403");
    stage.run(&stage.wrong, &["--update-baseline"]).must(0, &[]);
    let text = stage.text();
    let (others, last) = text.rsplit_once("  - case: ").expect("several entries");
    fs::write(stage.file(), others).expect("written");
    let name = last.lines().next().expect("a name");
    stage.run(&stage.wrong, &[]).must(1, &[name, "(1 gate, "]);
}

/// Every answer of GetUser has a member too many: its shape case is wrong wherever that is seen, and nowhere else.
#[test]
fn each_shard_is_green_with_the_baseline_of_the_whole() {
    let stage = Stage::set("GetUser:member-added");
    stage.run(&stage.wrong, &["--update-baseline"]).must(0, &[]);
    assert!(stage.text().contains("  - case: GetUser::response_shape\n    checks: [shape]\n"), "{}", stage.text());
    for shard in ["1/4", "2/4", "3/4", "4/4"] {
        stage.run(&stage.wrong, &["--shard", shard]).must(0, &[]);
        stage.run(&stage.wrong, &["--shard", shard, "--update-baseline"]).must(0, &["0 added, 0 changed, 0 removed, "]);
    }
}

#[test]
fn an_entry_that_has_expired_is_red() {
    let stage = Stage::set("GetUser:refusal-status:403");
    fs::write(stage.file(), "known:\n- case: GetUser::*\n  reason: slow\n  expires: 2020-01-01\n").expect("written");
    stage.run(&stage.wrong, &["--format", "json"]).must(1, &["known.yaml:2 listed it, but expired on 2020-01-01"]);
}

/// Nothing can be learned from a run in which nothing was observed.
#[test]
fn a_run_without_answers_leaves_the_baseline_alone() {
    let (folder, runtime) = (scratch(), Runtime::new().expect("a runtime"));
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_raw("<html>", "text/html")).mount(&server).await;
        server
    });
    let file = folder.path().join("known.yaml");
    run(folder.path(), &server.uri(), &file, &["--update-baseline"]).must(3, &["known.yaml is left as it was: too little was observed"]);
    assert!(!file.exists());
    run(folder.path(), "http://127.0.0.1:9", &file, &["--update-baseline"]).must(3, &["does not answer"]);
    assert!(!file.exists() && fs::read_dir(folder.path()).expect("a folder").filter_map(Result::ok).all(|entry| entry.path().is_dir()));
}

#[rstest]
#[case::update_of_nothing(&["--update-baseline"], &["--baseline"])]
#[case::lenient_to_nothing(&["--lenient"], &["--baseline"])]
#[case::no_such_name(&["--baseline", "mto"], &["there is no built-in baseline `mto`"])]
#[case::update_of_a_name(&["--baseline", "moto", "--update-baseline"], &["needs a file to write", "--baseline moto.baseline.yaml"])]
#[case::no_such_file(&["--baseline", "./mto.yaml"], &["cannot read the baseline ./mto.yaml"])]
#[case::no_such_folder(&["--baseline", "/no/such/known.yaml", "--update-baseline"], &["/no/such/known.yaml"])]
fn wrong_arguments_are_told(#[case] arguments: &[&str], #[case] said: &[&str]) {
    ended(program(scratch().path()).args(["run", "GetUser::"]).args(arguments)).must(2, said);
}

#[test]
fn a_wrong_baseline_is_told_with_all_its_errors() {
    let folder = scratch();
    let file = folder.path().join("known.yaml");
    fs::write(&file, "known:\n- { case: GetUsr::*, reason: r }\n- { case: GetUser::*, reson: r, checks: [eror] }\n").expect("written");
    let said = ["did you mean `GetUser::*`?", "unknown member `reson`", "did you mean `error`?", "known.yaml:2", "known.yaml:3"];
    ended(program(folder.path()).args(["run", "--baseline"]).arg(&file)).must(2, &said);
}
