//! Being asked to stop.

use std::io;

/// Waits for Ctrl-C, for what service managers send, or for the terminal to be closed. It listens from the call on, not only from the
/// first look: a signal in between must not end the process without clean-up.
///
/// # Errors
/// The process may not listen for signals.
#[cfg(unix)]
pub(super) fn asked_to_stop() -> impl Future<Output = io::Result<()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let hangups_are_ignored = ignores_hangups();
    let listening = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    async move {
        let [interrupt, terminate, hangup] = listening;
        let (mut interrupt, mut terminate, mut hangup) = (interrupt?, terminate?, hangup?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv(), if !hangups_are_ignored => {}
        }
        Ok(())
    }
}

/// Whether whoever started this process wants it to survive the terminal, as `nohup` does. Told by Linux only.
#[cfg(unix)]
fn ignores_hangups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    // SIGHUP is signal 1, the lowest bit.
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// Waits for Ctrl-C.
///
/// # Errors
/// The process may not listen for signals.
#[cfg(not(unix))]
pub(super) async fn asked_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
