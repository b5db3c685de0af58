//! `check`: load and verify all case files, without any endpoint.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::case_sources::CaseSources;
use super::{Failure, Global};
use crate::exit;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Folder of case files; left out: that of `--cases`, or the cases that the program carries
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

impl Check {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let folder = self.folder.clone().or_else(|| global.sources.folder.clone());
        let suite = CaseSources { folder }.load()?;
        if !global.quiet {
            let written = suite.cases().iter().filter(|case| !case.generated()).count();
            let generated = suite.cases().len() - written;
            writeln!(out, "{written} written cases, {generated} generated ones and {} fixtures are fine", suite.fixtures.iter().count())?;
        }
        Ok(exit::CONFORMS)
    }
}
