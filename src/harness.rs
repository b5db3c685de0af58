//! The same cases as libtest-mimic trials, for `cargo test` and `cargo nextest run`.
//!
//! The selected cases run as they do under `cognito-conformance run`, several at once and sharing fixtures; each trial waits
//! for the result of its own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, Once, PoisonError};
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};
use url::Url;

use crate::baseline::Baseline;
use crate::case::{Case, Suite};
use crate::engine::{self, CaseResult, Config, Event, Outcome, Reporter, ledger::Ledger};
use crate::report::plain;
use crate::target::Profile;
use crate::wire::{ClientOptions, Credentials};

/// What the trials are run against.
#[derive(Debug, Clone)]
pub struct Options {
    /// An endpoint; `None` starts the embedded server.
    pub endpoint: Option<Url>,
    /// Profile of the server at the endpoint.
    pub profile: Option<Profile>,
    /// Recorded exchanges to compare with.
    pub snapshots: Option<PathBuf>,
    /// What is known to fail.
    pub baseline: Option<Baseline>,
}

/// Runs all cases of a suite as trials.
pub fn run(suite: Suite, options: Options) -> Conclusion {
    let arguments = Arguments::from_args();
    let results = Arc::new(Results {
        suite: Arc::new(suite),
        options,
        selected: Mutex::default(),
        started: Once::new(),
        finished: Mutex::default(),
        news: Condvar::new(),
    });
    let trials: Vec<Trial> = results.suite.cases().iter().map(|case| trial(&results, case)).collect();
    let selected = trials.iter().filter(|trial| !arguments.is_filtered_out(trial) && !arguments.is_ignored(trial));
    *lock(&results.selected) = selected.map(|trial| trial.name().to_owned()).collect();
    // Trials only wait; enough of them must wait at once for the run not to be held up by them.
    let threads = arguments.test_threads.or(Some(64));
    let conclusion = libtest_mimic::run(&Arguments { test_threads: threads, ..arguments }, trials);
    // The last trial ends before the run does: what was created is still to be removed.
    results.wait_for_the_end();
    conclusion
}

fn trial(results: &Arc<Results>, case: &Case) -> Trial {
    let (name, results) = (case.name.clone(), results.clone());
    let lacks = results.profile().is_some_and(|profile| case.needs.iter().any(|need| profile.lacks(need).is_some()));
    Trial::ignorable_test(case.name.clone(), move || results.wait_for(&name)).with_ignored_flag(lacks)
}

/// The results so far, and what is needed to get them.
struct Results {
    suite: Arc<Suite>,
    options: Options,
    selected: Mutex<Vec<String>>,
    started: Once,
    finished: Mutex<Finished>,
    news: Condvar,
}

#[derive(Default)]
struct Finished {
    results: HashMap<String, CaseResult>,
    /// The run is over; `Some` is the reason why it could not be done.
    over: Option<Option<String>>,
}

impl Results {
    fn profile(&self) -> Option<Profile> {
        match (&self.options.profile, &self.options.endpoint) {
            (Some(profile), _) => Some(profile.clone().started_elsewhere()),
            (None, Some(endpoint)) => Some(Profile::for_endpoint(endpoint)),
            (None, None) => None,
        }
    }

    fn wait_for(self: &Arc<Self>, name: &str) -> Result<Completion, Failed> {
        self.started.call_once(|| {
            let results = self.clone();
            std::thread::spawn(move || results.produce());
        });
        let mut finished = lock(&self.finished);
        loop {
            if let Some(result) = finished.results.remove(name) {
                return self.completion(&result);
            }
            if let Some(reason) = &finished.over {
                return Err(reason.clone().unwrap_or_else(|| "the run ended without this case".to_owned()).into());
            }
            finished = self.news.wait(finished).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Where the run was begun at all, waits until it is over.
    fn wait_for_the_end(&self) {
        let mut finished = lock(&self.finished);
        while self.started.is_completed() && finished.over.is_none() {
            finished = self.news.wait(finished).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A case that does not gate is told as ignored, with the reason; against the embedded server everything must pass.
    fn completion(&self, result: &CaseResult) -> Result<Completion, Failed> {
        let told = || plain::of(result);
        match result.outcome {
            Outcome::Pass | Outcome::KnownFailure => Ok(Completion::Completed),
            Outcome::Fail | Outcome::UnexpectedPass if result.gates => Err(told().into()),
            Outcome::Indeterminate => Err(told().into()),
            _ if self.options.endpoint.is_none() => Err(told().into()),
            Outcome::Fail => Ok(Completion::ignored_with(format!("fails, does not gate ({})", result.evidence.standing()))),
            outcome => Ok(Completion::ignored_with(format!("{outcome}: {}", result.reason.as_deref().unwrap_or_default()))),
        }
    }

    fn produce(self: Arc<Self>) {
        let trouble = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime.block_on(self.clone().all()).err(),
            Err(error) => Some(error.to_string()),
        };
        lock(&self.finished).over = Some(trouble);
        self.news.notify_all();
    }

    async fn all(self: Arc<Self>) -> Result<(), String> {
        let server = match &self.options.endpoint {
            Some(_) => None,
            None => Some(crate::reference::Server::start(crate::reference::Config::default()).await.map_err(|error| error.to_string())?),
        };
        let endpoint = server.as_ref().and_then(|server| server.url().parse().ok()).or_else(|| self.options.endpoint.clone());
        let endpoint = endpoint.ok_or("there is no endpoint")?;
        let profile = self.profile().unwrap_or_else(Profile::reference);
        let mut config = config(profile, endpoint, &self.options);
        // The embedded server is ours: its texts and recordings are held to the word.
        config.strict = self.options.endpoint.is_none();
        let selected = lock(&self.selected).clone();
        let mut listener = Listener(&self);
        let run = engine::run(self.suite.clone(), &selected, config, &mut listener, std::future::pending());
        run.await.map(drop).map_err(|error| error.to_string())
    }
}

fn config(profile: Profile, endpoint: Url, options: &Options) -> Config {
    let client = ClientOptions {
        endpoint,
        region: profile.region.clone(),
        credentials: Some(profile.signing().unwrap_or_else(Credentials::made_up)),
        timeout: Duration::from_secs(10),
        verify_tls: true,
        ca_bundle: None,
    };
    Config {
        profile,
        client,
        jobs: 8,
        allow_messages: false,
        case_timeout: Duration::from_secs(60),
        strict: false,
        retries: 0,
        shard: None,
        snapshots: options.snapshots.clone(),
        baseline: options.baseline.clone(),
        lenient: false,
        ledger_directory: Ledger::default_directory(),
    }
}

struct Listener<'a>(&'a Results);

impl Reporter for Listener<'_> {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        if let Event::CaseFinished(result) = event {
            lock(&self.0.finished).results.insert(result.name.clone(), (**result).clone());
            self.0.news.notify_all();
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
