//! `coverage`: what the cases claim and what they do not.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;

use super::rendering::Rendering;
use super::{Failure, Global};
use crate::coverage::{Coverage, Format};
use crate::exit;
use crate::model::{Model, closest};
use crate::report::Look;

/// Arguments of `coverage`.
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// Only these operations, each of their answers on a line
    #[arg(value_name = "OPERATION")]
    pub operations: Vec<String>,
    /// Tell of each answer of all operations
    #[arg(long)]
    pub details: bool,
    /// Render in this format, to the file or to standard output; may be given several times
    #[arg(long = "as", value_name = "FORMAT[=FILE]", default_value = "human")]
    pub renderings: Vec<Rendering<Format>>,
}

impl CoverageArgs {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let model = Model::embedded();
        if let Some(unknown) = self.operations.iter().find(|name| model.operation(name).is_none()) {
            let near = closest(unknown, model.operations.keys().map(String::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return Err(Failure::argument(format!("the service model has no operation `{unknown}`"), help));
        }
        let only: BTreeSet<_> = self.operations.iter().cloned().collect();
        let coverage = Coverage::of(&global.sources.load()?, model, &only);
        let look = Look { paint: global.color.of_output(), quiet: global.quiet };
        for rendering in &self.renderings {
            let text = rendering.format.render(&coverage, self.details || !only.is_empty(), &look)?;
            rendering.put(&text, out)?;
        }
        Ok(exit::CONFORMS)
    }
}
