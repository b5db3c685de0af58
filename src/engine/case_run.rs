//! Running one case: capabilities, control, fixtures, steps, judgement.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::carrier::{self, Sender};
use super::control::{accepts, cause};
use super::fixtures::{FixtureFailure, Stage, not_implemented};
use super::guard::Refusal;
use super::messages;
use super::outcome::{CaseResult, Outcome};
use super::room::{Claim, own_pools};
use super::sender::{Exchange, Performed, SendError, normaliser, save, shown};
use super::session::Session;
use crate::case::{Action, Case, Origin, Role, Step, Values};
use crate::judge::{Answer, Check, Fault, Finding, Normaliser, Secrets, judge};
use crate::wire::{NOT_RECORDED, Response};

/// How a case ended, before it is dressed as a result.
#[derive(Debug)]
pub struct Verdicts {
    /// In one word.
    pub outcome: Outcome,
    /// All that is wrong.
    pub findings: Vec<Finding>,
    /// Why it neither passed nor failed.
    pub reason: Option<String>,
    /// The cause that it shares with others.
    pub cause: Option<String>,
    /// What was sent and answered.
    pub exchanges: Vec<(String, Exchange)>,
    /// What passed beside these exchanges and must not be shown either.
    pub secrets: Secrets,
}

impl Verdicts {
    /// Neither passed nor failed, and why.
    pub fn without(outcome: Outcome, reason: String, cause: Option<String>) -> Self {
        Self { outcome, findings: Vec::new(), reason: Some(reason), cause, exchanges: Vec::new(), secrets: Secrets::default() }
    }

    /// Judged; what was sent is not told.
    fn judged(outcome: Outcome, findings: Vec<Finding>) -> Self {
        Self { outcome, findings, reason: None, cause: None, exchanges: Vec::new(), secrets: Secrets::default() }
    }

    /// Wrong, and how.
    fn failed(findings: Vec<Finding>) -> Self {
        Self::judged(Outcome::Fail, findings)
    }

    fn blocked(cause: String) -> Self {
        Self::without(Outcome::Blocked, cause.clone(), Some(cause))
    }
}

/// Runs one case to its result.
pub async fn run_case(session: &Arc<Session>, case: &Case) -> CaseResult {
    let started = Instant::now();
    let verdicts = match session.lacks(case) {
        Some(reason) => Verdicts::without(Outcome::Skipped, reason, None),
        None => match control_of(session, case).await {
            Some(verdicts) => verdicts,
            None => run_steps(session, case).await,
        },
    };
    dress(session, case, verdicts, started)
}

/// What the control says, where it forbids to go on.
async fn control_of(session: &Arc<Session>, case: &Case) -> Option<Verdicts> {
    let control = session.control(case.control.as_deref()?).await?;
    match control.outcome {
        _ if accepts(&control) => None,
        outcome @ (Outcome::Unsupported | Outcome::Skipped | Outcome::Indeterminate) => {
            Some(Verdicts::without(outcome, control.reason.clone().unwrap_or_else(|| control.name.clone()), None))
        }
        _ => Some(Verdicts::blocked(cause(&control))),
    }
}

/// Builds the fixtures, runs the steps, and removes what was made for this case alone.
pub async fn run_steps(session: &Arc<Session>, case: &Case) -> Verdicts {
    let mut stage = Stage::default();
    let room = session.room.claim(own_pools(&session.suite, case)).await;
    let codes = session.reckons_codes(case) && !session.line.is_lost();
    if codes {
        wait_for_a_whole_step(session.patience.time_for_codes).await;
    }
    let began = code_step();
    let verdicts = match session.set(&case.given, &mut stage).await {
        Ok(()) => {
            let (wrote, secrets) = (!case.given.is_empty(), std::mem::take(&mut stage.secrets));
            let run = Run { session, case, room: &room, wrote, findings: Vec::new(), exchanges: Vec::new(), secrets };
            run.steps(stage.values.clone()).await
        }
        Err(failure) => fixture_failed(case, &failure),
    };
    let may_be_slow = session.patience.spares_errors() || session.carrier.is_some();
    let are_stale = codes && may_be_slow && code_step() != began;
    session.clear(&stage).await;
    match verdicts.outcome {
        Outcome::Fail | Outcome::Blocked if are_stale => Verdicts::without(Outcome::Indeterminate, STALE_CODES.to_owned(), None),
        _ => verdicts,
    }
}

