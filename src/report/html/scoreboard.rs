//! Operations against targets, in figures. Divergence and coverage are two, never one.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::engine::{Outcome, Tally};
use crate::report::figures::percent;
use crate::report::run_result::RunResult;

/// A tally as the page writes it.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    divergence: String,
    coverage: String,
    /// Cases that failed, known ones too.
    failed: usize,
    /// Cases that were judged.
    judged: usize,
    /// All cases.
    total: usize,
    /// Cases by outcome, in the order of [`Outcome::ALL`].
    counts: Vec<(String, usize)>,
    /// Width of the bar that passed, from 0 to 100.
    passed_width: f64,
    /// Width of the bar that failed; what is left was not judged.
    failed_width: f64,
}

impl Figures {
    /// The figures of a tally.
    pub(super) fn of(tally: &Tally) -> Self {
        Self {
            divergence: percent(tally.divergence()),
            coverage: percent(tally.coverage()),
            failed: tally.failed(),
            judged: tally.judged(),
            total: tally.total(),
            counts: Outcome::ALL.iter().map(|outcome| (outcome.to_string(), tally.count(*outcome))).collect(),
            passed_width: width(tally.passed(), tally.total()),
            failed_width: width(tally.failed(), tally.total()),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
fn width(part: usize, whole: usize) -> f64 {
    (part as f64 / whole.max(1) as f64 * 1000.0).round() / 10.0
}

/// An operation and its figures at each target; `None` where a run had no case of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    operation: String,
    figures: Vec<Option<Figures>>,
}

/// A row for each operation of any result.
pub(super) fn rows(results: &[RunResult]) -> Vec<Row> {
    let operations: BTreeSet<_> = results.iter().flat_map(|result| result.summary.operations.keys()).collect();
    let figures = |operation: &str| results.iter().map(|result| result.summary.operations.get(operation).map(Figures::of)).collect();
    operations.into_iter().map(|operation| Row { operation: operation.clone(), figures: figures(operation) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn an_operation_that_one_run_lacks_has_no_figures_there() {
        let mut other = samples::result();
        other.summary.operations.retain(|name, _| name == "GetUser");
        let rows = rows(&[samples::result(), other]);
        assert_eq!(rows.len(), 5);
        let there: Vec<_> = rows.iter().filter(|row| row.figures[1].is_some()).map(|row| row.operation.as_str()).collect();
        assert_eq!(there, ["GetUser"]);
    }

    #[test]
    fn the_bar_is_of_all_cases_and_the_figures_are_two() {
        let figures = Figures::of(&samples::result().summary.total);
        assert_eq!((figures.passed_width, figures.failed_width), (23.1, 46.2));
        assert_eq!((figures.divergence.as_str(), figures.coverage.as_str()), ("66.7%", "69.2%"));
        assert_eq!(Figures::of(&Tally::default()).coverage, "-");
    }
}
