//! Cases against one server, and how they ended.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::fault::Refusals;
use super::layer::refusals_of;
use crate::case::{Case, Pattern, Suite};
use crate::engine::{self, CaseResult, Config, Event, Outcome, Reporter, RunError};
use crate::reference::{self, Server, Tamper};
use crate::target::Profile;
use crate::wire::ClientOptions;

/// Longest time for one request to a server of this process.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest time for one case.
const CASE_PATIENCE: Duration = Duration::from_secs(30);
/// Cases in flight at once, in each of several runs.
const JOBS: usize = 4;

/// How a case ended, as far as an audit wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// Whether a failure would turn a run red.
    pub gates: bool,
    /// Why its own operation refused something in it.
    pub refusals: BTreeSet<Refusals>,
}

impl Ended {
    fn of(result: &CaseResult) -> Self {
        let own = result.exchanges.iter().filter(|exchange| exchange.operation == result.operation);
        let refusals = own.filter_map(|exchange| refusals_of(&exchange.response)).collect();
        Self { outcome: result.outcome, gates: result.gates, refusals }
    }
}

/// How the cases ended, by name.
pub type Results = BTreeMap<String, Ended>;

/// Runs cases against servers.
#[derive(Debug)]
pub struct Trial {
    suite: Arc<Suite>,
    ledgers: PathBuf,
}

impl Trial {
    /// Trials of these cases, with ledgers in a folder of their own.
    pub fn new(suite: Arc<Suite>, ledgers: PathBuf) -> Self {
        Self { suite, ledgers }
    }

    /// The cases.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// Names of all cases.
    pub fn everything(&self) -> Vec<String> {
        self.suite.cases().iter().map(|case| case.name.clone()).collect()
    }

    /// Names of the operation's own cases.
    pub fn own(&self, operation: &str) -> Vec<String> {
        self.names(|case| case.operation == operation)
    }

    /// Names of other operations' cases that call the operation, in a fixture or in a step.
    pub fn others(&self, operation: &str) -> Vec<String> {
        self.names(|case| case.operation != operation && self.calls(case, operation))
    }

    /// Names of the operation's own cases that expect something of its answer which this holds for.
    pub fn expecting(&self, operation: &str, holds: impl Fn(&Pattern) -> bool) -> Vec<String> {
        let expects = |case: &Case| case.own_steps().filter_map(|step| step.expect.body.as_ref()).any(&holds);
        self.names(|case| case.operation == operation && expects(case))
    }

    /// Names of the operation's own cases that get a document.
    pub fn getting(&self, operation: &str, document: &str) -> Vec<String> {
        self.names(|case| case.operation == operation && self.calls(case, document))
    }

    fn names(&self, wanted: impl Fn(&Case) -> bool) -> Vec<String> {
        self.suite.cases().iter().filter(|case| wanted(case)).map(|case| case.name.clone()).collect()
    }

    fn calls(&self, case: &Case, operation: &str) -> bool {
        let fixtures = case.given.iter().filter_map(|used| self.suite.fixtures.get(&used.name)).flat_map(|fixture| &fixture.create);
        fixtures.chain(&case.steps).any(|step| step.action.name() == operation)
    }

    /// Runs cases against a fresh reference server with a layer.
    ///
    /// # Errors
    /// The server does not start, or the run could not be done.
    pub async fn reference(&self, layer: Option<Arc<dyn Tamper>>, cases: &[String], strict: bool) -> Result<Results, TrialError> {
        let server = Server::start(reference::Config { layer, ..reference::Config::default() }).await?;
        self.run(&server.url(), cases, strict).await
    }

    /// Runs cases against an endpoint that has the reference's side doors, or not.
    ///
    /// # Errors
    /// The run could not be done.
    pub async fn run(&self, url: &str, cases: &[String], strict: bool) -> Result<Results, TrialError> {
        let mut results = Collect::default();
        let config = self.config(url, strict)?;
        engine::run(self.suite.clone(), cases, config, &mut results, std::future::pending()).await?;
        Ok(results.0)
    }

    fn config(&self, url: &str, strict: bool) -> Result<Config, TrialError> {
        let profile = Profile::reference();
        let client = ClientOptions {
            endpoint: url::Url::parse(url).map_err(io::Error::other)?,
            region: profile.region.clone(),
            credentials: profile.signing(),
            timeout: PATIENCE,
            verify_tls: true,
            ca_bundle: None,
        };
        Ok(Config { jobs: JOBS, case_timeout: CASE_PATIENCE, strict, ..Config::new(profile, client, self.ledgers.clone()) })
    }
}

/// A trial could not be done.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The wrong server does not start.
    #[error("a server that is wrong on purpose does not start: {0}")]
    Server(#[from] io::Error),
    /// The run could not be done.
    #[error(transparent)]
    Run(#[from] RunError),
}

#[derive(Debug, Default)]
struct Collect(Results);

impl Reporter for Collect {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Event::CaseFinished(result) = event {
            self.0.insert(result.name.clone(), Ended::of(result));
        }
        Ok(())
    }
}

/// Whether a case of that name passed.
pub fn passed(results: &Results, name: &str) -> bool {
    results.get(name).is_some_and(|ended| ended.outcome == Outcome::Pass)
}