fn fixture_failed(case: &Case, failure: &FixtureFailure) -> Verdicts {
    let is_own = failure.unsupported.as_ref() == Some(&case.operation);
    match (failure.indeterminate, is_own) {
        (true, _) => Verdicts::without(Outcome::Indeterminate, failure.cause.clone(), None),
        (_, true) => Verdicts::without(Outcome::Unsupported, failure.cause.clone(), None),
        _ => Verdicts::blocked(failure.cause.clone()),
    }
}

/// One case while its steps are sent.
struct Run<'a> {
    session: &'a Arc<Session>,
    case: &'a Case,
    room: &'a Claim,
    /// Whether a write was sent, of which a read might not know yet.
    wrote: bool,
    findings: Vec<Finding>,
    exchanges: Vec<(String, Exchange)>,
    /// What passed before these exchanges, or through side doors.
    secrets: Secrets,
}

/// Whether to go on after a step.
enum Next {
    Step,
    End(Verdicts),
}

impl Run<'_> {
    async fn steps(mut self, mut values: Values) -> Verdicts {
        let sender = Sender::Case(&self.case.name);
        for step in &self.case.steps {
            let performed = match self.wrote {
                true => self.session.observe(sender, step, &values, |performed| self.holds(step, performed, &values)).await,
                false => self.session.perform(sender, step, &values).await,
            };
            self.wrote |= !step.action.only_reads();
            let next = match performed {
                Ok(performed) => self.performed(step, performed, &mut values).await,
                Err(error) => self.not_sent(step, &error),
            };
            if let Next::End(verdicts) = next {
                return Verdicts { exchanges: self.exchanges, secrets: self.secrets, ..verdicts };
            }
        }
        let failed = self.findings.iter().any(|finding| finding.check.gates() || self.session.strict);
        let outcome = if failed { Outcome::Fail } else { Outcome::Pass };
        Verdicts { exchanges: self.exchanges, secrets: self.secrets, ..Verdicts::judged(outcome, self.findings) }
    }

    /// Whether an answer is what the step expects, so that there is nothing to wait for.
    fn holds(&self, step: &Step, performed: &Performed, values: &Values) -> bool {
        let Performed::Call(exchange) = performed else { return true };
        let is_whole = !exchange.response.is_success() || save(step, performed.body(), &mut Values::new()).is_ok();
        self.session.looks_unimplemented(step.action.name(), &exchange.response)
            || is_whole && !judge(&self.answer(step, exchange, values)).iter().any(|finding| finding.check.gates())
    }

    async fn performed(&mut self, step: &Step, performed: Performed, values: &mut Values) -> Next {
        let saved = save(step, performed.body(), values);
        let exchange = match performed {
            Performed::Call(exchange) => *exchange,
            Performed::Door(answer) => {
                self.secrets.learn(&answer);
                return match saved {
                    Ok(()) => Next::Step,
                    Err(path) => Next::End(Verdicts::blocked(format!("side door {} answered without {path}", step.action.name()))),
                };
            }
        };
        if let Some(reason) = self.unrecorded(&exchange.response) {
            return Next::End(Verdicts::without(Outcome::Skipped, reason, None));
        }
        if let Some(end) = self.unimplemented(step, &exchange).await {
            self.exchanges.push((step.label.clone(), exchange));
            return Next::End(end);
        }
        let mut found = self.judge(step, &exchange, values);
        match (saved, exchange.response.is_success()) {
            (Ok(()), true) => self.session.shapes.succeed(step.action.name()),
            (Err(path), true) => found.push(missing(step, &path)),
            _ => {}
        }
        self.exchanges.push((step.label.clone(), exchange));
        let stops = found.iter().find(|finding| finding.check.gates()).filter(|_| step.role == Role::Before);
        if let Some(finding) = stops {
            let cause = format!("{} answered {}, not {}", step.action.name(), finding.fault.actual(), finding.fault.expected());
            return Next::End(Verdicts::blocked(cause));
        }
        self.findings.extend(found);
        Next::Step
    }

    /// Why a server that answers as it was recorded has no answer.
    fn unrecorded(&self, response: &Response) -> Option<String> {
        let error = response.error();
        let is_told = self.session.profile.names_steps && error.name.as_deref() == Some(NOT_RECORDED);
        is_told.then(|| error.message.unwrap_or_else(|| "it is not recorded".to_owned()))
    }

    /// An operation that is not there: the case's own makes it unsupported, another one blocks it.
    async fn unimplemented(&self, step: &Step, exchange: &Exchange) -> Option<Verdicts> {
        let Action::Call { operation, wire, .. } = &step.action else { return None };
        // An odd request is about the odd answer.
        let is_odd = wire.target.is_some() || wire.method.is_some() || wire.body.is_some();
        if is_odd || !self.session.is_unimplemented(&exchange.request, &exchange.response).await || self.is_proven(operation).await {
            return None;
        }
        let reason = not_implemented(operation);
        Some(match (self.findings.is_empty(), *operation == self.case.operation) {
            (false, _) => Verdicts { reason: Some(reason), ..Verdicts::failed(self.findings.clone()) },
            (true, true) => Verdicts::without(Outcome::Unsupported, reason, None),
            (true, false) => Verdicts::blocked(reason),
        })
    }

    /// A crash may look like an operation that is not there; where its plain request is accepted, it is a crash.
    async fn is_proven(&self, operation: &str) -> bool {
        let control = format!("{operation}::base_request_is_accepted");
        let is_control_itself = self.case.origin == Origin::Control && self.case.name == control;
        if is_control_itself || self.session.suite.case(&control).is_none() {
            return false;
        }
        self.room.give_up();
        self.session.control(&control).await.is_some_and(|control| accepts(&control))
    }

    fn judge(&self, step: &Step, exchange: &Exchange, values: &Values) -> Vec<Finding> {
        let answer = self.answer(step, exchange, values);
        self.session.note_shape(&answer, &exchange.request, &[&self.secrets]);
        judge(&answer)
    }

    fn answer<'s>(&'s self, step: &'s Step, exchange: &'s Exchange, values: &'s Values) -> Answer<'s> {
        let previous = self.exchanges.last().map(|(_, exchange)| &exchange.response);
        Answer { step: &step.label, operation: step.action.name(), expect: &step.expect, response: &exchange.response, values, previous }
    }

    fn not_sent(&self, step: &Step, error: &SendError) -> Next {
        let reason = format!("{}: {}: {error}", step.label, step.action.name());
        Next::End(match (error.is_indeterminate(), self.findings.is_empty()) {
            // What is wrong so far explains why a later step could not be sent.
            (false, false) => Verdicts::failed(self.findings.clone()),
            (true, _) => Verdicts::without(Outcome::Indeterminate, reason, None),
            (false, true) => match error {
                SendError::NotCarried(words) => Verdicts::without(Outcome::Skipped, reason, Some(carrier::cause(words))),
                SendError::Refused(refusal @ Refusal::Message(_)) => Verdicts::without(Outcome::Skipped, refusal.to_string(), None),
                _ => Verdicts::blocked(reason),
            },
        })
    }
}

