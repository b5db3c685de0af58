//! `--baseline`: what is known to fail, and writing it anew after a run.

use std::path::Path;

use clap::Args;

use super::Failure;
use super::run::tell;
use crate::baseline::{Baseline, Conditions, Heading, is_file, today};
use crate::case::Suite;
use crate::engine::{CaseResult, Event, Reporter, RunStarted};
use crate::exit;
use crate::report::{Output, ReportFile};

/// The schema that editors check a baseline with, where it lies beside it.
const SCHEMA: &str = "baseline.schema.json";

/// Options on known failures.
#[derive(Debug, Clone, Default, Args)]
pub struct BaselineOptions {
    /// Known failures, which do not gate: a file, or the name of a target that has a built-in list
    #[arg(long = "baseline", value_name = "FILE|NAME")]
    pub name: Option<String>,
    /// Write the baseline anew after the run: list what fails, take out what passes
    #[arg(long = "update-baseline", requires = "name")]
    pub update: bool,
    /// Let listed cases pass without a word
    #[arg(long, requires = "name")]
    pub lenient: bool,
}

impl BaselineOptions {
    /// The baseline; `None` where none is asked for, or the one to be written is not there yet.
    ///
    /// # Errors
    /// It is wrong, or cannot be read.
    pub(super) fn load(&self, suite: &Suite) -> Result<Option<Baseline>, Failure> {
        let Some(name) = &self.name else { return Ok(None) };
        if self.update && !is_file(name) {
            let help = format!("name a file, as in `--baseline {name}.baseline.yaml`");
            return Err(Failure::argument(
                format!("--update-baseline needs a file to write; `{name}` is the name of a built-in baseline"),
                help,
            ));
        }
        match Baseline::load(name, suite) {
            Ok(baseline) => Ok(Some(baseline)),
            Err(error) if self.update && error.is_missing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The update, where one is asked for. The file is opened now, so that one that cannot be written stops the run before it begins.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn update(&self, before: Option<&Baseline>, suite: &Suite) -> Result<Option<Update>, Failure> {
        let Some(name) = self.name.as_ref().filter(|_| self.update) else { return Ok(None) };
        let file = ReportFile::create(Path::new(name))?;
        let conditions = Conditions { strict: false, lenient: self.lenient, whole: false, today: today() };
        let (before, cases, heading) = (before.cloned(), suite.cases().len(), Heading::default());
        Ok(Some(Update { name: name.clone(), file, before, cases, conditions, heading, results: Vec::new() }))
    }
}

/// Gathers what a run sees and writes it down as the new baseline.
#[derive(Debug)]
pub(super) struct Update {
    name: String,
    file: ReportFile,
    before: Option<Baseline>,
    /// Cases of the suite.
    cases: usize,
    conditions: Conditions,
    heading: Heading,
    results: Vec<CaseResult>,
}

impl Update {
    /// Writes the baseline and says so on standard error. A run that ended with another code than that of success, although nothing
    /// gated, did not observe enough, and changes nothing.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn finish(mut self, code: u8) -> Result<(), Failure> {
        if code != exit::CONFORMS {
            let why = if code == exit::INTERRUPTED { "the run was interrupted" } else { "too little was observed" };
            tell(&format!("{} is left as it was: {why}", self.name));
            return Ok(());
        }
        let updated = Baseline::updated(self.before.as_ref(), &self.results, &self.conditions, &self.heading);
        self.file.put(updated.text.as_bytes())?;
        tell(&format!("{}: {updated}", self.name));
        Ok(())
    }

    fn begin(&mut self, run: &RunStarted) {
        let beside = Path::new(&self.name).with_file_name(SCHEMA);
        let schema = beside.is_file().then(|| SCHEMA.to_owned());
        self.conditions = Conditions { strict: run.strict, whole: run.selected == self.cases, ..self.conditions };
        self.heading = Heading { target: Some(run.target.clone()), version: run.target_version.clone(), schema };
    }
}

impl Reporter for Update {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::RunStarted(run) => self.begin(run),
            Event::CaseFinished(result) => self.results.push(result.as_ref().clone()),
            _ => {}
        }
        Ok(())
    }
}
