//! `snapshots`: what was recorded, compared and put to use.

mod diff;
mod promote;

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Failure, Global};

/// Arguments of `snapshots`.
#[derive(Debug, Args)]
pub struct Snapshots {
    /// What to do with recordings.
    #[command(subcommand)]
    pub command: SnapshotsCommand,
}

/// What to do with recordings.
#[derive(Debug, Subcommand)]
pub enum SnapshotsCommand {
    /// What moved between two recordings, most telling first; exit code 1 where anything did
    Diff(diff::Diff),
    /// Which cases a recording of the real service confirms and which it contradicts; exit code 1 where it contradicts any
    Promote(promote::Promote),
}

impl Snapshots {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        match &self.command {
            SnapshotsCommand::Diff(diff) => diff.execute(global, out),
            SnapshotsCommand::Promote(promote) => promote.execute(global, out),
        }
    }
}
