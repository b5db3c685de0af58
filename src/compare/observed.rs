//! A finding made comparable with those of other runs and other targets.

use schemars::JsonSchema;
use serde::Serialize;

use crate::judge::{Check, Fault, Finding};
use crate::report::ids::without_ids;

/// What is wrong with an answer, without what is new in every run: ids are `#`, and of an error that has a type the message is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Observed {
    /// The kind of assertion.
    pub check: Check,
    /// The step: `request`, `then 2`.
    pub step: String,
    /// The operation of the exchange.
    pub operation: String,
    /// JSON path into the body, a header's name, or empty for the whole answer.
    pub path: String,
    /// What should have come.
    pub expected: String,
    /// What came. Text from the target: not cleaned.
    pub actual: String,
}

impl Observed {
    /// All findings of a case that say something of the target; what differs from recorded exchanges does not say what came.
    pub(super) fn all(findings: &[Finding]) -> Vec<Self> {
        let mut all: Vec<Self> = findings.iter().filter(|finding| finding.check != Check::Snapshot).map(Self::of).collect();
        all.sort();
        all.dedup();
        all
    }

    fn of(finding: &Finding) -> Self {
        Self {
            check: finding.check,
            step: finding.step.clone(),
            operation: finding.operation.clone(),
            path: without_ids(&finding.path),
            expected: without_ids(&finding.fault.expected()),
            actual: without_ids(&came(&finding.fault)),
        }
    }
}

/// Of an error its type: its message is worded by every server in its own way, and where it matters a check of its own tells.
fn came(fault: &Fault) -> String {
    match fault {
        Fault::WrongError { actual: Some(name), .. }
        | Fault::RefusedWrongly { actual: Some(name), .. }
        | Fault::RefusedInside { actual: Some(name), .. } => name.clone(),
        other => other.actual(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{finding, refused};
    use super::*;

    #[test]
    fn ids_and_the_words_of_an_error_do_not_matter() {
        let one = finding(Check::Error, refused(Some("NotAuthorizedException"), "not for cc-1a2b3c4d5e"));
        let other = finding(Check::Error, refused(Some("NotAuthorizedException"), "go away"));
        assert_eq!(Observed::all(&[one.clone(), other]), Observed::all(&[one]));
    }

    #[test]
    fn an_error_without_a_type_is_known_by_its_words() {
        let one = finding(Check::Error, refused(None, "no user cc-1a2b3c4d5e"));
        let alike = finding(Check::Error, refused(None, "no user cc-9f8e7d6c5b"));
        let other = finding(Check::Error, refused(None, "go away"));
        assert_eq!(Observed::all(&[one.clone(), alike]).len(), 1);
        assert_eq!(Observed::all(&[one, other]).len(), 2);
    }

    #[test]
    fn recordings_are_no_answer() {
        assert_eq!(Observed::all(&[finding(Check::Snapshot, Fault::SnapshotMissing)]), []);
    }
}
