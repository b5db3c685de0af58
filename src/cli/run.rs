//! `run`: cases against an endpoint, and what they found.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::baseline::{BaselineOptions, Update};
use super::case_sources::Selection;
use super::endpoint::{Against, Endpoint, environment};
use super::live::{Announcement, Reached};
use super::opened::{Opened, ledgers, servers};
use super::part::{Choice, Part};
use super::politeness::Politeness;
use super::rendering::Rendering;
use super::signal::asked_to_stop;
use super::{Failure, Global};
use crate::baseline::Baseline;
use crate::case::Suite;
use crate::engine::{self, Config, Event, Reporter, RunStarted, Summary};
use crate::exit::{self, Percent};
use crate::report::{All, Context, Ending, Format, Jsonl, Look, Progress, ReportFile, Reproduce};
use crate::wire::ClientOptions;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Which part of them.
    #[command(flatten)]
    pub part: Part,
    /// Against what.
    #[command(flatten)]
    pub endpoint: Endpoint,
    /// Cases in flight at once; left out: four for each processor
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Longest time for one request, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    pub request_timeout: Duration,
    /// How the target is treated.
    #[command(flatten)]
    pub politeness: Politeness,
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

/// A time in seconds: above nought, at most a day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
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
        let choice = self.part.choose(&suite, &self.selection.filter())?;
        choice.notes.iter().for_each(|note| tell(note));
        let against = self.endpoint.against(&environment)?;
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
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the run".to_owned(), reason })?;
        let done = runtime.block_on(self.run(Arc::new(suite), choice, &against, baseline, &mut reporters));
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

    async fn run(
        &self,
        suite: Arc<Suite>,
        choice: Choice,
        against: &Against,
        baseline: Option<Baseline>,
        reporter: &mut All<'_>,
    ) -> Result<(), Failure> {
        let mut stop = std::pin::pin!(asked_to_stop());
        let servers = servers();
        let opened = tokio::select! {
            opened = Opened::open(&self.endpoint, against, &servers) => opened?,
            stopped = &mut stop => return Ok(stopped?),
        };
        let reached = tokio::select! {
            reached = self.endpoint.reach(&opened, self.request_timeout, &environment) => reached,
            stopped = &mut stop => {
                opened.close().await;
                return Ok(stopped?);
            }
        };
        let done = match reached {
            Ok(Reached { client, announcement }) => {
                announcement.iter().for_each(Announcement::tell);
                let config = Config { shard: choice.part, baseline, ..self.config(&opened, client) };
                engine::run(suite, &choice.names, config, reporter, async { drop(stop.await) }).await.map(drop).map_err(Failure::from)
            }
            Err(failure) => Err(failure),
        };
        opened.close().await;
        done
    }

    fn config(&self, opened: &Opened, client: ClientOptions) -> Config {
        let live = opened.profile.live;
        Config {
            profile: opened.profile.clone(),
            client,
            jobs: self.jobs.map_or_else(usual_jobs, std::num::NonZeroUsize::get),
            case_timeout: self.politeness.case_time(live),
            patience: self.politeness.patience(live),
            strict: self.strict,
            retries: self.retries,
            shard: None,
            snapshots: self.snapshots.clone(),
            baseline: None,
            lenient: self.baseline.lenient,
            ledger_directory: ledgers(),
        }
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

/// A request spends most of its time in the server: several a processor keep it busy.
fn usual_jobs() -> usize {
    4 * std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.5", Some(Duration::from_millis(500)))]
    #[case("86400", Some(Duration::from_secs(86_400)))]
    #[case("0", None)]
    #[case("-1", None)]
    #[case("NaN", None)]
    #[case("1e300", None)]
    #[case("soon", None)]
    fn reads_seconds(#[case] text: &str, #[case] time: Option<Duration>) {
        assert_eq!(seconds(text).ok(), time);
    }
}
