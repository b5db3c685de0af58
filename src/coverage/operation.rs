//! One operation: its success and each of its documented errors.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::claim::{Claim, Claimant, Strength};
use crate::case::{Case, Suite, Verdict};
use crate::model::Operation;

/// One answer of an operation, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Error type; `success`.
    pub name: String,
    /// What is said.
    #[serde(flatten)]
    pub claim: Claim,
}

/// What the suite claims of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationCoverage {
    /// The operation.
    pub operation: String,
    /// Its cases, written ones.
    pub written: usize,
    /// Its cases made from the service model.
    pub generated: usize,
    /// What is said of its success.
    pub success: Part,
    /// What is said of each error that the model lists, in the model's order.
    pub errors: Vec<Part>,
    /// Errors that cases expect although the model does not list them: those of the protocol, and of the front door.
    pub beyond_the_model: Vec<Part>,
}

impl OperationCoverage {
    pub(super) fn of(suite: &Suite, name: &str, facts: &Operation) -> Self {
        let cases: Vec<_> = suite.cases().iter().filter(|case| case.operation == name).collect();
        let generated = cases.iter().filter(|case| case.generated()).count();
        let written = cases.len() - generated;
        let mut expected = expected(&cases);
        let success = expected.remove(SUCCESS);
        let reasons = suite.cannot_provoke.get(name);
        let unclaimed = || Claim::Unclaimed { reason: why_not(written, reasons.is_some()).to_owned() };
        let part = |name: &str, cases: Option<Vec<Claimant>>| {
            let reason = || reasons?.get(name).map(|reason| Claim::CannotBeProvoked { reason: reason.clone() });
            Part { name: name.to_owned(), claim: cases.and_then(Claim::by).or_else(reason).unwrap_or_else(unclaimed) }
        };
        let success = part(SUCCESS, success);
        let errors = facts.errors.iter().map(|error| part(error, expected.remove(error.as_str()))).collect();
        let beyond_the_model = expected.into_iter().map(|(error, cases)| part(error, Some(cases))).collect();
        Self { operation: name.to_owned(), written, generated, success, errors, beyond_the_model }
    }

    /// Whether anything is claimed of it.
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        self.written + self.generated > 0
    }
}

const SUCCESS: &str = "success";

fn why_not(written: usize, answers_for_all: bool) -> &'static str {
    match (written, answers_for_all) {
        (0, _) => "no case is written for the operation yet",
        (_, false) => "no case expects it, and the operation's file does not say why",
        (_, true) => "no case expects it",
    }
}

/// The answers that steps calling the operation expect, each with its cases.
fn expected<'a>(cases: &[&'a Case]) -> BTreeMap<&'a str, Vec<Claimant>> {
    let mut expected: BTreeMap<&str, Vec<Claimant>> = BTreeMap::new();
    for case in cases {
        let names: BTreeSet<(&str, bool)> = case
            .own_steps()
            .flat_map(|step| match &step.expect.verdict {
                Verdict::Success => vec![(SUCCESS, false)],
                Verdict::Error(names) => names.iter().map(|name| (name.as_str(), names.len() > 1)).collect(),
                Verdict::Inside | Verdict::Status => Vec::new(),
            })
            .collect();
        for (name, one_of_several) in names {
            let claimant = Claimant { case: case.name.clone(), strength: Strength::of(&case.evidence), one_of_several };
            expected.entry(name).or_default().push(claimant);
        }
    }
    expected
}
