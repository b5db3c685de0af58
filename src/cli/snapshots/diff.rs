//! `snapshots diff`: what moved between two recordings.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::{Failure, Global};
use crate::exit;
use crate::recording::{self, DiffForm, Recording};
use crate::report::Look;

/// Arguments of `snapshots diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The older recording, or the one to compare with
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// The newer one
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// Form of what is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: DiffForm,
}

impl Diff {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let diff = recording::Diff::new(&Recording::read(&self.before)?, &Recording::read(&self.after)?);
        let look = Look { paint: global.color.of_output(), quiet: global.quiet };
        let text = self.format.render(&diff, &look).map_err(std::io::Error::from)?;
        out.write_all(text.as_bytes())?;
        Ok(if diff.is_empty() { exit::CONFORMS } else { exit::FAILED })
    }
}
