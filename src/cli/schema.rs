//! `schema`: the JSON Schema of a kind of file, for editors.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::Failure;
use crate::case::schema;
use crate::compare::comparison_schema;
use crate::exit;
use crate::report::result_schema;
use crate::target::profile_schema;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// The kind of file
    #[arg(value_enum, default_value_t)]
    pub kind: Kind,
}

/// The kinds of files that have a schema.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Kind {
    /// Case files.
    #[default]
    Cases,
    /// Fixture files.
    Fixtures,
    /// Profiles of targets.
    Profile,
    /// Results of runs: what `run --report` writes.
    Result,
    /// Comparisons of results: what `compare --as json` writes.
    Comparison,
}

impl Schema {
    pub(super) fn execute(&self, out: &mut dyn Write) -> Result<u8, Failure> {
        let schema = match self.kind {
            Kind::Cases => schema::case_file(),
            Kind::Fixtures => schema::fixture_file(),
            Kind::Profile => profile_schema(),
            Kind::Result => result_schema(),
            Kind::Comparison => comparison_schema(),
        };
        writeln!(out, "{schema:#}")?;
        Ok(exit::CONFORMS)
    }
}
