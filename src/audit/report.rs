//! What slipped through, and what did not.

use serde::Serialize;

/// A null server may pass one case in this many (1%).
const NEAR_ZERO_ONE_IN: usize = 100;

/// How a null server fared.
#[derive(Debug, Clone, Serialize)]
pub struct NullResult {
    /// Its name: `null:empty`.
    pub name: String,
    /// Cases that were run.
    pub cases: usize,
    /// Names of those that it passes.
    pub passed: Vec<String>,
}

impl NullResult {
    /// Whether it passes more than 1% of the cases.
    pub fn slipped(&self) -> bool {
        self.passed.len() * NEAR_ZERO_ONE_IN > self.cases
    }
}

/// What became of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A case of the broken operation fails that gates.
    Caught,
    /// Cases of the broken operation fail, all of them with evidence that does not gate.
    CaughtWithoutGating,
    /// An operation that others are built on cannot be used; its cases are blocked, and the run names it as the cause.
    NamedAsCause,
    /// Only cases of other operations do not pass any more: a gap.
    CaughtElsewhere,
    /// Every case passes that passed before: a gap.
    Missed,
    /// No answer was wrong because of it: nothing was tried.
    NotExercised,
}

impl Verdict {
    /// Whether it slipped through.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::CaughtElsewhere | Self::Missed)
    }
}

/// What became of one faulted reference.
#[derive(Debug, Clone, Serialize)]
pub struct VariantResult {
    /// Its name: `GetUser:member-dropped:Username`.
    pub fault: String,
    /// The broken operation.
    pub operation: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Cases of the operation that turned from pass to fail.
    pub red: usize,
    /// Cases of other operations that passed and do not any more; `None` where they were not run, as the operation's own noticed.
    pub red_elsewhere: Option<usize>,
    /// The first case that noticed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What an audit found.
#[derive(Debug, Clone, Serialize)]
pub struct AuditReport {
    /// All cases of the suite.
    pub cases: usize,
    /// Those that the honest reference passes.
    pub honest: usize,
    /// Null servers.
    pub null: Vec<NullResult>,
    /// Faulted references.
    pub variants: Vec<VariantResult>,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// The variants of one operation in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationRow {
    /// The operation.
    pub operation: String,
    /// Variants that were tried.
    pub variants: usize,
    /// Caught, gating or not, or named as the cause of blocked cases.
    pub caught: usize,
    /// Of these, caught only by claims that do not gate.
    pub without_gating: usize,
    /// Slipped through.
    pub gaps: usize,
    /// Had no effect.
    pub not_exercised: usize,
    /// Red cases of a caught variant: the middle one.
    pub median_red: usize,
    /// And the worst.
    pub worst_red: usize,
}

impl AuditReport {
    /// Variants that slipped through.
    pub fn gaps(&self) -> impl Iterator<Item = &VariantResult> {
        self.variants.iter().filter(|variant| variant.verdict.is_gap())
    }

    /// Whether anything slipped through.
    pub fn has_gaps(&self) -> bool {
        self.gaps().next().is_some() || self.null.iter().any(NullResult::slipped)
    }

    /// A row for each operation, in the order in which they were audited.
    pub fn rows(&self) -> Vec<OperationRow> {
        let mut operations: Vec<&str> = self.variants.iter().map(|variant| variant.operation.as_str()).collect();
        operations.dedup();
        operations.into_iter().map(|operation| self.row(operation)).collect()
    }

    fn row(&self, operation: &str) -> OperationRow {
        let own: Vec<&VariantResult> = self.variants.iter().filter(|variant| variant.operation == operation).collect();
        let count = |wanted: &[Verdict]| own.iter().filter(|variant| wanted.contains(&variant.verdict)).count();
        let mut red: Vec<usize> = own.iter().map(|variant| variant.red).filter(|red| *red > 0).collect();
        red.sort_unstable();
        OperationRow {
            operation: operation.to_owned(),
            variants: own.len(),
            caught: count(&[Verdict::Caught, Verdict::CaughtWithoutGating, Verdict::NamedAsCause]),
            without_gating: count(&[Verdict::CaughtWithoutGating]),
            gaps: count(&[Verdict::CaughtElsewhere, Verdict::Missed]),
            not_exercised: count(&[Verdict::NotExercised]),
            median_red: red.get(red.len() / 2).copied().unwrap_or(0),
            worst_red: red.last().copied().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn variant(verdict: Verdict, red: usize) -> VariantResult {
        VariantResult { fault: "GetUser:refused".into(), operation: "GetUser".into(), verdict, red, red_elsewhere: None, by: None }
    }

    #[test]
    fn counts_by_operation() {
        let variants = vec![
            variant(Verdict::Caught, 3),
            variant(Verdict::Caught, 9),
            variant(Verdict::Missed, 0),
            variant(Verdict::CaughtWithoutGating, 1),
        ];
        let report = AuditReport { cases: 1, honest: 1, null: Vec::new(), variants, seconds: 0.0 };
        let row = &report.rows()[0];
        assert_eq!((row.variants, row.caught, row.without_gating, row.gaps), (4, 3, 1, 1));
        assert_eq!((row.median_red, row.worst_red), (3, 9));
        assert!(report.has_gaps());
    }

    #[rstest]
    #[case(1, 100, false)]
    #[case(2, 100, true)]
    #[case(1, 99, true)]
    fn near_zero_is_one_in_a_hundred(#[case] passed: usize, #[case] cases: usize, #[case] slipped: bool) {
        let null = NullResult { name: "null:empty".into(), cases, passed: vec![String::new(); passed] };
        assert_eq!(null.slipped(), slipped);
    }
}
