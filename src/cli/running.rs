//! What `run` and `record` share: which cases, against what, how many at once and how long.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::Failure;
use super::case_sources::Selection;
use super::endpoint::{Against, Endpoint, environment};
use super::live::Reached;
use super::opened::{Opened, ledgers, servers};
use super::politeness::Politeness;
use super::signal::asked_to_stop;
use crate::case::Suite;
use crate::engine::{self, Config, Reporter};
use crate::wire::ClientOptions;

/// Which cases, against what, how many at once and how long.
#[derive(Debug, Args)]
pub struct Running {
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Against what.
    #[command(flatten)]
    pub endpoint: Endpoint,
    /// Cases in flight at once; left out: four for each processor, with --via one
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Longest time for one request, in seconds
    #[arg(long, value_name = "S", default_value = "10", value_parser = seconds)]
    pub request_timeout: Duration,
    /// On a live target, also run cases that make the service send SMS and email. Recipients are numbers and addresses of nobody
    #[arg(long)]
    pub allow_messages: bool,
    /// How the target is treated.
    #[command(flatten)]
    pub politeness: Politeness,
}

impl Running {
    /// Opens the target, runs the cases, and closes the target, until it is done or the user interrupts it. `prepare` is asked when
    /// the target is known and nothing has been sent: how to judge, and who is told.
    ///
    /// # Errors
    /// The target does not start or answer, `prepare` refuses, or a report cannot be written.
    pub(super) fn go<R: Reporter>(
        &self,
        suite: Arc<Suite>,
        names: &[String],
        against: &Against,
        prepare: impl AsyncFnOnce(Config) -> Result<(Config, R), Failure>,
    ) -> Result<(), Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the run".to_owned(), reason })?;
        runtime.block_on(async {
            let mut stop = std::pin::pin!(asked_to_stop());
            let servers = servers();
            let opened = tokio::select! {
                // In this order: signals are listened to before a server is started.
                biased;
                stopped = &mut stop => return Ok(stopped?),
                opened = Opened::open(&self.endpoint, against, &servers) => opened?,
            };
            let reached = tokio::select! {
                reached = self.endpoint.reach(&opened, self.request_timeout, &environment) => reached,
                stopped = &mut stop => {
                    opened.close().await;
                    return Ok(stopped?);
                }
            };
            let done = match reached {
                Ok(Reached { client, mut announcement }) => {
                    if let Some(announcement) = &mut announcement {
                        announcement.add("creates", engine::estimate(&suite, names).to_string());
                        announcement.tell();
                    }
                    match prepare(self.config(&opened, client)).await {
                        Ok((config, mut reporter)) => {
                            let done = engine::run(suite, names, config, &mut reporter, async { drop(stop.await) }).await;
                            done.map(drop).map_err(Failure::from)
                        }
                        Err(refused) => Err(refused),
                    }
                }
                Err(failure) => Err(failure),
            };
            opened.close().await;
            done
        })
    }

    /// A run that judges as usual, compares with nothing, and tries each case once.
    fn config(&self, opened: &Opened, client: ClientOptions) -> Config {
        let usual = Config::new(opened.profile.clone(), client, ledgers());
        Config {
            allow_messages: self.allow_messages,
            // A request spends most of its time in the server: several a processor keep it busy.
            jobs: self.jobs.map_or_else(|| 4 * processors(), std::num::NonZeroUsize::get),
            case_timeout: self.politeness.case_timeout.unwrap_or(usual.case_timeout),
            patience: self.politeness.patience(opened.profile.live),
            ..usual
        }
    }
}

/// How many processors there are.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// A time in seconds: above nought, at most a day.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(seconds > 0.0 && seconds <= 86_400.0) {
        return Err("must be above 0 and at most 86400 seconds".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
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
