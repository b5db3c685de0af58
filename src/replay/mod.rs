//! A recording as a target: what was answered once is answered again, so that the judging is checked where the service is not reached.
//!
//! The embedded server stands behind it and answers what no recording holds, such as the calls of fixtures. The steps of a case,
//! which name themselves in a header ([`STEP_HEADER`](crate::wire::STEP_HEADER)), are answered from the recording.
//!
//! - [`Replay`]: finds the recorded answer to a step
//! - `bindings`: what placeholders stand for in this run; `values`: values for those of which nobody knows

mod bindings;
mod values;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::engine::ShownExchange;
use crate::recording::Recording;
use crate::reference::{Response, Tamper};
use bindings::Bindings;

/// Error type of a step that no recording answers. No server has it; the profile `replay` takes it for "not implemented".
pub const NOT_RECORDED: &str = "NotRecordedException";

/// Answers steps of cases as a target once answered them.
pub struct Replay {
    cases: BTreeMap<String, Vec<ShownExchange>>,
    bindings: Mutex<HashMap<String, Bindings>>,
}

impl Replay {
    /// A replay of what was recorded.
    pub fn new(recording: Recording) -> Self {
        Self { cases: recording.cases, bindings: Mutex::default() }
    }

    /// The answer to a step, or why there is none.
    fn answer(&self, step: &str, operation: &str, input: &Value) -> Result<Response, String> {
        let (case, label) = step.split_once(' ').unwrap_or((step, ""));
        let exchanges = self.cases.get(case).ok_or_else(|| format!("there is no recording of {case}"))?;
        let at = exchanges.iter().position(|exchange| exchange.step == label && exchange.operation == operation);
        let exchange = at.map(|at| &exchanges[at]).ok_or_else(|| format!("the recording of {case} has no step {label} of {operation}"))?;
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let bindings = bindings.entry(case.to_owned()).or_default();
        if at == Some(0) {
            // Another try of the case has other values.
            *bindings = Bindings::default();
        }
        let differs = |place| format!("the recording of {case}, {label}, holds another request: it differs at {place}; record it again");
        bindings.read(&exchange.request, input).map_err(differs)?;
        let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), bindings.fill_text(value))).collect();
        Ok(Response { status: exchange.status, headers, body: bindings.fill(&exchange.response) })
    }
}

impl Tamper for Replay {
    fn instead(&self, step: &str, operation: &str, input: &Value) -> Option<Response> {
        Some(self.answer(step, operation, input).unwrap_or_else(|reason| {
            tracing::warn!("{reason}");
            let body = json!({ "__type": NOT_RECORDED, "message": reason });
            Response { status: 501, headers: BTreeMap::new(), body }
        }))
    }

    fn keeps_history(&self) -> bool {
        false
    }
}