/// A value that later steps read is not in the answer.
fn missing(step: &Step, path: &str) -> Finding {
    let expected = format!("a value at {path}, which a later step reads");
    let fault = Fault::WrongValue { expected, actual: None, diff: None };
    Finding {
        check: Check::Body,
        step: step.label.clone(),
        operation: step.action.name().to_owned(),
        path: format!("$.{path}"),
        fault,
        place: step.place.clone(),
    }
}

/// Milliseconds for which a one-time code is the current one.
const STEP: u128 = 30_000;

/// Why such a case is not judged.
const STALE_CODES: &str = "the requests took so long that the one-time codes were not the current ones any more";

fn milliseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

fn code_step() -> u128 {
    milliseconds() / STEP
}

/// Where less than this is left of a step, waits for the next one: codes must still be what the case reckoned them to be when they
/// arrive.
async fn wait_for_a_whole_step(need: Duration) {
    let left = u64::try_from(STEP - milliseconds() % STEP).map(Duration::from_millis).unwrap_or_default();
    if left < need {
        tokio::time::sleep(left + Duration::from_millis(50)).await;
    }
}

impl Session {
    /// Whether the case, or a fixture of it, computes one-time codes.
    fn reckons_codes(&self, case: &Case) -> bool {
        let fixtures = case.given.iter().filter_map(|used| self.suite.fixtures.get(&used.name)).flat_map(|fixture| &fixture.create);
        fixtures.chain(&case.steps).any(|step| step.action.input().calls("totp"))
    }

    /// Why the case is not for this target: it lacks a capability or a resource, or messages would go out.
    fn lacks(&self, case: &Case) -> Option<String> {
        let capability = || case.needs.iter().find_map(|capability| self.profile.lacks(capability));
        let resource = || self.suite.resources(case).iter().find_map(|name| self.profile.lacks_resource(name));
        capability().or_else(resource).or_else(|| self.would_message(case))
    }

