//! `report`: a result that was written earlier, in any format.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::rendering::Rendering;
use super::{Failure, Global};
use crate::exit;
use crate::report::{Format, Look, RunResult};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The result of a run: what `run --report` wrote
    #[arg(value_name = "RESULT")]
    pub result: PathBuf,
    /// Render it in this format, to the file or to standard output; may be given several times
    #[arg(long = "as", value_name = "FORMAT[=FILE]", default_value = "human")]
    pub renderings: Vec<Rendering>,
}

impl Report {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let result = RunResult::read(&self.result)?;
        render(&result, &self.renderings, global, out)?;
        Ok(exit::CONFORMS)
    }
}

/// Writes a result in every format that is asked for.
///
/// # Errors
/// A file cannot be written.
pub(super) fn render(result: &RunResult, renderings: &[Rendering], global: &Global, out: &mut dyn Write) -> Result<(), Failure> {
    let look = Look { paint: global.color.of_output(), quiet: global.quiet };
    for rendering in renderings {
        let text = rendering.format.render(result, &look)?;
        let heads = rendering.format == Format::Human && rendering.file.is_none();
        let heading = if heads { heading(result) } else { String::new() };
        rendering.put(&(heading + &text), out)?;
    }
    Ok(())
}

fn heading(result: &RunResult) -> String {
    let version = result.target_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let endpoint = crate::report::untrusted::line(&result.endpoint);
    format!("{}{version} ({endpoint}), run of {}\n", result.target, result.started)
}
