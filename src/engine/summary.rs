//! A run in figures. Divergence and coverage are two figures, never added into one.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{CaseResult, Outcome};
use super::weather::Weather;

/// How many cases ended how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "TallyRow", from = "TallyRow")]
#[schemars(with = "TallyRow")]
pub struct Tally {
    /// Cases by outcome.
    pub outcomes: BTreeMap<Outcome, usize>,
    /// Failed cases that turn the run red.
    pub gating: usize,
    /// Cases that passed, but not at the first try; with `--strict` they count as they ended before.
    pub flaky: usize,
}

impl Tally {
    /// Counts one result.
    pub fn add(&mut self, result: &CaseResult) {
        *self.outcomes.entry(result.outcome).or_default() += 1;
        if result.gates && matches!(result.outcome, Outcome::Fail | Outcome::UnexpectedPass) {
            self.gating += 1;
        }
        self.flaky += usize::from(result.flaky.is_some());
    }

    /// Cases with this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or(0)
    }

    /// All cases.
    pub fn total(&self) -> usize {
        self.outcomes.values().sum()
    }

    /// Cases that were answered and judged: passed, or failed in any way.
    pub fn judged(&self) -> usize {
        self.passed() + self.failed()
    }

    /// Passed, expected or not.
    pub fn passed(&self) -> usize {
        self.count(Outcome::Pass) + self.count(Outcome::UnexpectedPass)
    }

    /// Failed, known or not.
    pub fn failed(&self) -> usize {
        self.count(Outcome::Fail) + self.count(Outcome::KnownFailure)
    }

    /// Failed / (passed + failed), or `None` when nothing was judged.
    pub fn divergence(&self) -> Option<f64> {
        ratio(self.failed(), self.judged())
    }

    /// (Passed + failed) / all cases, or `None` when there is no case.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.judged(), self.total())
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A tally as reports write it, with its two figures.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Tally")]
struct TallyRow {
    /// All cases.
    #[serde(rename = "cases")]
    total: usize,
    /// Share of failed cases among the judged ones, from 0 to 1; `null` where none was judged.
    divergence: Option<f64>,
    /// Share of judged cases among all; `null` where there is none.
    coverage: Option<f64>,
    /// Cases that turn the run red.
    gating: usize,
    /// Passed cases that did not pass at the first try.
    flaky: usize,
    /// Cases by outcome, every outcome named.
    outcomes: BTreeMap<Outcome, usize>,
}

impl From<Tally> for TallyRow {
    fn from(tally: Tally) -> Self {
        Self {
            total: tally.total(),
            divergence: tally.divergence(),
            coverage: tally.coverage(),
            gating: tally.gating,
            flaky: tally.flaky,
            outcomes: Outcome::ALL.into_iter().map(|outcome| (outcome, tally.count(outcome))).collect(),
        }
    }
}

impl From<TallyRow> for Tally {
    fn from(row: TallyRow) -> Self {
        let outcomes = row.outcomes.into_iter().filter(|(_, count)| *count > 0).collect();
        Self { outcomes, gating: row.gating, flaky: row.flaky }
    }
}

/// The run in figures, as a whole and by operation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// All cases.
    pub total: Tally,
    /// The cases of each operation.
    pub operations: BTreeMap<String, Tally>,
    /// Requests that were sent, fixtures included.
    pub requests: u64,
    /// Wall time of the run in seconds, clean-up included.
    pub seconds: f64,
    /// What the run met on its way that says nothing about the target.
    #[serde(default)]
    pub weather: Weather,
    /// The run was interrupted.
    pub interrupted: bool,
    /// The endpoint stopped answering before the run was over: what had not been judged by then is indeterminate.
    pub lost: bool,
    /// Operations that succeeded at least once, so that the shape of their answers was seen.
    pub shapes_seen: BTreeSet<String>,
}

impl Summary {
    /// The figures that gate when all that fails is listed: nothing does.
    pub fn with_all_listed(&self) -> Self {
        Self { total: Tally { gating: 0, ..self.total.clone() }, ..self.clone() }
    }

    /// Counts one result.
    pub fn add(&mut self, result: &CaseResult) {
        self.total.add(result);
        self.operations.entry(result.operation.clone()).or_default().add(result);
    }
}
