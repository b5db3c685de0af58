//! The same cases as libtest-mimic trials, for `cargo test` and `cargo nextest run`.
//!
//! The selected cases run as they do under `cognito-conformance run`, several at once and sharing fixtures; each trial waits
//! for the result of its own.

use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, Once, PoisonError};
use std::time::Duration;

use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};
use url::Url;

use crate::aws::{self, AccessError, Asked, Settings};
use crate::baseline::Baseline;
use crate::case::{Case, Suite};
use crate::engine::{self, CaseResult, Config, Event, Outcome, Reporter, ledger::Ledger};
use crate::report::{plain, untrusted};
use crate::target::Profile;
use crate::wire::{ClientOptions, Credentials};

/// The variable of the environment that lets `cargo test` send to the real service, where it is `1`.
pub const ALLOW_AWS: &str = "COGNITO_CONFORMANCE_ALLOW_AWS";

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
    /// Requests may go to the real service, in the account of the standard credential chain.
    pub allow_aws: bool,
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
            (Some(profile), Some(endpoint)) => Some(profile.clone().reached_at(endpoint).started_elsewhere()),
            (Some(profile), None) => Some(profile.clone().started_elsewhere()),
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
        let mut config = config(profile, endpoint, &self.options).await?;
        // The embedded server is ours: its texts and recordings are held to the word.
        config.strict = self.options.endpoint.is_none();
        let selected = lock(&self.selected).clone();
        let mut listener = Listener(&self);
        let run = engine::run(self.suite.clone(), &selected, config, &mut listener, std::future::pending());
        run.await.map(drop).map_err(|error| error.to_string())
    }
}

async fn config(profile: Profile, endpoint: Url, options: &Options) -> Result<Config, String> {
    let (region, credentials) = signing(&profile, &endpoint, options).await?;
    let client = ClientOptions {
        endpoint,
        region,
        credentials: Some(credentials),
        timeout: Duration::from_secs(10),
        verify_tls: true,
        ca_bundle: None,
    };
    Ok(Config {
        jobs: 8,
        snapshots: options.snapshots.clone(),
        baseline: options.baseline.clone(),
        ..Config::new(profile, client, Ledger::default_directory())
    })
}

/// For which region and with what requests are signed. Against a live target the standard chain says so, and STS names the account on
/// standard error first.
async fn signing(profile: &Profile, endpoint: &Url, options: &Options) -> Result<(String, Credentials), String> {
    let refused = |error: aws::NotPermitted| format!("{error}; if requests may go there, set {ALLOW_AWS}=1");
    aws::permitted(profile.live, endpoint, options.allow_aws).map_err(refused)?;
    if !profile.live {
        return Ok((profile.region.clone(), profile.signing().unwrap_or_else(Credentials::made_up)));
    }
    let told = |error: AccessError| format!("{}; {}", untrusted::line(&error.to_string()), error.help());
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let asked = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let settings = Settings::load(Asked { region: asked.as_deref(), ..Asked::default() }).await.map_err(told)?;
    let region = aws::region(endpoint).or(settings.region()).unwrap_or(&profile.region).to_owned();
    let settings = settings.in_region(&region);
    let credentials = match profile.signing() {
        Some(own) => own,
        None => settings.credentials().await.map_err(told)?,
    };
    let caller = settings.caller(&credentials).await.map_err(told)?;
    // With standard error closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{endpoint} in {region}: account {}", caller.shown(std::io::stderr().is_terminal()));
    Ok((region, credentials))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_real_service_needs_a_word_here_too() {
        let endpoint: Url = "https://cognito-idp.eu-west-1.amazonaws.com".parse().expect("a URL");
        let options = Options { endpoint: Some(endpoint.clone()), profile: None, snapshots: None, baseline: None, allow_aws: false };
        let refused = config(Profile::for_endpoint(&endpoint), endpoint, &options).await.expect_err("nobody allowed it");
        assert!(refused.contains("is the real service") && refused.contains("COGNITO_CONFORMANCE_ALLOW_AWS=1"), "{refused}");
    }
}
