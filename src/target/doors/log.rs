//! Side doors that read what the server writes.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{DoorFault, matched, regex};
use crate::target::{LogDoor, log};

/// Time between two looks.
const POLL: Duration = Duration::from_millis(50);

/// Looks until it is there, or the time is over: logs are written late.
pub(super) async fn read(how: &LogDoor, request: &Value) -> Result<Value, DoorFault> {
    let path = how.file.as_deref().filter(|file| !file.contains("{workdir}")).ok_or(DoorFault::NotStarted)?;
    let regex = regex(&how.pattern, request)?;
    let deadline = Instant::now() + Duration::from_secs(how.timeout_seconds);
    loop {
        let fault = match log::recent(Path::new(path)) {
            Ok(text) => match matched(&regex, &text)? {
                Some(answer) => return Ok(answer),
                None => DoorFault::NoMatch { place: path.to_owned(), pattern: how.pattern.as_str().to_owned() },
            },
            Err(source) => DoorFault::Log { path: path.to_owned(), source },
        };
        if Instant::now() >= deadline {
            return Err(fault);
        }
        sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    fn door(file: Option<&Path>, timeout_seconds: u64) -> LogDoor {
        let pattern = r"code for {Username}: (?<Code>\S+)".to_owned().try_into().expect("a pattern");
        LogDoor { pattern, file: file.map(|file| file.display().to_string()), timeout_seconds }
    }

    #[tokio::test]
    async fn the_last_line_without_its_colours_counts() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "code for u: 1\n\u{1b}[2m12:00\u{1b}[0m code for u: \u{1b}[32m2\u{1b}[0m\ncode for v: 3\n").expect("write");
        let answer = read(&door(Some(file.path()), 0), &json!({"Username": "u"})).await;
        assert_eq!(answer.expect("answers"), json!({"Code": "2"}));
    }

    #[tokio::test]
    async fn a_log_that_comes_late_is_waited_for() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("late.log");
        let (door, request) = (door(Some(&path), 20), json!({"Username": "u"}));
        let late = async {
            sleep(POLL).await;
            fs::write(&path, "nothing yet").expect("write");
            sleep(POLL * 2).await;
            fs::write(&path, "code for u: 7").expect("write");
        };
        let (answer, ()) = tokio::join!(read(&door, &request), late);
        assert_eq!(answer.expect("answers"), json!({"Code": "7"}));
    }

    #[tokio::test]
    async fn what_never_comes_is_said() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let request = json!({"Username": "u"});
        let said = |error: DoorFault| error.to_string();
        let error = said(read(&door(Some(file.path()), 0), &request).await.expect_err("empty"));
        assert!(error.ends_with(r"has no match of 'code for {Username}: (?<Code>\S+)'"), "{error}");
        let error = said(read(&door(Some(Path::new("/no/such.log")), 0), &request).await.expect_err("absent"));
        assert!(error.starts_with("read /no/such.log: "), "{error}");
        for unknown in [None, Some(Path::new("{workdir}/x.log"))] {
            assert!(matches!(read(&door(unknown, 0), &request).await, Err(DoorFault::NotStarted)));
        }
        assert!(matches!(read(&door(Some(file.path()), 0), &json!({})).await, Err(DoorFault::Argument(member)) if member == "Username"));
    }
}
