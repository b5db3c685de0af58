//! A coverage in figures.

use std::collections::BTreeMap;

use serde::Serialize;

use super::claim::{Claim, Strength};
use super::operation::OperationCoverage;

/// A coverage in figures. An error counts once for each operation that documents it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Operations looked at.
    pub operations: usize,
    /// Those of which anything is claimed.
    pub operations_claimed: usize,
    /// Documented errors of these operations.
    pub errors: usize,
    /// Those that cases expect, by their strongest evidence.
    pub claimed: BTreeMap<Strength, usize>,
    /// Those of which the cases say why nobody can bring them about.
    pub cannot_be_provoked: usize,
    /// Those of which nothing is said.
    pub unclaimed: usize,
}

impl Figures {
    pub(super) fn of(operations: &[OperationCoverage]) -> Self {
        let mut figures = Self {
            operations: operations.len(),
            operations_claimed: operations.iter().filter(|operation| operation.is_claimed()).count(),
            errors: 0,
            claimed: Strength::ALL.into_iter().map(|strength| (strength, 0)).collect(),
            cannot_be_provoked: 0,
            unclaimed: 0,
        };
        for part in operations.iter().flat_map(|operation| &operation.errors) {
            figures.errors += 1;
            match part.claim {
                Claim::Claimed { strength, .. } => *figures.claimed.entry(strength).or_default() += 1,
                Claim::CannotBeProvoked { .. } => figures.cannot_be_provoked += 1,
                Claim::Unclaimed { .. } => figures.unclaimed += 1,
            }
        }
        figures
    }

    /// Errors that cases expect, whatever the evidence.
    #[must_use]
    pub fn errors_claimed(&self) -> usize {
        self.claimed.values().sum()
    }

    /// The errors as people read them: `5 aws-verified, 2 documented; 3 cannot be provoked; 1 not claimed`.
    #[must_use]
    pub fn words(&self) -> String {
        let claimed: Vec<_> =
            self.claimed.iter().filter(|(_, number)| **number > 0).map(|(strength, number)| format!("{number} {strength}")).collect();
        let others = [(self.cannot_be_provoked, "cannot be provoked"), (self.unclaimed, "not claimed")];
        let others = others.into_iter().filter(|(number, _)| *number > 0).map(|(number, words)| format!("{number} {words}"));
        let claimed = Some(claimed.join(", ")).filter(|words| !words.is_empty());
        claimed.into_iter().chain(others).collect::<Vec<_>>().join("; ")
    }
}
