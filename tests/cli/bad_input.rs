//! Wrong arguments and wrong case files: one clear message, exit code 2.

use std::fs;

use rstest::rstest;

use super::{ended, program, scratch};

const FIXTURES: &str = "fixtures:\n  a:\n    about: needs itself\n    given: [b]\n  b:\n    about: needs the other\n    given: [a]\n";

#[rstest]
#[case::no_such_case(&["run", "GetUserr"], &["no case matches `GetUserr`"])]
#[case::no_such_case_exact(&["run", "--exact", "GetUser"], &["no case matches `GetUser`"])]
#[case::nothing_left(&["run", "--skip", "::"], &["leaves no case"])]
#[case::no_such_target(&["run", "--target", "motto"], &["motto", "moto"])]
#[case::no_url(&["run", "--endpoint-url", "nonsense"], &["--endpoint-url is no URL"])]
#[case::no_such_folder(&["check", "/no/such/folder"], &["/no/such/folder"])]
#[case::no_shard_nought(&["run", "--shard", "0/4"], &["--shard", "write it as `2/4`"])]
#[case::no_shard_beyond(&["run", "--shard", "5/4"], &["--shard", "write it as `2/4`"])]
#[case::no_shard(&["run", "--shard", "a/b"], &["--shard", "write it as `2/4`"])]
#[case::no_share(&["run", "--min-coverage", "101"], &["--min-coverage", "from 0 to 100"])]
#[case::no_earlier_report(&["run", "--rerun-failed", "/no/such/run.json"], &["cannot read", "/no/such/run.json"])]
#[case::no_such_flag(&["run", "--stric"], &["--strict"])]
#[case::report_nowhere(&["run", "GetUser::base", "--report", "/no/such/folder/run.json"], &["/no/such/folder/run.json"])]
fn is_told_and_ends_with_2(#[case] arguments: &[&str], #[case] said: &[&str]) {
    ended(program(scratch().path()).args(arguments)).must(2, said);
}

#[test]
fn a_file_is_refused_with_all_its_errors_at_their_places() {
    let cases = scratch();
    let text =
        "operation: GetUsr\nabout: a\nrequest: { AccessTokn: x }\ncases:\n  - name: Bad\n    expct: {}\n    evidence: documented \"x\"\n";
    fs::write(cases.path().join("a.yaml"), text).expect("written");
    fs::write(cases.path().join("b.yaml"), text.replace("Bad", "good").replace("    expct: {}\n", "")).expect("written");
    fs::write(cases.path().join("c.yaml"), "a: [1\nb: }\n").expect("written");
    let ended = ended(program(cases.path()).arg("check").arg(cases.path()));
    let misspelt = [
        "unknown member `expct`",
        "did you mean `expect`?",
        "a.yaml:6",
        "there is no operation `GetUsr`",
        "did you mean `GetUser`?",
        "b.yaml:1",
    ];
    ended.must(2, &misspelt);
    ended.must(2, &["\"Bad\" is no name", "not YAML", "c.yaml"]);
}

#[rstest]
#[case::member("{ AccessTokn: x }", "did you mean `AccessToken`?")]
#[case::expression("{ AccessToken: $usr.access_token }", "nothing provides `$usr`")]
#[case::syntax("{ AccessToken: '$f(' }", "is no expression")]
fn a_request_is_checked_against_the_model(#[case] request: &str, #[case] said: &str) {
    let cases = scratch();
    let text = format!("operation: GetUser\nabout: a\nrequest: {request}\ncases:\n  - {{ name: a, evidence: 'model \"x\"' }}\n");
    fs::write(cases.path().join("a.yaml"), text).expect("written");
    ended(program(cases.path()).arg("check").arg(cases.path())).must(2, &[said, "a.yaml:3"]);
}

#[test]
fn evidence_is_required() {
    let cases = scratch();
    fs::write(cases.path().join("a.yaml"), "operation: GetUser\nabout: a\ncases:\n  - name: a\n").expect("written");
    ended(program(cases.path()).arg("check").arg(cases.path())).must(2, &["`evidence` is missing", "a.yaml:4"]);
}

#[test]
fn fixtures_that_need_themselves_are_told() {
    let cases = scratch();
    fs::create_dir(cases.path().join("fixtures")).expect("made");
    fs::write(cases.path().join("fixtures/a.yaml"), FIXTURES).expect("written");
    let case = "operation: GetUser\nabout: a\ngiven: a\ncases:\n  - { name: a, evidence: 'model \"x\"' }\n";
    fs::write(cases.path().join("a.yaml"), case).expect("written");
    ended(program(cases.path()).arg("check").arg(cases.path())).must(2, &["needs itself: a → b → a", "fixtures/a.yaml"]);
}

#[test]
fn the_projects_own_cases_are_in_order() {
    ended(program(scratch().path()).args(["check", "cases"])).must(0, &[]);
}
