//! A recording as a target: what was answered once is answered again, so that the judging is checked where the service is not reached.
//!
//! The embedded server stands behind it. It answers what no recording holds, such as the calls of fixtures, and carries out the steps
//! of cases as well; but those, which name themselves in a header ([`STEP_HEADER`](crate::wire::STEP_HEADER)), are answered as they were
//! recorded. What a placeholder of the recording stands for is taken from the request, and where that does not say it, from what the
//! embedded server would have answered: a user's name is that of the fixture, a token is a real one.
//!
//! - [`Replay`]: finds the recorded answer to a step
//! - `bindings`: what placeholders stand for in this run; `values`: values for those of which nobody knows

mod bindings;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::engine::ShownExchange;
use crate::recording::Recording;
use crate::reference::{Response, Tamper};
use crate::wire::NOT_RECORDED;
use bindings::Bindings;

/// Answers steps of cases as a target once answered them.
pub struct Replay {
    cases: BTreeMap<String, Vec<ShownExchange>>,
    unsupported: BTreeSet<String>,
    bindings: Mutex<HashMap<String, Bindings>>,
}

impl Replay {
    /// A replay of what was recorded.
    pub fn new(recording: Recording) -> Self {
        Self { cases: recording.cases, unsupported: recording.about.unsupported, bindings: Mutex::default() }
    }

    /// The answer to a step, or why there is none.
    fn answer(&self, step: &str, body: &Value, own: &Value) -> Result<Response, String> {
        let (case, label) = step.split_once(' ').unwrap_or((step, ""));
        let exchanges = self.cases.get(case).ok_or_else(|| format!("there is no recording of {case}"))?;
        let at = exchanges.iter().position(|exchange| exchange.step == label);
        let exchange = at.map(|at| &exchanges[at]).ok_or_else(|| format!("the recording of {case} has no step `{label}`"))?;
        if self.unsupported.contains(&exchange.operation) {
            return Ok(Response::unknown_operation());
        }
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let bindings = bindings.entry(case.to_owned()).or_default();
        if at == Some(0) {
            // Another try of the case has other values.
            *bindings = Bindings::default();
        }
        let differs = |place| format!("the recording of {case}, {label}, holds another request: it differs at {place}; record it again");
        bindings.read(&exchange.request, body).map_err(differs)?;
        bindings.glean(&exchange.response, own);
        let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), bindings.fill_text(value))).collect();
        Ok(Response { status: exchange.status.unwrap_or_default(), headers, body: bindings.fill(&exchange.response) })
    }
}

impl Tamper for Replay {
    /// An operation that the recorded target lacks is answered as a made-up one, to fixtures too: that is how runs tell it.
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        if self.unsupported.contains(operation) {
            *response = Response::unknown_operation();
        }
    }

    fn step(&self, step: &str, body: &Value, response: &mut Response) {
        *response = self.answer(step, body, &response.body).unwrap_or_else(|reason| {
            tracing::warn!("{reason}");
            let body = json!({ "__type": NOT_RECORDED, "message": reason });
            Response { status: 501, headers: BTreeMap::new(), body }
        });
    }

    fn keeps_history(&self) -> bool {
        false
    }
}
