//! How far a run is from merely sending the same requests.
//!
//! Each round runs all cases against a fresh embedded server, then sends the very same requests to that server again, with
//! as many in flight, and looks at no answer. The machine's noise is in both; the ratio is what counts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cognito_conformance::case::Suite;
use cognito_conformance::engine::{self, Config, Event, Reporter};
use cognito_conformance::model::Model;
use cognito_conformance::reference::{self, Handling, Server, Tamper};
use cognito_conformance::target::Profile;
use cognito_conformance::wire::{Client, ClientOptions, Credentials, Request};
use futures::StreamExt;
use serde_json::Value;

const ROUNDS: usize = 5;
const JOBS: usize = 8;

fn main() -> miette::Result<()> {
    let suite = Arc::new(Suite::embedded()?);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| miette::miette!("{error}"))?;
    let mut rounds: Vec<Round> = (0..ROUNDS).map(|_| runtime.block_on(round(&suite))).collect::<miette::Result<_>>()?;
    rounds.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    for round in &rounds {
        println!("{round}");
    }
    println!("median: a run takes {:.2} times as long as its requests alone", rounds[ROUNDS / 2].ratio());
    Ok(())
}

struct Round {
    requests: usize,
    run: Duration,
    replay: Duration,
}

impl Round {
    fn ratio(&self) -> f64 {
        self.run.as_secs_f64() / self.replay.as_secs_f64()
    }
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = |time: Duration| self.requests as f64 / time.as_secs_f64();
        let (run, replay) = (rate(self.run), rate(self.replay));
        write!(f, "{} requests: run {run:.0}/s, replay {replay:.0}/s, ratio {:.2}", self.requests, self.ratio())
    }
}

async fn round(suite: &Arc<Suite>) -> miette::Result<Round> {
    let memory = Arc::new(Memory::default());
    let server = Server::start(reference::Config { layer: Some(memory.clone()), ..reference::Config::default() }).await;
    let server = server.map_err(|error| miette::miette!("{error}"))?;
    // The keys are made once for the process; that is no part of either time.
    let names: Vec<String> = suite.cases().iter().filter(|case| case.needs.is_empty()).map(|case| case.name.clone()).collect();
    let config = config(&server)?;
    let client = Client::new(config.client.clone()).map_err(|error| miette::miette!("{error}"))?;
    let started = Instant::now();
    engine::run(suite.clone(), &names, config, &mut Silent, std::future::pending()).await?;
    let run = started.elapsed();
    let requests = memory.take();
    let started = Instant::now();
    futures::stream::iter(&requests).for_each_concurrent(JOBS, |request| async { drop(client.send(request).await) }).await;
    let replay = started.elapsed();
    server.shutdown().await;
    Ok(Round { requests: requests.len(), run, replay })
}

fn config(server: &Server) -> miette::Result<Config> {
    let endpoint = server.url().parse().map_err(|error| miette::miette!("{error}"))?;
    let (timeout, verify_tls) = (Duration::from_secs(10), true);
    let client = ClientOptions {
        endpoint,
        region: "us-east-1".to_owned(),
        credentials: Some(Credentials::made_up()),
        timeout,
        verify_tls,
        ca_bundle: None,
    };
    let ledgers = std::env::temp_dir().join("cognito-conformance-bench");
    Ok(Config { jobs: JOBS, ..Config::new(Profile::reference(), client, ledgers) })
}

/// Remembers every request, and keeps the pools, so that the requests find them again.
#[derive(Default)]
struct Memory {
    requests: Mutex<Vec<Request>>,
}

impl Memory {
    fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tamper for Memory {
    fn before(&self, operation: &str, _: &Value) -> Handling {
        if operation == "DeleteUserPool" { Handling::DiscardWrites } else { Handling::Faithful }
    }

    fn keeps_history(&self) -> bool {
        false
    }

    fn after(&self, operation: &str, input: &Value, _: &mut reference::Response) {
        let signed = Model::embedded().operation(operation).is_none_or(|facts| !facts.unsigned);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(Request::new(operation, input, signed));
    }
}

struct Silent;

impl Reporter for Silent {
    fn event(&mut self, _: &Event) -> std::io::Result<()> {
        Ok(())
    }
}
