//! Launching real children: `sh` stands in for servers that fail; the real servers are tried where they are installed.

use rstest::rstest;
use tempfile::TempDir;

use super::*;
use crate::target::Ready;
use crate::wire::{Client, ClientOptions, Request};

/// A profile whose server is a shell script; `$1` is the port, `$2` the work directory.
fn scripted(script: &str, timeout_seconds: u64) -> Profile {
    let mut profile = Profile::for_endpoint(&Url::parse("http://scripted").expect("a URL"));
    profile.start = Some(Start {
        command: ["sh", "-c", script, "sh", "{port}", "{workdir}"].map(String::from).into(),
        env: [("PORT_TOO".to_owned(), Hidden::new("{port}".to_owned()))].into(),
        directory: None,
        files: [(".conf/a.json".to_owned().try_into().expect("inside"), "{}".to_owned())].into(),
        ready: Ready { path: "/health".into(), status: Some(200), timeout_seconds },
    });
    profile
}

fn state() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

async fn failure(profile: &Profile) -> LaunchError {
    let state = state();
    let error = Launched::start(profile, state.path()).await.expect_err("must fail");
    assert_eq!(std::fs::read_dir(state.path()).expect("read").count(), 0, "files remain");
    error
}

/// Whether a process runs; one that only waits to be reaped does not.
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn a_missing_program_is_named_with_how_to_install_it() {
    let mut profile = scripted("", 1);
    profile.install = Some("cargo install it".into());
    profile.start.as_mut().expect("a start").command = vec!["no-such-program-anywhere".into(), "{port}".into()];
    let error = failure(&profile).await;
    assert_eq!(error.to_string(), "start scripted: no-such-program-anywhere is not installed; install it with: cargo install it");
}

#[tokio::test]
async fn a_profile_without_start_says_so() {
    let mut profile = scripted("", 1);
    profile.start = None;
    assert!(matches!(failure(&profile).await, LaunchError::NoStart { .. }));
}

#[tokio::test]
async fn a_server_that_ends_shows_the_end_of_its_log_at_once() {
    let before = Instant::now();
    let error = failure(&scripted("seq 1 30; echo port $1 $PORT_TOO; ls -a $2/.conf; pwd; echo broken >&2; exit 3", 60)).await;
    assert!(before.elapsed() < Duration::from_secs(20));
    let LaunchError::Ended { status, log, .. } = error else { panic!("{error}") };
    assert_eq!(status, "exit status: 3");
    assert_eq!(log.lines().count(), 20);
    assert!(log.ends_with("/work\nbroken") && log.contains("a.json"), "{log}");
    let ports: Vec<_> = log.lines().find_map(|line| line.strip_prefix("port ")).expect("ports").split(' ').collect();
    assert_eq!(ports[0], ports[1]);
}

#[tokio::test]
async fn a_server_that_never_listens_is_given_up_and_killed_with_its_children() {
    let pids = tempfile::NamedTempFile::new().expect("a file");
    let script = format!("sleep 60 & echo $$ $! > {}; echo waiting; wait", pids.path().display());
    let error = failure(&scripted(&script, 1)).await;
    assert!(error.to_string().contains("not ready after 1 s"), "{error}");
    assert!(error.to_string().contains("finds nobody listening; its log ends:\nwaiting"), "{error}");
    let pids = std::fs::read_to_string(pids.path()).expect("pids");
    assert_eq!(pids.split_whitespace().count(), 2);
    // Only the leader is waited for; its children are killed at the same time, and may take a moment to be gone.
    let deadline = Instant::now() + Duration::from_secs(5);
    while pids.split_whitespace().any(runs) {
        assert!(Instant::now() < deadline, "one of {pids} still runs");
        sleep(POLL).await;
    }
}

#[tokio::test]
async fn where_it_runs_is_said_where_it_is_not_there() {
    let mut profile = scripted("", 1);
    profile.start.as_mut().expect("a start").directory = Some("{workdir}/absent".into());
    let error = failure(&profile).await.to_string();
    assert!(error.contains("work/absent: ") && !error.contains("not installed"), "{error}");
}

#[tokio::test]
async fn another_directory_and_a_command_of_ones_own_keep_the_rest() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut profile = scripted("", 60);
    profile.start.as_mut().expect("a start").directory = Some(directory.path().display().to_string());
    let profile =
        profile.started_by(["sh", "-c", "pwd; ls -a $1; echo port $PORT_TOO; exit 1", "sh", "{workdir}"].map(String::from).into());
    let LaunchError::Ended { log, .. } = failure(&profile).await else { panic!("another error") };
    let place = directory.path().canonicalize().expect("there");
    assert!(log.starts_with(&format!("{}\n", place.display())) && log.contains(".conf\nport "), "{log}");
}

#[tokio::test]
async fn where_something_answers_nothing_is_started() {
    let busy = wiremock::MockServer::start().await;
    let (state, url) = (state(), Url::parse(&busy.uri()).expect("a URL"));
    let profile = Profile::for_command(["sh", "-c", "sleep 60"].map(String::from).into());
    let error = Launched::start_at(&profile, &url, state.path()).await.expect_err("must fail");
    assert_eq!(error.to_string(), format!("start sh: something answers at {url} already; stop that first, or test it as it runs"));
}

