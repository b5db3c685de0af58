//! A refusal needs a control: the base request that it is derived from must be accepted by the target.

use std::sync::Arc;

use super::Outcome;
use super::case_run::run_steps;
use super::session::{Session, cell};

/// What became of a file's base request.
#[derive(Debug, Clone)]
pub enum ControlResult {
    /// It was accepted.
    Accepted,
    /// The target does not implement the operation.
    Unsupported(String),
    /// Anything else: what is derived from it proves nothing. The cause is named once.
    Failed {
        /// How the control itself ended.
        outcome: Outcome,
        /// Why.
        cause: String,
    },
}

impl Session {
    /// Sends a file's base request, once in a run.
    pub async fn control(self: &Arc<Self>, name: &str) -> ControlResult {
        let cell = cell(&self.controls, name);
        // Boxed: a control is a case, and a case may ask for its control.
        cell.get_or_init(|| Box::pin(self.judge_control(name))).await.clone()
    }

    async fn judge_control(self: &Arc<Self>, name: &str) -> ControlResult {
        let Some(control) = self.suite.case(name) else { return ControlResult::Accepted };
        let verdict = run_steps(self, control).await;
        match verdict.outcome {
            Outcome::Pass => ControlResult::Accepted,
            Outcome::Unsupported => ControlResult::Unsupported(verdict.reason.unwrap_or_default()),
            // A control that itself was blocked shares its cause with what it blocks.
            outcome => {
                let told = verdict.findings.first().map(|finding| format!("{name}: {}", finding.fault.actual()));
                ControlResult::Failed { outcome, cause: verdict.cause.or(told).unwrap_or_else(|| name.to_owned()) }
            }
        }
    }
}
