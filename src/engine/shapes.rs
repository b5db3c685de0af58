//! What is wrong with the shape of answers, collected over the run and reported once, under each operation's shape case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::judge::Finding;

/// Wrong shapes by operation.
#[derive(Debug, Default)]
pub struct Shapes {
    seen: Mutex<BTreeMap<String, Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    succeeded: bool,
    findings: BTreeMap<(String, String), Finding>,
}

impl Shapes {
    /// Keeps what is wrong with one answer: each place and rule once.
    pub fn note(&self, operation: &str, findings: Vec<Finding>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.entry(operation.to_owned()).or_default();
        for finding in findings {
            let key = (without_indices(&finding.path), finding.fault.expected());
            seen.findings.entry(key).or_insert(finding);
        }
    }

    /// Keeps that the operation did what it was asked to: it succeeded, and gave what was to be saved.
    pub fn succeed(&self, operation: &str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(operation.to_owned()).or_default().succeeded = true;
    }

    /// Whether the operation ever succeeded, so that there was a shape to judge.
    pub fn succeeded(&self, operation: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(operation).is_some_and(|seen| seen.succeeded)
    }

    /// All operations that ever succeeded.
    pub fn all_succeeded(&self) -> BTreeSet<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|(_, seen)| seen.succeeded).map(|(operation, _)| operation.clone()).collect()
    }

    /// What is wrong with the operation's answers.
    pub fn findings(&self, operation: &str) -> Vec<Finding> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(operation).map(|seen| seen.findings.values().cloned().collect()).unwrap_or_default()
    }
}

/// What is wrong with one element of a list is wrong with all.
fn without_indices(path: &str) -> String {
    path.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}
