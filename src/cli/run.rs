//! `run`: cases against an endpoint, and what they found.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::baseline::{BaselineOptions, Update};
use super::endpoint::{Against, environment};
use super::part::{Choice, Part};
use super::rendering::Rendering;
use super::running::{Running, processors};
use super::via::Via;
use super::{Failure, Global};
use crate::baseline::Baseline;
use crate::engine::{self, Config, Event, Patience, Reporter, RunStarted, Summary};
use crate::exit::{self, Percent};
use crate::recording::check_snapshots;
use crate::report::{All, Context, Ending, Format, Jsonl, Look, Progress, ReportFile, Reproduce};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Which cases, against what, how many at once and how long.
    #[command(flatten)]
    pub running: Running,
    /// Which part of the cases.
    #[command(flatten)]
    pub part: Part,
    /// Send the requests of cases through this tool instead of our own client, to judge what its users see: error type, message, output,
    /// exit status. Not seen then: HTTP status and headers. Requests that the tool does not send are skipped. Fixtures, side doors and clean-up go through our own client
    #[arg(long, value_name = "TOOL", value_enum, conflicts_with_all = ["snapshots", "update"])]
    pub via: Option<Via>,
    /// Try a case that fails, or of which nothing was observed, up to so many times more; one that then passes is marked as flaky
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub retries: u32,
    /// End with exit code 3 where less than this share of the cases could be judged
    #[arg(long, value_name = "PERCENT")]
    pub min_coverage: Option<Percent>,
    /// Let everything gate: error messages, snapshots, and claims whose evidence is inferred or contested
    #[arg(long)]
    pub strict: bool,
    /// What is known to fail.
    #[command(flatten)]
    pub baseline: BaselineOptions,
    /// Folder of recorded exchanges to compare with
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
    /// Write the whole result as one JSON object
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write the result as JUnit XML: the same as `--as junit=FILE`
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Also render the result in this format, to the file or to standard output; may be given several times
    #[arg(long = "as", value_name = "FORMAT[=FILE]")]
    pub renderings: Vec<Rendering>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub format: Printed,
}

/// What `run` prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Printed {
    /// Failures, root causes first, and figures.
    #[default]
    Human,
    /// One JSON object at the end.
    Json,
    /// One event a line, as it happens.
    Jsonl,
}

/// What a case with one-time codes may take where each of its requests is a process.
const TIME_FOR_CODES_VIA: Duration = Duration::from_secs(15);

impl Run {
    /// All consumers of the run's events. Files are opened now, so that a report that cannot be written stops the run before it begins.
    ///
    /// # Errors
    /// A report file cannot be written.
    pub fn reporters<'o>(&self, global: &Global, context: Context, out: &'o mut (dyn Write + Send)) -> Result<All<'o>, Failure> {
        let (mut all, screen) = (All::default(), Screen(Arc::new(Mutex::new(out))));
        if !global.quiet && std::io::stderr().is_terminal() {
            all.add(Progress::new());
        }
        let mut ending = Ending::new(context, Look { paint: global.color.of_output(), quiet: global.quiet });
        match self.format {
            Printed::Human => ending.add(Format::Human, screen.clone()),
            Printed::Json => ending.add(Format::Json, screen.clone()),
            Printed::Jsonl => all.add(Jsonl::new(screen.clone())),
        }
        for Rendering { format, file } in self.all_renderings() {
            match file {
                Some(path) => ending.add(format, ReportFile::create(&path)?),
                None => ending.add(format, screen.clone()),
            }
        }
        all.add(ending);
        Ok(all)
    }

    fn all_renderings(&self) -> Vec<Rendering> {
        let file = |format, file: &Option<PathBuf>| file.clone().map(|file| Rendering { format, file: Some(file) });
        let named = [file(Format::Json, &self.report), file(Format::Junit, &self.junit)];
        named.into_iter().flatten().chain(self.renderings.iter().cloned()).collect()
    }
}

/// Standard output, shared by all that is printed.
#[derive(Clone)]
struct Screen<'o>(Arc<Mutex<&'o mut (dyn Write + Send)>>);