    fn would_message(&self, case: &Case) -> Option<String> {
        let sent = (self.profile.live && !self.allow_messages).then(|| messages::of_case(&self.suite, case))?;
        sent.first().map(|sent| Refusal::Message(sent.medium).to_string())
    }
}

/// A result for reports, the snapshot compared.
pub fn dress(session: &Session, case: &Case, mut verdicts: Verdicts, started: Instant) -> CaseResult {
    let mut normaliser = normaliser(&verdicts.exchanges);
    normaliser.hide(&verdicts.secrets);
    let exchanges = shown(&verdicts.exchanges, &normaliser);
    verdicts.findings = verdicts.findings.into_iter().map(|finding| finding.normalised(&normaliser)).collect();
    let readable = |text: Option<String>| text.map(|text| Normaliser::scrub(&normaliser.text(&text)));
    // A cause is worded alike for all cases that share it: no more is replaced in it than must be.
    let cause = verdicts.cause.map(|cause| Normaliser::scrub(&normaliser.secrets().out_of(&cause)));
    (verdicts.reason, verdicts.cause) = (readable(verdicts.reason), cause);
    let snapshots = session.snapshots.as_ref().filter(|snapshots| match case.origin {
        Origin::Written => true,
        Origin::Control | Origin::Constraint => snapshots.has(&case.operation, &case.name),
        Origin::Shape => false,
    });
    if let (Some(snapshots), Outcome::Pass | Outcome::Fail) = (snapshots, verdicts.outcome) {
        match snapshots.check(&case.operation, &case.name, &super::transcript::of(&exchanges), case.place.as_ref()) {
            Ok(finding) => verdicts.findings.extend(finding),
            Err(error) => verdicts.reason = Some(format!("the snapshot cannot be compared: {error}")),
        }
        if session.strict && !verdicts.findings.is_empty() {
            verdicts.outcome = Outcome::Fail;
        }
    }
    // Before it is decided whether to try again: what is known to fail is not.
    session.listed(CaseResult {
        name: case.name.clone(),
        operation: case.operation.clone(),
        outcome: verdicts.outcome,
        generated: case.generated(),
        evidence: case.evidence.clone(),
        about: case.about.clone(),
        gates: session.strict || case.evidence.gates(),
        findings: verdicts.findings,
        reason: verdicts.reason,
        cause: verdicts.cause,
        exchanges,
        place: case.place.clone(),
        known: None,
        flaky: None,
        time: started.elapsed(),
    })
}

/// The shape case of an operation: all that was wrong with its answers in the run. Where nothing was seen yet, it looks itself.
pub async fn run_shape_case(session: &Arc<Session>, case: &Case) -> CaseResult {
    let started = Instant::now();
    let mut looked = None;
    if !session.shapes.succeeded(&case.operation) {
        looked = match session.lacks(case) {
            Some(reason) => Some(Verdicts::without(Outcome::Skipped, reason, None)),
            None => Some(run_steps(session, case).await),
        };
    }
    let findings = session.shapes.findings(&case.operation);
    let verdicts = match (findings.is_empty(), looked) {
        (true, _) if session.line.is_lost() => Verdicts::without(Outcome::Indeterminate, SendError::Lost.to_string(), None),
        (false, _) => Verdicts::failed(findings),
        (true, Some(looked)) if !session.shapes.succeeded(&case.operation) => unseen(case, looked),
        (true, Some(looked)) if looked.outcome == Outcome::Fail => looked,
        (true, _) => Verdicts::judged(Outcome::Pass, findings),
    };
    dress(session, case, verdicts, started)
}

/// The shape case of an operation, where some answer broke it.
pub fn broken_shape_case(session: &Session, case: &Case) -> Option<CaseResult> {
    let findings = session.shapes.findings(&case.operation);
    (!findings.is_empty()).then(|| dress(session, case, Verdicts::failed(findings), Instant::now()))
}

/// The operation never succeeded, so there was no shape to judge.
fn unseen(case: &Case, looked: Verdicts) -> Verdicts {
    match looked.outcome {
        Outcome::Pass | Outcome::Fail => {
            Verdicts::blocked(format!("{} never succeeded, so that its answer could not be seen", case.operation))
        }
        _ => Verdicts { exchanges: Vec::new(), ..looked },
    }
}
