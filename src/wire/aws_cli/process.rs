//! One call of the tool: a process with all its children, a limit on its time and on what it may print.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::said::Said;

/// The longest output that is read; who prints more is stopped.
const MAX_OUTPUT: u64 = 4 << 20;

/// Runs a command to its end. `None`: it did not end in time, and was killed with all its children.
///
/// # Errors
/// It does not start, or its output cannot be read.
pub(super) async fn run(mut command: Command, limit: Duration) -> io::Result<Option<Said>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut group = Group(command.spawn()?);
    match tokio::time::timeout(limit, group.said()).await {
        Ok(said) => said.map(Some),
        Err(_) => Ok(None),
    }
}

/// A process and its children. Dropping it kills those that still run.
struct Group(Child);

impl Group {
    async fn said(&mut self) -> io::Result<Said> {
        let (stdout, stderr) = (self.0.stdout.take(), self.0.stderr.take());
        let (stdout, stderr) = tokio::try_join!(all_of(stdout), all_of(stderr))?;
        let status = self.0.wait().await?;
        Ok(Said { exit_status: status.code(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Without an id it has ended and was waited for.
        #[cfg(unix)]
        if let Some(pid) = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
            // It fails only where nobody is left to kill.
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

async fn all_of(stream: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(MAX_OUTPUT).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Instant;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn output_and_exit_status_are_kept() {
        let said = run(shell("echo out; echo err >&2; exit 254"), Duration::from_secs(20)).await.expect("it starts");
        assert_eq!(said, Some(Said { exit_status: Some(254), stdout: b"out\n".to_vec(), stderr: "err\n".to_owned() }));
    }

    #[tokio::test]
    async fn one_that_hangs_is_killed_with_its_children() {
        let directory = tempfile::tempdir().expect("a directory");
        let mark = directory.path().join("mark");
        let begun = Instant::now();
        let said = run(shell(&format!("(sleep 2; touch {}) & wait", mark.display())), Duration::from_millis(200)).await;
        assert_eq!(said.expect("it starts"), None);
        assert!(begun.elapsed() < Duration::from_secs(2));
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!mark.exists(), "a child outlived the time limit");
    }

    #[tokio::test]
    async fn endless_output_is_cut() {
        let said = run(shell("yes"), Duration::from_secs(60)).await.expect("it starts").expect("it ends");
        assert_eq!(said.stdout.len() as u64, MAX_OUTPUT);
        assert_ne!(said.exit_status, Some(0));
    }
}