impl Write for Screen<'_> {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl Run {
    pub(super) fn execute(&self, global: &Global, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let suite = global.sources.load()?;
        let choice = self.part.choose(&suite, &self.running.selection.filter())?;
        choice.notes.iter().for_each(|note| tell(note));
        self.snapshots.as_deref().map(check_snapshots).transpose()?;
        let against = self.running.endpoint.against(&environment)?;
        let reproduce = Reproduce::new(self.again(&against, global));
        let context = Context { reproduce, cases_folder: global.sources.shown(), min_coverage: self.min_coverage };
        let baseline = self.baseline.load(&suite)?;
        let mut update = self.baseline.update(baseline.as_ref(), &suite)?;
        let mut ended = None;
        let mut reporters = self.reporters(global, context, out)?;
        if choice.names.is_empty() {
            return self.nothing(&against, &mut reporters);
        }
        reporters.add(Ended(&mut ended));
        if let Some(update) = &mut update {
            reporters.add(update);
        }
        let Choice { names, part, .. } = choice;
        let reporter = &mut reporters;
        let done =
            self.running.go(Arc::new(suite), &names, &against, async |config| Ok((self.judging(config, part, baseline).await?, reporter)));
        drop(reporters);
        match (done, ended) {
            // Whoever closes the pipe has seen enough; the run's result stands.
            (Err(error), Some(_)) if !error.is_closed_pipe() => Err(error),
            (_, Some(summary)) => self.conclude(&summary, update),
            (done, None) => done.map(|()| exit::INTERRUPTED),
        }
    }

    /// A part that is empty conforms: the reports say that nothing was run, and no server is asked.
    fn nothing(&self, against: &Against, reporter: &mut All<'_>) -> Result<u8, Failure> {
        let (target, endpoint) = against.named();
        engine::nothing(RunStarted { strict: self.strict, shard: self.part.shard, ..RunStarted::new(target, endpoint) }, reporter)?;
        Ok(exit::CONFORMS)
    }

    /// The exit code; after an update, that of a run with the new baseline.
    fn conclude(&self, summary: &Summary, update: Option<Update>) -> Result<u8, Failure> {
        let Some(update) = update else { return Ok(verdict(summary, self.min_coverage)) };
        let code = verdict(&summary.with_all_listed(), self.min_coverage);
        update.finish(code)?;
        Ok(code)
    }

    async fn judging(&self, config: Config, part: Option<engine::Part>, baseline: Option<Baseline>) -> Result<Config, Failure> {
        let config = match self.via {
            Some(via) => self.through(via, config).await?,
            None => config,
        };
        Ok(Config {
            strict: self.strict,
            retries: self.retries,
            shard: part,
            snapshots: self.snapshots.clone(),
            baseline,
            // What is listed for its HTTP status alone passes where no status is seen: that says nothing against the list.
            lenient: self.baseline.lenient || self.via.is_some(),
            ..config
        })
    }

    /// A tool needs longer for a request than our own client, and spends most of the time by itself.
    async fn through(&self, via: Via, config: Config) -> Result<Config, Failure> {
        let time_for_codes = config.patience.time_for_codes.max(TIME_FOR_CODES_VIA);
        Ok(Config {
            carrier: Some(via.find(config.client.clone()).await?),
            jobs: self.running.jobs.map_or_else(processors, std::num::NonZeroUsize::get),
            patience: Patience { time_for_codes, ..config.patience },
            ..config
        })
    }

    /// The options that make the same run of one case.
    fn again(&self, against: &Against, global: &Global) -> Vec<String> {
        let mut words = self.running.endpoint.again(against);
        words.extend(self.strict.then(|| "--strict".to_owned()));
        words.extend(self.running.allow_messages.then(|| "--allow-messages".to_owned()));
        if let Some(via) = self.via {
            words.extend(["--via", via.word()].map(str::to_owned));
        }
        if let Some(folder) = &global.sources.folder {
            words.extend(["--cases".to_owned(), folder.display().to_string()]);
        }
        words
    }
}

/// The exit code. Where too little was observed, says why.
pub(super) fn verdict(summary: &Summary, least: Option<Percent>) -> u8 {
    for shortfall in exit::shortfalls(summary, least) {
        tell(&format!("too little was observed: {shortfall}"));
    }
    exit::of(summary, least)
}

/// A line for the user beside what is printed. With standard error closed there is nobody left to tell.
pub(super) fn tell(note: &str) {
    let _ = writeln!(std::io::stderr(), "{note}");
}

/// Keeps the figures of the run, whatever becomes of its reports.
struct Ended<'s>(&'s mut Option<Summary>);

impl Reporter for Ended<'_> {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        if let Event::RunFinished(summary) = event {
            *self.0 = Some(summary.clone());
        }
        Ok(())
    }
}
