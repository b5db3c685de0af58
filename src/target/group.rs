//! A child process and all its descendants that stay in its process group.

use std::io;
use std::process::{Child, Command, ExitStatus};

/// A child that leads a process group of its own. Dropping it kills the group.
///
/// The child is reaped only after the group was killed: until then its process id, which is the group's, cannot be given to another process.
/// Where there are no process groups (not Unix), only the child itself is meant.
#[derive(Debug)]
pub(super) struct Group {
    leader: Child,
    ended: bool,
}

impl Group {
    /// Runs a command as the leader of a new group.
    pub(super) fn spawn(mut command: Command) -> io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self { leader: command.spawn()?, ended: false })
    }

    /// Process id of the leader.
    pub(super) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// Kills what is left of the group and says how the leader ended.
    pub(super) fn kill(&mut self) -> io::Result<ExitStatus> {
        if !self.ended {
            #[cfg(unix)]
            self.signal(rustix::process::Signal::KILL);
            #[cfg(not(unix))]
            self.leader.kill()?;
        }
        self.ended = true;
        self.leader.wait()
    }
}

#[cfg(unix)]
impl Group {
    /// Whether the leader has ended; does not reap it.
    pub(super) fn has_ended(&mut self) -> bool {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.ended || !matches!(waitid(WaitId::Pid(self.pid()), look), Ok(None))
    }

    /// Asks the whole group to end.
    pub(super) fn terminate(&mut self) {
        if !self.ended {
            self.signal(rustix::process::Signal::TERM);
        }
    }

    fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.leader)
    }

    fn signal(&self, signal: rustix::process::Signal) {
        // It fails only where nobody is left to signal.
        let _ = rustix::process::kill_process_group(self.pid(), signal);
    }
}

#[cfg(not(unix))]
impl Group {
    pub(super) fn has_ended(&mut self) -> bool {
        self.ended || !matches!(self.leader.try_wait(), Ok(None))
    }

    pub(super) fn terminate(&mut self) {
        let _ = self.leader.kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
