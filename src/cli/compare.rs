//! `compare`: several results side by side.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::rendering::Rendering;
use super::run::verdict;
use super::{Failure, Global};
use crate::compare::{Comparison, Family, Format, Input, Options};
use crate::engine::Summary;
use crate::exit;
use crate::report::{Look, RunResult};

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Results of runs, two or more: what `run --report` wrote; of one target the older first
    #[arg(value_name = "RESULT", required = true)]
    pub results: Vec<PathBuf>,
    /// Render in this format, to the file or to standard output; may be given several times
    #[arg(long = "as", value_name = "FORMAT[=FILE]", default_value = "human")]
    pub renderings: Vec<Rendering<Format>>,
    /// Targets that are one program, such as a fork and its origin: together they have one voice on suspects; may be given several times
    #[arg(long = "family", value_name = "TARGET,TARGET")]
    pub families: Vec<Family>,
    /// Exit with 1 where the last result lost something against the first: a case fails that gates and did not fail, or one that
    /// passed is unsupported or blocked
    #[arg(long)]
    pub gate: bool,
}

impl Compare {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let inputs = self.read()?;
        let options = Options { families: self.families.clone(), first_to_last: self.gate };
        let comparison = Comparison::new(&inputs, &options).map_err(|error| Failure::argument(error.to_string(), None))?;
        self.render(&comparison, &inputs, global, out)?;
        match inputs.last() {
            Some(last) if self.gate => Ok(code(&comparison, &last.result.summary)),
            _ => Ok(exit::CONFORMS),
        }
    }

    fn read(&self) -> Result<Vec<Input>, Failure> {
        if self.results.len() < 2 {
            let help = "name two results or more; `report` renders a single one".to_owned();
            return Err(Failure::argument("there is nothing to compare with", help));
        }
        self.results.iter().map(|file| Ok(Input { file: file.clone(), result: RunResult::read(file)? })).collect()
    }

    fn render(&self, comparison: &Comparison, inputs: &[Input], global: &Global, out: &mut dyn Write) -> Result<(), Failure> {
        let look = Look { paint: global.color.of_output(), quiet: global.quiet };
        for rendering in &self.renderings {
            let text = rendering.format.render(comparison, inputs, &look)?;
            rendering.put(&text, out)?;
        }
        Ok(())
    }
}

/// That of a run in which what was lost is all that gates: nothing lost is good news only where the last run observed enough.
fn code(comparison: &Comparison, last: &Summary) -> u8 {
    let mut lost = last.clone();
    lost.total.gating = comparison.regressions().count();
    verdict(&lost, None)
}
