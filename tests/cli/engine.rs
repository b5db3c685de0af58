//! Runs through the library, where a test needs the results themselves, against a reference server that is wrong on purpose.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cognito_conformance::case::{Filter, Suite};
use cognito_conformance::engine::{self, CaseResult, Config, Event, Gathered, Outcome, Reporter};
use cognito_conformance::reference::{self, Response, Server, Tamper};
use cognito_conformance::target::Profile;
use cognito_conformance::wire::{Client, ClientOptions, Credentials, Request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::scratch;

/// A wrong server, and the cases.
pub struct Stage {
    pub suite: Arc<Suite>,
    runtime: Runtime,
    server: Server,
}

impl Stage {
    pub fn set(layer: impl Tamper) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let config = reference::Config { layer: Some(Arc::new(layer)), ..reference::Config::default() };
        let server = runtime.block_on(Server::start(config)).expect("the server starts");
        Self { suite: Arc::new(Suite::embedded().expect("the suite loads")), runtime, server }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The names of the cases that a filter selects.
    pub fn named(&self, filter: &str) -> Vec<String> {
        let filter = Filter { filters: filter.split(' ').map(str::to_owned).collect(), ..Filter::default() };
        self.suite.select(&filter).expect("cases").iter().map(|case| case.name.clone()).collect()
    }

    /// User pools that are on the server.
    pub fn pools(&self) -> usize {
        let client = client(&self.url());
        let request = Request::new("ListUserPools", &json!({"MaxResults": 60}), true);
        let answer = self.runtime.block_on(client.send(&request)).expect("an answer");
        answer.json().and_then(|json| json["UserPools"].as_array().map(Vec::len)).expect("pools")
    }

    pub fn run(&self, names: &[String], change: impl FnOnce(&mut Config)) -> Gathered {
        let ledgers = scratch();
        let mut config = Config::new(Profile::reference(), options(&self.url()), ledgers.path().to_owned());
        change(&mut config);
        let mut results = Results::default();
        let run = engine::run(self.suite.clone(), names, config, &mut results, std::future::pending());
        let summary = self.runtime.block_on(run).expect("the run was done");
        Gathered { results: results.0, summary }
    }
}

#[derive(Default)]
struct Results(Vec<CaseResult>);

impl Reporter for Results {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        if let Event::CaseFinished(result) = event {
            self.0.push(result.as_ref().clone());
        }
        Ok(())
    }
}

/// A client of a server on this machine.
pub fn client(url: &str) -> Client {
    Client::new(options(url)).expect("a client")
}

fn options(url: &str) -> ClientOptions {
    ClientOptions {
        endpoint: url.parse().expect("a URL"),
        region: "us-east-1".to_owned(),
        credentials: Some(Credentials::made_up()),
        timeout: Duration::from_secs(10),
        verify_tls: true,
        ca_bundle: None,
    }
}

/// How the cases ended, by name.
pub fn outcomes(gathered: &Gathered) -> BTreeMap<String, Outcome> {
    gathered.results.iter().map(|result| (result.name.clone(), result.outcome)).collect()
}

/// Refuses an operation the first few times.
pub struct RefusesAtFirst {
    operation: &'static str,
    times: usize,
    asked: AtomicUsize,
}

impl RefusesAtFirst {
    pub fn new(operation: &'static str, times: usize) -> Self {
        Self { operation, times, asked: AtomicUsize::default() }
    }
}

impl Tamper for RefusesAtFirst {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        if operation == self.operation && self.asked.fetch_add(1, Ordering::Relaxed) < self.times {
            (response.status, response.body) = (400, json!({"__type": "NotAuthorizedException", "message": "Not yet."}));
        }
    }
}

/// Is what it claims to be.
pub struct Honest;

impl Tamper for Honest {}

/// Answers an operation as if it did not know it.
pub struct Lacks(pub &'static str);

impl Tamper for Lacks {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        if operation == self.0 {
            (response.status, response.body) = (400, json!({"__type": "UnknownOperationException"}));
        }
    }
}
