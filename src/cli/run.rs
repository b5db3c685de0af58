//! `run`: cases against an endpoint, and what they found.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::case_sources::Selection;
use super::endpoint::{Against, Endpoint, environment};
use super::{Failure, Global};
use crate::report::{All, Human, Json, Jsonl, Junit, Look, Progress, ReportFile, Reproduce};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Against what.
    #[command(flatten)]
    pub endpoint: Endpoint,
    /// Cases in flight at once; left out: four for each processor
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Longest time for one request, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    pub request_timeout: Duration,
    /// Longest time for one case, its fixtures left out, in seconds
    #[arg(long, value_name = "S", default_value = "60", value_parser = seconds)]
    pub case_timeout: Duration,
    /// Let everything gate: error messages, snapshots, and claims whose evidence is inferred or contested
    #[arg(long)]
    pub strict: bool,
    /// Folder of recorded exchanges to compare with
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
    /// Write the whole result as one JSON object
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What `run` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Failures, root causes first, and figures.
    #[default]
    Human,
    /// One JSON object at the end.
    Json,
    /// One event a line, as it happens.
    Jsonl,
}

/// A time in seconds: above nought, at most a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(seconds > 0.0 && seconds <= 86_400.0) {
        return Err("must be above 0 and at most 86400 seconds".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}

impl Run {
    /// All consumers of the run's events. Files are opened now, so that a report that cannot be written stops the run before it begins.
    ///
    /// # Errors
    /// A report file cannot be written.
    pub fn reporters<'o>(&self, global: &Global, reproduce: &Reproduce, out: &'o mut (dyn Write + Send)) -> Result<All<'o>, Failure> {
        let mut all = All::default();
        if !global.quiet && std::io::stderr().is_terminal() {
            all.add(Progress::new());
        }
        if let Some(path) = &self.report {
            all.add(Json::new(ReportFile::create(path)?));
        }
        if let Some(path) = &self.junit {
            all.add(Junit::new(ReportFile::create(path)?, reproduce.clone()));
        }
        match self.format {
            Format::Human => all.add(Human::new(out, self.look(global, reproduce))),
            Format::Json => all.add(Json::new(out)),
            Format::Jsonl => all.add(Jsonl::new(out)),
        }
        Ok(all)
    }

    fn look(&self, global: &Global, reproduce: &Reproduce) -> Look {
        Look { paint: global.color.of_output(), quiet: global.quiet, reproduce: reproduce.clone(), cases: global.sources.shown() }
    }
}

impl Run {
    pub(super) fn execute(&self, global: &Global, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let suite = global.sources.load()?;
        let selected = suite.select(&self.selection.filter())?;
        let against = self.endpoint.against(&environment)?;
        let reproduce = Reproduce::new(self.again(&against, global));
        let reporters = self.reporters(global, &reproduce, out)?;
        drop(reporters);
        let ready = format!("{} cases are selected, but this build has no engine", selected.len());
        Err(Failure::argument(ready, None))
    }

    /// The options that make the same run of one case.
    fn again(&self, against: &Against, global: &Global) -> Vec<String> {
        let mut words = self.endpoint.again(against);
        words.extend(self.strict.then(|| "--strict".to_owned()));
        if let Some(folder) = &global.sources.folder {
            words.extend(["--cases".to_owned(), folder.display().to_string()]);
        }
        words
    }
}
