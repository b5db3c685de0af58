//! `model`: import a published service model, compare two, show an operation.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failure, Global};
use crate::case::{Action, Case, Suite};
use crate::exit;
use crate::model::{Model, diff};
use crate::report::{Output, ReportFile};

/// Arguments of `model`.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// What to do with models.
    #[command(subcommand)]
    pub command: ModelCommand,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Turn a published model (botocore's service-2.json, also packed, or a Smithy JSON AST) into facts
    Import {
        /// The published model
        file: PathBuf,
        /// File for the facts; left out: standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Where the model comes from, for people (`botocore 1.44.5`); left out: the name of the file
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
    },
    /// Tell what differs between two models, and which cases that touches
    Diff {
        /// The old one: published, or facts
        old: PathBuf,
        /// The new one: published, or facts; left out: the one that the program carries
        new: Option<PathBuf>,
    },
    /// Show an operation: its members with their constraints, its errors
    Show {
        /// The operation, by its AWS name
        operation: String,
    },
}

impl ModelArgs {
    pub(super) fn execute(&self, global: &Global, output: &mut dyn Write) -> Result<u8, Failure> {
        match &self.command {
            ModelCommand::Import { file, out, source } => import(file, out.as_deref(), source.as_deref(), output)?,
            ModelCommand::Diff { old, new } => compare(old, new.as_deref(), &global.sources.load()?, output)?,
            ModelCommand::Show { operation } => show(operation, output)?,
        }
        Ok(exit::CONFORMS)
    }
}

fn read(path: &Path, source: Option<&str>) -> Result<Model, Failure> {
    let bytes = std::fs::read(path).map_err(|reason| Failure::Read { path: path.to_owned(), reason })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Model::import(&bytes, source.unwrap_or(&name)).map_err(|reason| Failure::Import { path: path.to_owned(), reason })
}

fn import(file: &Path, to: Option<&Path>, source: Option<&str>, output: &mut dyn Write) -> Result<(), Failure> {
    let facts = read(file, source)?.to_facts();
    match to {
        Some(path) => ReportFile::create(path)?.put(facts.as_bytes())?,
        None => output.write_all(facts.as_bytes())?,
    }
    Ok(())
}

fn compare(old: &Path, new: Option<&Path>, suite: &Suite, output: &mut dyn Write) -> Result<(), Failure> {
    let old = read(old, None)?;
    let read_new = new.map(|path| read(path, None)).transpose()?;
    let changes = diff(&old, read_new.as_ref().unwrap_or_else(|| Model::embedded()));
    writeln!(output, "{}", changes.to_string().trim_end())?;
    let touched = changes.operations_touched();
    let cases: Vec<_> = suite.cases().iter().filter(|case| touches(case, &touched)).collect();
    writeln!(output, "\nCases that call an operation that changed: {}", cases.len())?;
    for case in cases {
        writeln!(output, "  {}", case.name)?;
    }
    Ok(())
}

fn touches(case: &Case, operations: &BTreeSet<&str>) -> bool {
    let called = |action: &Action| matches!(action, Action::Call { operation, .. } if operations.contains(operation.as_str()));
    operations.contains(case.operation.as_str()) || case.steps.iter().any(|step| called(&step.action))
}

fn show(operation: &str, output: &mut dyn Write) -> Result<(), Failure> {
    let model = Model::embedded();
    let Some(text) = model.describe(operation) else {
        let near = model.suggest_operation(operation).map(|near| format!("did you mean `{near}`?"));
        return Err(Failure::argument(format!("there is no operation `{operation}` in {}", model.source), near));
    };
    writeln!(output, "{}", text.trim_end())?;
    Ok(())
}
