//! `completions`: a completion script for a shell.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Failure};
use crate::exit;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

impl Completions {
    pub(super) fn execute(&self, out: &mut dyn Write) -> Result<u8, Failure> {
        // Through memory, because the generator panics where it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "cognito-conformance", &mut script);
        out.write_all(&script)?;
        Ok(exit::CONFORMS)
    }
}
