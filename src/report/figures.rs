//! A run's figures as reports write them: every outcome counted, divergence and coverage beside each other and never as one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::{Outcome, Summary, Tally};

/// A share as people read it: `12.5%`, and `-` for a share of nothing. Only a true nought is `0.0%` and only a true whole `100.0%`.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(share) if share > 0.0 && share < 0.001 => "<0.1%".to_owned(),
        Some(share) if share < 1.0 && share > 0.999 => ">99.9%".to_owned(),
        Some(share) => format!("{:.1}%", share * 100.0),
    }
}

/// `1 case`, `2 cases`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The figures of a run for machines.
#[derive(Debug, Serialize)]
pub(super) struct SummaryRow {
    #[serde(flatten)]
    all: TallyRow,
    requests: u64,
    seconds: f64,
    interrupted: bool,
    lost: bool,
    shapes_seen: BTreeSet<String>,
    operations: BTreeMap<String, TallyRow>,
}

/// The figures of some cases for machines. Shares are numbers from 0 to 1, `null` where there is nothing to share.
#[derive(Debug, Serialize)]
struct TallyRow {
    total: usize,
    divergence: Option<f64>,
    coverage: Option<f64>,
    gating: usize,
    outcomes: BTreeMap<Outcome, usize>,
}

const OUTCOMES: [Outcome; 8] = [
    Outcome::Pass,
    Outcome::Fail,
    Outcome::KnownFailure,
    Outcome::UnexpectedPass,
    Outcome::Unsupported,
    Outcome::Blocked,
    Outcome::Skipped,
    Outcome::Indeterminate,
];

impl From<&Tally> for TallyRow {
    fn from(tally: &Tally) -> Self {
        Self {
            total: tally.total(),
            divergence: tally.divergence(),
            coverage: tally.coverage(),
            gating: tally.gating,
            outcomes: OUTCOMES.into_iter().map(|outcome| (outcome, tally.count(outcome))).collect(),
        }
    }
}

impl From<&Summary> for SummaryRow {
    fn from(summary: &Summary) -> Self {
        Self {
            all: TallyRow::from(&summary.total),
            requests: summary.requests,
            seconds: summary.seconds,
            interrupted: summary.interrupted,
            lost: summary.lost,
            shapes_seen: summary.shapes_seen.clone(),
            operations: summary.operations.iter().map(|(name, tally)| (name.clone(), TallyRow::from(tally))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, "-")]
    #[case(Some(0.0), "0.0%")]
    #[case(Some(0.0004), "<0.1%")]
    #[case(Some(0.125), "12.5%")]
    #[case(Some(0.9996), ">99.9%")]
    #[case(Some(1.0), "100.0%")]
    fn never_rounds_a_failure_away(#[case] share: Option<f64>, #[case] text: &str) {
        assert_eq!(percent(share), text);
    }
}
