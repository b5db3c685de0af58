//! `list`: the cases, by name.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::case_sources::Selection;
use super::form::Form;
use super::{Failure, Global};
use crate::case::{Case, Evidence, Place};
use crate::exit;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    pub format: Form,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    operation: &'a str,
    generated: bool,
    evidence: &'a Evidence,
    about: Option<&'a str>,
    needs: &'a BTreeSet<String>,
    place: Option<&'a Place>,
}

impl<'a> From<&'a Case> for Row<'a> {
    fn from(case: &'a Case) -> Self {
        Self {
            name: &case.name,
            operation: &case.operation,
            generated: case.generated(),
            evidence: &case.evidence,
            about: case.about.as_deref(),
            needs: &case.needs,
            place: case.place.as_ref(),
        }
    }
}

impl List {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let suite = global.sources.load()?;
        let cases = suite.select(&self.selection.filter())?;
        match self.format {
            Form::Human => human(&cases, global.quiet, out)?,
            Form::Json => json(&cases, out)?,
        }
        Ok(exit::CONFORMS)
    }
}

fn human(cases: &[&Case], quiet: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let names: String = cases.iter().map(|case| format!("{}\n", case.name)).collect();
    out.write_all(names.as_bytes())?;
    if quiet { Ok(()) } else { writeln!(out, "\n{} cases", cases.len()) }
}

fn json(cases: &[&Case], out: &mut dyn Write) -> std::io::Result<()> {
    let rows: Vec<_> = cases.iter().map(|case| Row::from(*case)).collect();
    let mut text = serde_json::to_vec_pretty(&rows)?;
    text.push(b'\n');
    out.write_all(&text)
}
