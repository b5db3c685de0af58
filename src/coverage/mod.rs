//! What the suite claims and what it does not: operations × documented errors × evidence level.
//!
//! - [`Coverage`]: the whole, from the cases and the service model
//! - `claim`: what is said of one answer of one operation
//! - [`Format`]: terminal, Markdown, JSON

mod claim;
mod figures;
mod format;
mod operation;
mod render;

pub use claim::{Claim, Claimant, Strength};
pub use figures::Figures;
pub use format::Format;
pub use operation::{OperationCoverage, Part};

use std::collections::BTreeSet;

use serde::Serialize;

use crate::case::Suite;
use crate::model::Model;

/// What the suite claims of each operation of the service model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// The service model that says which operations and errors there are.
    pub model: String,
    /// All of it in figures.
    pub figures: Figures,
    /// Operations by name.
    pub operations: Vec<OperationCoverage>,
}

impl Coverage {
    /// What the suite claims of these operations, or of all where none is named.
    #[must_use]
    pub fn of(suite: &Suite, model: &Model, only: &BTreeSet<String>) -> Self {
        let wanted = model.operations.iter().filter(|(name, _)| only.is_empty() || only.contains(*name));
        let operations: Vec<_> = wanted.map(|(name, facts)| OperationCoverage::of(suite, name, facts)).collect();
        Self { model: model.source.clone(), figures: Figures::of(&operations), operations }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(operation: &str) -> Coverage {
        let suite = Suite::embedded().expect("the embedded cases are right");
        Coverage::of(&suite, Model::embedded(), &BTreeSet::from([operation.to_owned()]))
    }

    #[test]
    fn every_documented_error_of_an_operation_has_a_cell() {
        let coverage = coverage("GetUser");
        let errors: Vec<_> = coverage.operations[0].errors.iter().map(|part| part.name.as_str()).collect();
        let facts = Model::embedded().operation("GetUser").expect("an operation");
        assert_eq!(errors, facts.errors.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_that_cannot_be_provoked_says_why() {
        let coverage = coverage("GetUser");
        let part = coverage.operations[0].errors.iter().find(|part| part.name == "ForbiddenException").expect("a documented error");
        assert!(matches!(&part.claim, Claim::CannotBeProvoked { reason } if reason.contains("WAF")), "{part:?}");
    }

    #[test]
    fn an_operation_without_cases_claims_nothing() {
        let coverage = coverage("GetSigningCertificate");
        assert_eq!((coverage.figures.operations_claimed, coverage.figures.errors_claimed()), (0, 0));
        assert!(coverage.operations[0].errors.iter().all(|part| matches!(part.claim, Claim::Unclaimed { .. })));
    }

    #[test]
    fn the_figures_add_up() {
        let suite = Suite::embedded().expect("the embedded cases are right");
        let figures = Coverage::of(&suite, Model::embedded(), &BTreeSet::new()).figures;
        assert_eq!(figures.operations, Model::embedded().operations.len());
        assert_eq!(figures.errors_claimed() + figures.cannot_be_provoked + figures.unclaimed, figures.errors);
        assert!(figures.claimed[&Strength::AwsVerified] > 0);
    }
}
