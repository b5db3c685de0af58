//! `run --start`: a server of one's own, for the run and no longer.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::Command;

use super::{ended, program, scratch};

fn binary() -> PathBuf {
    assert_cmd::cargo::cargo_bin("cognito-conformance")
}

/// The suite's own server, as a command for `--start`.
fn serve(port: &str) -> String {
    format!("'{}' serve --port {port}", binary().display())
}

fn run(state: &Path, start: &str) -> Command {
    let mut command = program(state);
    command.args(["run", "--exact", "GetUser::shows_the_user_of_the_token", "--start", start]);
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// The directories of servers that were started.
fn servers(state: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(state.join("cognito-conformance/servers"));
    entries.map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect()).unwrap_or_default()
}

#[test]
fn it_takes_a_free_port_and_nothing_remains() {
    let state = scratch();
    ended(&mut run(state.path(), &serve("{port}"))).must(0, &["1 passed"]);
    assert_eq!(servers(state.path()), Vec::<PathBuf>::new());
}

#[test]
fn it_is_reached_where_it_is_said_to_be() {
    let (state, port) = (scratch(), free_port());
    let url = format!("http://127.0.0.1:{port}");
    ended(run(state.path(), &serve(&port.to_string())).args(["--endpoint-url", &url])).must(0, &["1 passed"]);
    ended(run(state.path(), &serve("{port}")).args(["--endpoint-url", &url])).must(0, &["1 passed"]);
}

#[test]
fn a_profile_says_what_is_known_of_it() {
    let state = scratch();
    let mut command = program(state.path());
    command.args(["run", "--exact", "GetUser::token_with_the_user_admin_scope", "--start", &serve("{port}")]);
    ended(&mut command).must(3, &["1 skipped"]);
    ended(command.args(["--target", "reference"])).must(0, &["1 passed"]);
}

#[test]
fn what_fails_is_shown_again_with_the_same_command() {
    let state = scratch();
    let start = format!("{} --fault GetUser:member-dropped:Username", serve("{port}"));
    let failed = ended(&mut run(state.path(), &start));
    failed.must(1, &["cognito-conformance run --exact", "--start"]);
    let again =
        failed.stdout.lines().find_map(|line| line.find("cognito-conformance run --exact").map(|start| &line[start..])).expect("a command");
    let again = again.replacen("cognito-conformance", &binary().display().to_string(), 1);
    let output = Process::new("sh").args(["-c", &again]).env("XDG_STATE_HOME", state.path()).env("NO_COLOR", "1").output().expect("ran");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_cannot_work_is_told() {
    let (state, busy) = (scratch(), TcpListener::bind("127.0.0.1:0").expect("a port"));
    let port = busy.local_addr().expect("bound").port();
    ended(&mut run(state.path(), "serve --port 5000")).must(2, &["on which port the server listens", "write `{port}`"]);
    ended(&mut run(state.path(), "serve 'x")).must(2, &["--start", "no partner"]);
    ended(&mut run(state.path(), "no-such-server-of-ours {port}")).must(2, &["cannot start no-such-server-of-ours"]);
    let mut taken = run(state.path(), &serve(&port.to_string()));
    ended(taken.args(["--endpoint-url", &format!("http://127.0.0.1:{port}")])).must(2, &["it ended (exit status: 2)", "its log ends:"]);
    assert_eq!(servers(state.path()), Vec::<PathBuf>::new());
}

#[test]
fn its_log_does_not_paint_on_the_terminal() {
    let state = scratch();
    let ended = ended(&mut run(state.path(), r"sh -c 'printf \\033[2J\\342\\200\\256gone; exit 9' {port}"));
    ended.must(2, &["it ended (exit status: 9) before it was ready", "gone"]);
    assert!(!ended.stderr.contains(['\u{1b}', '\u{202e}']), "{}", ended.stderr);
}

#[test]
fn one_that_dies_is_told_with_the_end_of_its_log() {
    let state = scratch();
    // It is ready, answers a little, and is gone.
    let script =
        r#"'{0}' serve --port "$1" & sleep 1; echo out of memory; kill $!; exit 9"#.replace("{0}", &binary().display().to_string());
    let file = state.path().join("dying.sh");
    std::fs::write(&file, script).expect("written");
    let mut command = program(state.path());
    command.args(["run", "--jobs", "1", "--start", &format!("sh '{}' {{port}}", file.display())]);
    ended(&mut command).must(3, &["sh ended by itself (exit status: 9)", "  out of memory"]);
}

/// A run in the middle of its work, whose server is up.
#[cfg(target_os = "linux")]
fn running(state: &Path) -> std::process::Child {
    let mut run = Process::new(binary());
    run.args(["run", "--jobs", "1", "--start", &serve("{port}")]).env("XDG_STATE_HOME", state);
    let child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    wait_until("the server is up", || servers(state).iter().any(|server| server.join("server.json").exists()));
    child
}

#[cfg(target_os = "linux")]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The server's process, by its record.
#[cfg(target_os = "linux")]
fn server(state: &Path) -> u64 {
    let record = std::fs::read(servers(state)[0].join("server.json")).expect("a record");
    serde_json::from_slice::<serde_json::Value>(&record).expect("JSON")["server"]["pid"].as_u64().expect("a process id")
}

#[cfg(target_os = "linux")]
fn runs(pid: u64) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[cfg(target_os = "linux")]
#[rstest::rstest]
#[case::interrupt("-INT", Some(130))]
#[case::terminate("-TERM", Some(130))]
#[case::closed_terminal("-HUP", Some(130))]
#[case::kill("-KILL", None)]
fn it_ends_with_the_run_or_by_a_sweep(#[case] signal: &str, #[case] code: Option<i32>) {
    let state = scratch();
    let mut child = running(state.path());
    let pid = server(state.path());
    let sent = Process::new("kill").arg(signal).arg(child.id().to_string()).status();
    assert!(sent.is_ok_and(|status| status.success()), "the signal was sent");
    assert_eq!(child.wait().expect("it ends").code(), code);
    if code.is_none() {
        assert!(runs(pid), "a killed run cannot end its server");
        ended(program(state.path()).arg("sweep")).must(0, &[&format!("ended server {pid}")]);
    }
    wait_until("the server has ended", || !runs(pid));
    assert_eq!(servers(state.path()), Vec::<PathBuf>::new());
}
