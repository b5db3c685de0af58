//! `merge`: the results of a run's shards, put together.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::rendering::Rendering;
use super::report::render;
use super::run::verdict;
use super::{Failure, Global};
use crate::exit::Percent;
use crate::report::{Format, RunResult, merge};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// The results of all shards: what each `run --shard I/N --report FILE` wrote
    #[arg(value_name = "RESULT", required = true)]
    pub results: Vec<PathBuf>,
    /// Write the whole result as one JSON object: the same as `--as json=FILE`
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Render the whole result in this format, to the file or to standard output; may be given several times
    #[arg(long = "as", value_name = "FORMAT[=FILE]", default_value = "human")]
    pub renderings: Vec<Rendering>,
    /// End with exit code 3 where less than this share of the cases of the whole could be judged
    #[arg(long, value_name = "PERCENT")]
    pub min_coverage: Option<Percent>,
}

impl Merge {
    /// The exit code is that of the whole run.
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let parts = self.results.iter().map(|path| Ok((path.clone(), RunResult::read(path)?)));
        let mut whole = merge(parts.collect::<Result<_, Failure>>()?).map_err(|error| Failure::argument(error.to_string(), None))?;
        whole.min_coverage = self.min_coverage.or(whole.min_coverage);
        let report = self.report.clone().map(|file| Rendering { format: Format::Json, file: Some(file) });
        let renderings: Vec<Rendering> = report.into_iter().chain(self.renderings.iter().cloned()).collect();
        render(&whole, &renderings, global, out)?;
        Ok(verdict(&whole.summary, whole.min_coverage))
    }
}
