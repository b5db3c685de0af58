//! What a recording says of a case, by the same checks as in a run.

use super::bind::bind;
use super::decide::{doubts, is_in_doubt};
use crate::case::{Action, Case, Role, Step, Values};
use crate::engine::ShownExchange;
use crate::judge::{Answer, Finding, judge};
use crate::recording::{Recording, response};
use crate::wire::Response;

/// What a recording says of a case.
#[derive(Debug, PartialEq)]
pub enum Ruling {
    /// Every expectation holds.
    Confirmed,
    /// These do not.
    Contradicted(Vec<Finding>),
    /// It cannot be said, and why.
    Undecided(String),
}

/// Judges the recorded exchanges of a case, step by step.
pub(super) fn rule(case: &Case, recording: &Recording) -> Ruling {
    let Some(exchanges) = recording.cases.get(&case.name) else {
        return Ruling::Undecided(recording.about.gap_of(&case.name).unwrap_or("it was not recorded").to_owned());
    };
    match control(case, recording) {
        Some(reason) => Ruling::Undecided(reason),
        None => Trial { case, exchanges, values: Values::new(), findings: Vec::new(), doubt: None }.rule(),
    }
}

/// A refusal proves nothing where the request that it is derived from was refused too.
fn control(case: &Case, recording: &Recording) -> Option<String> {
    let control = case.control.as_ref()?;
    match recording.cases.get(control).and_then(|exchanges| exchanges.last()) {
        None => Some(format!("{control}, which it needs, was not recorded")),
        Some(exchange) if !response(exchange).is_success() => Some(format!("{control}, which it needs, was refused")),
        Some(_) => None,
    }
}

struct Trial<'a> {
    case: &'a Case,
    exchanges: &'a [ShownExchange],
    values: Values,
    findings: Vec<Finding>,
    doubt: Option<String>,
}

impl Trial<'_> {
    fn rule(mut self) -> Ruling {
        let calls = self.case.steps.iter().filter(|step| !matches!(step.action, Action::Door { .. })).collect::<Vec<_>>();
        let mut previous: Option<Response> = None;
        for (step, exchange) in calls.iter().zip(self.exchanges) {
            let answered = response(exchange);
            if let Err(reason) = self.step(step, exchange, &answered, previous.as_ref()) {
                return Ruling::Undecided(reason);
            }
            previous = Some(answered);
        }
        match (self.findings.is_empty(), self.doubt) {
            (false, _) => Ruling::Contradicted(self.findings),
            (true, Some(doubt)) => Ruling::Undecided(doubt),
            (true, None) if calls.len() != self.exchanges.len() => Ruling::Undecided("its last steps were not recorded".to_owned()),
            (true, None) => Ruling::Confirmed,
        }
    }

    /// Judges one step; the error is why nothing can be said of the case.
    fn step(&mut self, step: &Step, exchange: &ShownExchange, answered: &Response, previous: Option<&Response>) -> Result<(), String> {
        let operation = step.action.name();
        let otherwise = || "it asks something else than was recorded; record it again".to_owned();
        if *operation != exchange.operation || step.label != exchange.step {
            return Err(otherwise());
        }
        let bound = match &step.action {
            Action::Call { input, wire, .. } if wire.body.is_none() => bind(input, &exchange.request, &mut self.values),
            Action::Get { path, .. } => bind(path, &exchange.request["get"], &mut self.values),
            _ => Ok(()),
        };
        bound.map_err(|_| otherwise())?;
        self.save(step, answered);
        let doubts = doubts(&step.expect, answered, &self.values);
        let answer = Answer { step: &step.label, operation, expect: &step.expect, response: answered, values: &self.values, previous };
        let (unsure, sure): (Vec<_>, Vec<_>) = judge(&answer).into_iter().partition(|finding| is_in_doubt(finding, &doubts));
        let vague = || (!unsure.is_empty()).then(|| "it asks for a value that is not recorded".to_owned());
        self.doubt = self.doubt.take().or_else(|| doubts.into_iter().next().map(|doubt| doubt.reason)).or_else(vague);
        if step.role == Role::Before && sure.iter().any(|finding| finding.check.gates()) {
            return Err(format!("{}, which it needs, was answered otherwise", step.label));
        }
        self.findings.extend(sure);
        Ok(())
    }

    /// Keeps what later steps read. What the answer lacks they lack too.
    fn save(&mut self, step: &Step, answered: &Response) {
        for (name, path) in &step.save {
            if let Some(value) = answered.json().and_then(|body| path.get(body)) {
                self.values.insert(name.clone(), value.clone());
            }
        }
    }
}
