//! Side doors that are programs.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use url::Url;

use super::fault::excerpt;
use super::{DoorFault, found};
use crate::target::CommandDoor;
use crate::target::group::Group;
use crate::target::placeholders::{fill, placeholder};

/// Time between two looks at a program that runs.
const POLL: Duration = Duration::from_millis(10);
/// Bytes that a program may write.
const MOST: u64 = 1 << 20;

/// Runs the program; its standard output, searched or as JSON, is the answer.
pub(super) async fn answer(how: &CommandDoor, endpoint: &Url, request: &Value) -> Result<Value, DoorFault> {
    let words = words(how, endpoint, request)?;
    let program = words.first().cloned().unwrap_or_default();
    let output =
        Running::start(&words).map_err(|source| DoorFault::Run { program: program.clone(), source })?.output(how, &program).await?;
    match &how.pattern {
        Some(search) => found(search, request, &format!("the output of {program}"), &String::from_utf8_lossy(&output)),
        None if output.trim_ascii().is_empty() => Ok(Value::Null),
        None => serde_json::from_slice(&output).map_err(|source| DoorFault::NotJson { from: program, source }),
    }
}

fn words(how: &CommandDoor, endpoint: &Url, request: &Value) -> Result<Vec<String>, DoorFault> {
    let endpoint = Value::from(endpoint.as_str().trim_end_matches('/'));
    let find = |name: &str| if name == "endpoint" { Some(&endpoint) } else { request.get(name) };
    let program = || how.run.first().cloned().unwrap_or_default();
    how.run
        .iter()
        .map(|word| {
            let filled = fill(word, find, str::to_owned).map_err(|name| match name.as_str() {
                "workdir" => DoorFault::NotStarted,
                _ => DoorFault::Argument(name),
            })?;
            // Members may come from the server: they are no options.
            let is_member = placeholder(word).is_some_and(|(start, ..)| start == 0);
            if is_member && filled.starts_with('-') { Err(DoorFault::Dash { program: program() }) } else { Ok(filled) }
        })
        .collect()
}

/// A program that runs, with files that take what it writes: a pipe would wait for those of its children who keep it open.
struct Running {
    group: Group,
    output: File,
    errors: File,
}

impl Running {
    fn start(words: &[String]) -> io::Result<Self> {
        let (output, errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
        let mut command = Command::new(words.first().map(String::as_str).unwrap_or_default());
        command.args(words.iter().skip(1)).stdin(Stdio::null()).stdout(output.try_clone()?).stderr(errors.try_clone()?);
        Ok(Self { group: Group::spawn(command)?, output, errors })
    }

    /// What it wrote, once it has ended well. Its children, and itself if it takes too long, are killed.
    async fn output(mut self, how: &CommandDoor, program: &str) -> Result<Vec<u8>, DoorFault> {
        let program = || program.to_owned();
        let failed = |source| DoorFault::Run { program: program(), source };
        let deadline = Instant::now() + Duration::from_secs(how.timeout_seconds);
        while !self.group.has_ended() {
            if Instant::now() >= deadline {
                return Err(DoorFault::TooSlow { program: program(), seconds: how.timeout_seconds });
            }
            if self.has_written_too_much().map_err(failed)? {
                return Err(DoorFault::TooMuch { program: program() });
            }
            sleep(POLL).await;
        }
        let status = self.group.kill().map_err(failed)?;
        let (output, errors) = (written(&mut self.output).map_err(failed)?, written(&mut self.errors).map_err(failed)?);
        match status.success() {
            true if output.len() as u64 > MOST => Err(DoorFault::TooMuch { program: program() }),
            true => Ok(output),
            false => Err(DoorFault::Failed { program: program(), status: status.to_string(), said: excerpt(&errors) }),
        }
    }

    fn has_written_too_much(&self) -> io::Result<bool> {
        Ok(self.output.metadata()?.len().max(self.errors.metadata()?.len()) > MOST)
    }
}

/// What a file has, up to a byte more than a program may write.
fn written(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn door(run: &[&str], pattern: Option<&str>, timeout_seconds: u64) -> CommandDoor {
        let pattern = pattern.map(|text| text.to_owned().try_into().expect("a pattern"));
        CommandDoor { run: run.iter().map(|word| (*word).to_owned()).collect(), pattern, timeout_seconds }
    }

    async fn asked(door: &CommandDoor) -> Result<Value, String> {
        let endpoint = Url::parse("http://127.0.0.1:5000/").expect("a URL");
        let request = json!({"UserPoolId": "p_1", "Username": "a; echo 'b' $HOME", "Evil": "--all"});
        answer(door, &endpoint, &request).await.map_err(|error| error.to_string())
    }

    #[rstest]
    #[case::json(&["printf", r#"{"Code":"%s"}"#, "{UserPoolId}"], None, json!({"Code": "p_1"}))]
    #[case::text(&["echo", "code: 12", "code: 34"], Some(r"code: (?<Code>\d+)"), json!({"Code": "34"}))]
    #[case::no_shell(&["printf", "%s|", "{Username}", "{endpoint}/x"], Some("(?<All>.*)[|]"), json!({"All": "a; echo 'b' $HOME|http://127.0.0.1:5000/x"}))]
    #[case::nothing(&["true"], None, Value::Null)]
    #[tokio::test]
    async fn the_output_answers(#[case] run: &[&str], #[case] pattern: Option<&str>, #[case] expected: Value) {
        assert_eq!(asked(&door(run, pattern, 10)).await, Ok(expected));
    }

    #[rstest]
    #[case::no_program(&["no-such-program-of-ours"], None, "run no-such-program-of-ours: ")]
    #[case::failed(&["sh", "-c", "echo half; echo 'no code' >&2; exit 3"], None, "sh ended (exit status: 3): no code")]
    #[case::no_json(&["echo", "hello"], None, "echo answered something that is not JSON")]
    #[case::no_match(&["echo", "hello"], Some(r"(?<Code>\d+)"), r"the output of echo has no match of '(?<Code>\d+)'")]
    #[case::too_much(&["yes"], None, "yes was killed because it wrote more than a megabyte")]
    #[case::an_option(&["echo", "{Evil}"], None, "an argument of echo would begin with '-'")]
    #[case::unknown(&["echo", "{Email}"], None, "its profile needs the member Email")]
    #[case::not_started(&["cat", "{workdir}/x"], None, "only of a server that it started")]
    #[tokio::test]
    async fn what_goes_wrong_is_said(#[case] run: &[&str], #[case] pattern: Option<&str>, #[case] message: &str) {
        let error = asked(&door(run, pattern, 10)).await.expect_err("must fail");
        assert!(error.contains(message), "{error}");
    }

    #[tokio::test]
    async fn one_that_hangs_is_killed_with_its_children() {
        let pids = tempfile::NamedTempFile::new().expect("a file");
        let script = format!("sleep 60 & echo $$ $! > {}; wait", pids.path().display());
        let before = Instant::now();
        let error = asked(&door(&["sh", "-c", &script], None, 1)).await.expect_err("must fail");
        assert_eq!(error, "sh was killed after 1 s");
        assert!(before.elapsed() < Duration::from_secs(20));
        let pids = std::fs::read_to_string(pids.path()).expect("pids");
        assert_eq!(pids.split_whitespace().count(), 2);
        let deadline = Instant::now() + Duration::from_secs(5);
        let runs = |pid: &str| std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        while pids.split_whitespace().any(runs) {
            assert!(Instant::now() < deadline, "one of {pids} still runs");
            sleep(POLL).await;
        }
    }
}
