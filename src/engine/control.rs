//! A refusal needs a control: the base request that it is derived from must be accepted by the target.

use std::sync::Arc;

use super::session::Session;
use super::shared::Fleeting;
use super::tries::tried;
use super::{CaseResult, Outcome};

impl Fleeting for Arc<CaseResult> {
    fn is_fleeting(&self) -> bool {
        self.outcome == Outcome::Indeterminate
    }
}

impl Session {
    /// How a file's base request ended, which is sent once in a run: for itself as a case, and for all that is derived from it.
    pub async fn control(self: &Arc<Self>, name: &str) -> Option<Arc<CaseResult>> {
        let control = self.suite.case(name)?;
        let cell = self.controls.cell(name);
        // Boxed: a control is a case, and a case may ask for its control.
        let make = || async { Arc::new(Box::pin(tried(self, control)).await) };
        Some(cell.get_or_init(make).await.clone())
    }
}

/// Whether the target accepted the base request, if only at a later try: what is derived from it can be judged.
pub fn accepts(control: &CaseResult) -> bool {
    matches!(control.outcome, Outcome::Pass | Outcome::UnexpectedPass) || control.flaky.is_some()
}

/// Why it did not. A control that itself was blocked shares its cause with what it blocks.
pub fn cause(control: &CaseResult) -> String {
    let told = control.findings.first().map(|finding| format!("{}: {}", control.name, finding.fault.actual()));
    control.cause.clone().or(told).unwrap_or_else(|| control.name.clone())
}
