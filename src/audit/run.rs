//! The audit: an honest run, null servers, and every fault in turn.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use thiserror::Error;

use super::fault::{Fault, Kind, Refusals};
use super::layer::Faulted;
use super::null::{Null, NullServer};
use super::observe::Observer;
use super::report::{AuditReport, NullResult, VariantResult, Verdict};
use super::trial::{Results, Trial, TrialError, passed};
use super::variants::{self, SUPPORTING, TOKENS};
use crate::case::{Origin, Suite};
use crate::engine::{Outcome, RunError};
use crate::judge::is_validation;
use crate::reference::Tamper;

/// Wrong servers that run at once: more than processors, for some cases wait for a clock.
const AT_ONCE: usize = 12;

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

/// How the cases end on the honest reference, with and without `--strict`.
struct Honest {
    plain: Results,
    strict: Results,
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
    let layer: Arc<dyn Tamper> = observer.clone();
    let plain = trial.reference(Some(layer), &everything, false).await?;
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    let faults: Vec<Fault> = all_faults(&trial, &observer, &plain).into_iter().filter(|fault| wanted(&fault.to_string())).collect();
    let nulls: Vec<(Null, &str)> = Null::ALL.into_iter().filter(|(_, name)| wanted(name)).collect();
    if faults.is_empty() && nulls.is_empty() {
        return Err(AuditError::NoMatch(options.only.unwrap_or_default()));
    }
    // As dear as the first one, and asked for by faults of messages only.
    let needs_strict = faults.iter().any(|fault| fault.kind == Kind::Message);
    let strict = if needs_strict { trial.reference(None, &everything, true).await? } else { Results::new() };
    let honest = Honest { plain, strict };
    let nulls = stream::iter(nulls.into_iter().map(|(null, name)| try_null(&trial, null, name, &everything)));
    let null = nulls.buffered(AT_ONCE).try_collect().await?;
    let variants = try_faults(&trial, faults, &honest).await?;
    let passes = everything.iter().filter(|name| passed(&honest.plain, name)).count();
    Ok(AuditReport { cases: everything.len(), honest: passes, null, variants, seconds: started.elapsed().as_secs_f64() })
}

fn all_faults(trial: &Trial, observer: &Observer, honest: &Results) -> Vec<Fault> {
    let audited = variants::audited(trial.suite()).into_iter().flat_map(|operation| {
        let mut seen = observer.of(operation);
        let unclaimed = unclaimed(trial, operation, honest);
        seen.refusals.retain(|refusals| !unclaimed.contains(refusals));
        variants::all(trial.suite(), operation, &seen)
    });
    let supporting = SUPPORTING.iter().flat_map(|operation| variants::supporting(operation, &observer.of(operation)));
    let tokens = TOKENS.iter().flat_map(|operation| variants::tokens(trial.suite(), operation, &observer.of(operation)));
    audited.chain(supporting).chain(tokens).chain(variants::documents()).collect()
}

/// Refusals that only those steps met which do not care how they are answered as long as the request is not malformed: values
/// just inside the limits of the model, that mean nothing.
fn unclaimed(trial: &Trial, operation: &str, honest: &Results) -> BTreeSet<Refusals> {
    let (mut careless, mut claimed) = (BTreeSet::new(), BTreeSet::new());
    for case in trial.suite().cases().iter().filter(|case| case.operation == operation) {
        let seen = if case.origin == Origin::Constraint { &mut careless } else { &mut claimed };
        seen.extend(honest.get(&case.name).into_iter().flat_map(|ended| ended.refusals.iter().cloned()));
    }
    let is_outside = |refusals: &Refusals| is_validation(Some(&refusals.error), refusals.message.as_deref());
    careless.into_iter().filter(|refusals| !claimed.contains(refusals) && !is_outside(refusals)).collect()
}

async fn try_null(trial: &Trial, null: Null, name: &str, cases: &[String]) -> Result<NullResult, AuditError> {
    let server = NullServer::start(null).await.map_err(AuditError::Server)?;
    let results = trial.run(server.url(), cases, false).await?;
    Ok(NullResult {
        name: name.to_owned(),
        cases: cases.len(),
        passed: cases.iter().filter(|name| passed(&results, name)).cloned().collect(),
    })
}

/// The results are in the order of the faults, which end in another: a slow one holds up nobody.
async fn try_faults(trial: &Trial, faults: Vec<Fault>, honest: &Honest) -> Result<Vec<VariantResult>, AuditError> {
    let tried = faults.into_iter().enumerate().map(async |(at, fault)| Ok::<_, AuditError>((at, try_fault(trial, fault, honest).await?)));
    let mut results: Vec<_> = stream::iter(tried).buffer_unordered(AT_ONCE).try_collect().await?;
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Tries a fault with ever more cases, until one notices: those that look at what is wrong, the operation's own, all that call it.
async fn try_fault(trial: &Trial, fault: Fault, honest: &Honest) -> Result<VariantResult, AuditError> {
    // Messages gate only with `--strict`.
    let strict = fault.kind == Kind::Message;
    let honest = if strict { &honest.strict } else { &honest.plain };
    let layer = Arc::new(Faulted::new(fault.clone()));
    let (own, others) = (trial.own(&fault.operation), trial.others(&fault.operation));
    let mut result = VariantResult::missed(&fault);
    let all = [own.clone(), others].concat();
    let rounds = if spreads(&fault) { vec![all] } else { vec![near(trial, &fault, &own, honest), own, all] };
    for cases in rounds {
        if result.verdict == Verdict::Missed && !cases.is_empty() {
            result = judge(&fault, honest, &trial.reference(Some(layer.clone()), &cases, strict).await?);
        }
    }
    if layer.changed() == 0 {
        result.verdict = Verdict::NotExercised;
    }
    Ok(result)
}

/// One wrong header or one member too many must not redden everything that comes by: how many, is worth a look.
fn spreads(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::Header(_) | Kind::MemberAdded)
}