#[tokio::test]
async fn a_taken_port_is_tried_again_and_another_fault_is_not() {
    let count = tempfile::NamedTempFile::new().expect("a file");
    for (text, tries) in [("listen EADDRINUSE: address already in use", 3), ("no licence", 1)] {
        std::fs::write(count.path(), "").expect("write");
        let script = format!("echo x >> {}; echo {text}; exit 1", count.path().display());
        assert!(matches!(failure(&scripted(&script, 60)).await, LaunchError::Ended { .. }));
        assert_eq!(std::fs::read_to_string(count.path()).expect("count").lines().count(), tries, "{text}");
    }
}

#[rstest]
#[case("AWS_SECRET_ACCESS_KEY", true)]
#[case("AWS_ENDPOINT_URL", true)]
#[case("PATH", false)]
fn credentials_of_the_environment_do_not_reach_the_server(#[case] name: &str, #[case] withheld: bool) {
    assert_eq!(is_withheld(name.as_ref()), withheld);
}

#[test]
fn what_is_withheld_is_removed_from_the_command() {
    let (state, profile) = (state(), scripted("", 1));
    let home = Home::new("x", state.path()).expect("a directory");
    let built = command(profile.start.as_ref().expect("a start"), &home, &|text: &str| text.to_owned()).expect("a command");
    let removed = built.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name.to_owned());
    let mut withheld: Vec<_> = std::env::vars_os().map(|(name, _)| name).filter(|name| is_withheld(name)).collect();
    withheld.sort();
    assert_eq!(removed.collect::<Vec<_>>(), withheld);
}

#[tokio::test]
async fn stopping_lets_the_server_end_by_itself() {
    let (state, note) = (state(), tempfile::NamedTempFile::new().expect("a file"));
    let script = format!("trap 'echo bye > {}; exit 0' TERM; echo up; while :; do sleep 0.05; done", note.path().display());
    let profile = scripted(&script, 1);
    let launched = Launched::spawn(&profile, profile.start.as_ref().expect("a start"), endpoint_at(1), state.path()).expect("spawned");
    while launched.log_tail() != "up" {
        sleep(POLL).await;
    }
    assert!(launched.stop().await.is_none());
    assert_eq!(std::fs::read_to_string(note.path()).expect("a note"), "bye\n");
    assert_eq!(std::fs::read_dir(state.path()).expect("read").count(), 0);
}

#[tokio::test]
async fn a_server_that_died_is_told_with_the_end_of_its_log() {
    let (state, profile) = (state(), scripted("echo dying; exit 7", 1));
    let launched = Launched::spawn(&profile, profile.start.as_ref().expect("a start"), endpoint_at(1), state.path()).expect("spawned");
    while launched.log_tail() != "dying" {
        sleep(POLL).await;
    }
    sleep(POLL * 5).await;
    let died = launched.stop().await.expect("it died");
    assert_eq!((died.status.as_str(), died.log.as_str()), ("exit status: 7", "dying"));
}

#[tokio::test]
async fn doors_learn_where_a_started_server_writes() {
    let (state, mut profile) = (state(), scripted("echo code 7; echo code 8 > $2/codes; sleep 60", 1));
    let doors = "codes: { log: { pattern: 'code (?<Code>.)' } }\nclock: { log: { file: '{workdir}/codes', pattern: 'code (?<Code>.)' } }\n\
                 access_token: { command: { run: [cat, '{workdir}/codes'], pattern: 'code (?<Code>.)' } }";
    profile.doors = serde_saphyr::from_str(doors).expect("doors");
    let launched = Launched::spawn(&profile, profile.start.as_ref().expect("a start"), endpoint_at(1), state.path()).expect("spawned");
    let doors = crate::target::Doors::new(&launched.settle(profile.clone()), endpoint_at(1), reqwest::Client::new());
    for (door, code) in [("codes", "7"), ("clock", "8"), ("access_token", "8")] {
        let answer = doors.open(door, &serde_json::Value::Null).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(answer, serde_json::json!({"Code": code}));
    }
    assert!(profile.lacks("codes").is_none() && profile.started_elsewhere().lacks("codes").is_some());
}

/// The real servers: `cargo test target::launch -- --ignored`.
#[rstest]
#[case("awsim")]
#[case("cognito-local")]
#[case("cognitox")]
#[case("fakecloud")]
#[case("localemu")]
#[case("ministack")]
#[case("ministack-auth")]
#[case("moto")]
#[case("winterbaume")]
#[ignore = "needs the servers installed; see targets/README.md"]
#[tokio::test]
async fn the_real_servers_start_answer_and_end(#[case] name: &str) {
    let (state, profile) = (state(), Profile::load(name).expect("loads"));
    let launched = Launched::start(&profile, state.path()).await.expect("starts");
    let (endpoint, pid) = (launched.endpoint().clone(), launched.group.id().to_string());
    let options = ClientOptions {
        endpoint: endpoint.clone(),
        region: profile.region.clone(),
        credentials: profile.signing(),
        timeout: Duration::from_secs(30),
        verify_tls: true,
        ca_bundle: None,
    };
    let request = Request::new("ListUserPools", &serde_json::json!({"MaxResults": 1}), true);
    let answer = Client::new(options).expect("a client").send(&request).await.expect("answers");
    assert_eq!(answer.status, 200, "{}", launched.log_tail());
    assert!(!launched.log_tail().is_empty());
    assert_eq!(orphans(state.path()).expect("looked"), [], "its suite runs");
    assert!(launched.stop().await.is_none(), "it died");
    assert!(!runs(&pid));
    assert!(reqwest::get(endpoint).await.is_err_and(|error| error.is_connect()));
    assert_eq!(std::fs::read_dir(state.path()).expect("read").count(), 0);
}
