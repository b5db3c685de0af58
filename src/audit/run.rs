//! The audit: an honest run, null servers, and every fault in turn.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use thiserror::Error;

use super::fault::{Fault, Kind};
use super::layer::Faulted;
use super::null::{Null, NullServer};
use super::observe::Observer;
use super::report::{AuditReport, NullResult, VariantResult, Verdict};
use super::trial::{Results, Trial, TrialError, passed};
use super::variants::{self, AUDITED, SUPPORTING};
use crate::case::Suite;
use crate::engine::{Outcome, RunError};

/// Wrong servers that run at once: more than processors, for some cases wait for a clock.
const AT_ONCE: usize = 6;

/// What is audited.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only wrong servers whose name contains this.
    pub only: Option<String>,
    /// Where the runs keep their ledgers; removed by the caller.
    pub ledgers: PathBuf,
}

/// The audit could not be done.
#[derive(Debug, Error)]
pub enum AuditError {
    /// The name of no wrong server.
    #[error("no wrong server is called like `{0}`; `audit --format json` has the names of all")]
    NoMatch(String),
    /// A wrong server does not start.
    #[error("a server that is wrong on purpose does not start: {0}")]
    Server(#[source] std::io::Error),
    /// A run could not be done.
    #[error(transparent)]
    Run(RunError),
}

impl From<TrialError> for AuditError {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Server(error) => Self::Server(error),
            TrialError::Run(error) => Self::Run(error),
        }
    }
}

/// What the honest reference passes, with and without `--strict`.
struct Honest {
    plain: BTreeSet<String>,
    strict: BTreeSet<String>,
}

impl Honest {
    fn of(&self, strict: bool) -> &BTreeSet<String> {
        if strict { &self.strict } else { &self.plain }
    }
}

/// Runs the cases against every wrong server.
///
/// # Errors
/// The audit could not be done. What slipped through is no error.
pub async fn run(suite: Arc<Suite>, options: Options) -> Result<AuditReport, AuditError> {
    let started = Instant::now();
    let trial = Trial::new(suite, options.ledgers.clone());
    let everything = trial.everything();
    let observer = Arc::new(Observer::default());
    let plain = passed(&trial.reference(Some(observer.clone()), &everything, false).await?);
    let strict = passed(&trial.reference(None, &everything, true).await?);
    let honest = Honest { plain, strict };
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    let faults: Vec<Fault> = all_faults(&trial, &observer).into_iter().filter(|fault| wanted(&fault.to_string())).collect();
    let nulls: Vec<(Null, &str)> = Null::ALL.into_iter().filter(|(_, name)| wanted(name)).collect();
    if faults.is_empty() && nulls.is_empty() {
        return Err(AuditError::NoMatch(options.only.unwrap_or_default()));
    }
    let nulls = stream::iter(nulls.into_iter().map(|(null, name)| try_null(&trial, null, name, &everything)));
    let null = nulls.buffered(AT_ONCE).try_collect().await?;
    let variants = stream::iter(faults.into_iter().map(|fault| try_fault(&trial, fault, &honest)));
    let variants = variants.buffered(AT_ONCE).try_collect().await?;
    Ok(AuditReport { cases: everything.len(), honest: honest.plain.len(), null, variants, seconds: started.elapsed().as_secs_f64() })
}

fn all_faults(trial: &Trial, observer: &Observer) -> Vec<Fault> {
    let audited = AUDITED.iter().flat_map(|operation| variants::audited(trial.suite(), operation, &observer.of(operation)));
    let supporting = SUPPORTING.iter().flat_map(|operation| variants::supporting(operation, &observer.of(operation)));
    audited.chain(supporting).collect()
}

async fn try_null(trial: &Trial, null: Null, name: &str, cases: &[String]) -> Result<NullResult, AuditError> {
    let server = NullServer::start(null).await.map_err(AuditError::Server)?;
    let results = trial.run(server.url(), cases, false).await?;
    Ok(NullResult { name: name.to_owned(), cases: cases.len(), passed: passed(&results).into_iter().collect() })
}

async fn try_fault(trial: &Trial, fault: Fault, honest: &Honest) -> Result<VariantResult, AuditError> {
    // Messages gate only with `--strict`.
    let strict = fault.kind == Kind::Message;
    let (honest, operation) = (honest.of(strict), fault.operation.clone());
    let layer = Arc::new(Faulted::new(fault.clone()));
    let own = trial.reference(Some(layer.clone()), &trial.own(&operation), strict).await?;
    let mut result = judge(&fault, honest, &own);
    // One wrong header or one member too many must not redden everything that comes by: how many, is worth a look.
    let spreads = matches!(fault.kind, Kind::Header(_) | Kind::MemberAdded);
    if result.verdict == Verdict::Missed || spreads {
        let others = trial.reference(Some(layer.clone()), &trial.others(&operation), strict).await?;
        let lost: Vec<&String> = honest.iter().filter(|name| others.get(*name).is_some_and(|ended| ended.outcome != Outcome::Pass)).collect();
        result.red_elsewhere = Some(lost.len());
        if result.verdict == Verdict::Missed && !lost.is_empty() {
            (result.verdict, result.by) = (Verdict::CaughtElsewhere, lost.first().map(|name| (*name).clone()));
        }
    }
    if layer.changed() == 0 {
        result.verdict = Verdict::NotExercised;
    }
    Ok(result)
}

/// What the operation's own cases say.
fn judge(fault: &Fault, honest: &BTreeSet<String>, own: &Results) -> VariantResult {
    let red: Vec<_> = own.iter().filter(|(name, ended)| ended.outcome == Outcome::Fail && honest.contains(*name)).collect();
    let gating = red.iter().find(|(_, ended)| ended.gates);
    let verdict = match (red.is_empty(), gating) {
        (true, _) => Verdict::Missed,
        (false, None) => Verdict::CaughtWithoutGating,
        (false, Some(_)) => Verdict::Caught,
    };
    let by = gating.or(red.first()).map(|(name, _)| (*name).clone());
    VariantResult { fault: fault.to_string(), operation: fault.operation.clone(), verdict, red: red.len(), red_elsewhere: None, by }
}
