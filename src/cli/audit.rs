//! `audit`: the cases against servers that are wrong on purpose.

use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::form::Form;
use super::{Failure, Global};
use crate::audit::{self, AuditError, AuditReport, Options, VariantResult, Verdict};
use crate::exit;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only wrong servers whose name contains this: an operation, a kind of fault, a whole name
    #[arg(long, value_name = "FILTER")]
    pub only: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Form,
}

impl Audit {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let suite = Arc::new(global.sources.load()?);
        let start = |reason| Failure::Start { what: "start the audit".to_owned(), reason };
        let runtime = tokio::runtime::Runtime::new().map_err(start)?;
        // The servers end with this process and leave nothing behind: their ledgers need not last either.
        let ledgers = tempfile::tempdir().map_err(start)?;
        let options = Options { only: self.only.clone(), ledgers: ledgers.path().to_owned() };
        let report = runtime.block_on(audit::run(suite, options))?;
        match self.format {
            Form::Human => human(&report, out)?,
            Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report).map_err(std::io::Error::from)?)?,
        }
        Ok(if report.has_gaps() { exit::FAILED } else { exit::CONFORMS })
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Run(error) => error.into(),
            AuditError::Server(reason) => Self::Start { what: "start a server that is wrong on purpose".to_owned(), reason },
            error @ AuditError::NoMatch(_) => Self::argument(error.to_string(), None),
        }
    }
}

fn human(report: &AuditReport, out: &mut dyn Write) -> std::io::Result<()> {
    nulls(report, out)?;
    operations(report, out)?;
    listed(report, Verdict::NotExercised, "without effect, so that nothing was tried", out)?;
    listed(report, Verdict::CaughtWithoutGating, "caught only by claims that do not gate", out)?;
    listed(report, Verdict::NamedAsCause, "named as the cause of what it blocks", out)?;
    gaps(report, out)?;
    let gaps = report.gaps().count() + report.null.iter().filter(|null| null.slipped()).count();
    let servers = report.null.len() + report.variants.len();
    writeln!(out, "{servers} wrong servers, {gaps} slipped through, {:.0} s", report.seconds)
}

fn nulls(report: &AuditReport, out: &mut dyn Write) -> std::io::Result<()> {
    for null in &report.null {
        let word = if null.slipped() { "SLIPPED THROUGH" } else { "refused" };
        writeln!(out, "{:<26} {word}: passes {} of {} cases", null.name, null.passed.len(), null.cases)?;
        for name in &null.passed {
            writeln!(out, "    {name}")?;
        }
    }
    writeln!(out)
}

fn operations(report: &AuditReport, out: &mut dyn Write) -> std::io::Result<()> {
    if report.variants.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{:<28} {:>8} {:>8} {:>5} {:>11} {:>11} {:>10}",
        "operation", "variants", "caught", "gaps", "no effect", "median red", "worst red"
    )?;
    for row in report.rows() {
        let (name, effect) = (row.operation, row.not_exercised);
        writeln!(
            out,
            "{name:<28} {:>8} {:>8} {:>5} {effect:>11} {:>11} {:>10}",
            row.variants, row.caught, row.gaps, row.median_red, row.worst_red
        )?;
    }
    writeln!(out)
}

fn listed(report: &AuditReport, verdict: Verdict, title: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let found: Vec<&VariantResult> = report.variants.iter().filter(|variant| variant.verdict == verdict).collect();
    if found.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}:")?;
    for variant in found {
        writeln!(out, "    {}", variant.fault)?;
    }
    writeln!(out)
}

fn gaps(report: &AuditReport, out: &mut dyn Write) -> std::io::Result<()> {
    for variant in report.gaps() {
        let elsewhere = variant.by.as_ref().map_or_else(|| "no case notices".to_owned(), |by| format!("only {by} notices"));
        writeln!(out, "SLIPPED THROUGH {}: {elsewhere}", variant.fault)?;
        writeln!(out, "    cognito-conformance serve --fault '{}'", variant.fault.replace('\'', r"'\''"))?;
    }
    if report.gaps().next().is_some() { writeln!(out) } else { Ok(()) }
}