/// Cases of the operation that look at what is wrong, as far as they can be told from others.
fn near(trial: &Trial, fault: &Fault, own: &[String], honest: &Results) -> Vec<String> {
    match &fault.kind {
        Kind::ErrorType(refusals) | Kind::Accepted(refusals) => {
            let saw = |name: &&String| honest.get(*name).is_some_and(|ended| ended.refusals.contains(refusals));
            own.iter().filter(saw).cloned().collect()
        }
        Kind::Member(_, path) => trial.expecting(&fault.operation, |pattern| pattern.mentions(path.last())),
        Kind::Token(flaw) => {
            trial.expecting(&fault.operation, |pattern| pattern.tokens().into_iter().any(|token| flaw.is_looked_at(token)))
        }
        Kind::Document(misprint) => trial.getting(&fault.operation, misprint.document()),
        _ => Vec::new(),
    }
}

/// What the cases say.
fn judge(fault: &Fault, honest: &Results, results: &Results) -> VariantResult {
    let lost = results.iter().filter(|(name, ended)| ended.outcome != Outcome::Pass && passed(honest, name));
    let is_own = |name: &str| name.split("::").next() == Some(fault.operation.as_str());
    let (own, others): (Vec<_>, Vec<_>) = lost.partition(|(name, _)| is_own(name));
    let red: Vec<_> = own.iter().filter(|(_, ended)| ended.outcome == Outcome::Fail).collect();
    let gating = red.iter().find(|(_, ended)| ended.gates);
    let is_cause = SUPPORTING.contains(&fault.operation.as_str()) && !own.is_empty();
    let (verdict, by) = match (gating, red.first()) {
        (Some((name, _)), _) => (Verdict::Caught, Some(name)),
        (None, Some((name, _))) => (Verdict::CaughtWithoutGating, Some(name)),
        (None, None) if is_cause => (Verdict::NamedAsCause, own.first().map(|(name, _)| name)),
        (None, None) if !others.is_empty() => (Verdict::CaughtElsewhere, others.first().map(|(name, _)| name)),
        (None, None) => (Verdict::Missed, None),
    };
    let elsewhere = results.keys().any(|name| !is_own(name)).then_some(others.len());
    VariantResult { verdict, red: red.len(), red_elsewhere: elsewhere, by: by.map(|name| (*name).clone()), ..VariantResult::missed(fault) }
}

impl VariantResult {
    /// Nothing noticed yet.
    fn missed(fault: &Fault) -> Self {
        let (fault, operation) = (fault.to_string(), fault.operation.clone());
        Self { fault, operation, verdict: Verdict::Missed, red: 0, red_elsewhere: None, by: None }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::audit::trial::Ended;

    fn results(rows: &[(&str, Outcome, bool)]) -> Results {
        rows.iter()
            .map(|(name, outcome, gates)| ((*name).to_owned(), Ended { outcome: *outcome, gates: *gates, refusals: BTreeSet::new() }))
            .collect()
    }

    #[rstest]
    #[case::caught("GetUser", &[("GetUser::a", Outcome::Fail, true)], Verdict::Caught)]
    #[case::reported_only("GetUser", &[("GetUser::a", Outcome::Fail, false)], Verdict::CaughtWithoutGating)]
    #[case::seen_by_others("GetUser", &[("GetUser::a", Outcome::Pass, true), ("Other::b", Outcome::Fail, true)], Verdict::CaughtElsewhere)]
    #[case::blocked_is_not_caught("GetUser", &[("GetUser::a", Outcome::Blocked, true)], Verdict::Missed)]
    #[case::blocked_by_name("CreateUserPool", &[("CreateUserPool::a", Outcome::Blocked, true)], Verdict::NamedAsCause)]
    #[case::failed_before("GetUser", &[("GetUser::failed", Outcome::Fail, true)], Verdict::Missed)]
    fn judges_a_fault(#[case] operation: &str, #[case] rows: &[(&str, Outcome, bool)], #[case] verdict: Verdict) {
        let names = ["GetUser::a", "Other::b", "CreateUserPool::a"];
        let honest = results(&names.map(|name| (name, Outcome::Pass, true)));
        let fault = Fault { operation: operation.to_owned(), kind: Kind::Refused };
        assert_eq!(judge(&fault, &honest, &results(rows)).verdict, verdict);
    }
}
