//! Each case with what every target made of it.

use std::collections::BTreeMap;

use crate::engine::{CaseResult, Outcome};
use crate::report::run_result::RunResult;

/// A case of one or several results.
#[derive(Debug)]
pub(super) struct Merged<'a> {
    /// What does not depend on the target (claim, evidence, place), as the first result with the case has it.
    pub(super) case: &'a CaseResult,
    /// What each target made of it, in the order of the results; `None` where the case was not in the run.
    pub(super) results: Vec<Option<&'a CaseResult>>,
}

impl Merged<'_> {
    /// Whether some target ended so.
    pub(super) fn has(&self, outcome: Outcome) -> bool {
        self.results.iter().flatten().any(|result| result.outcome == outcome)
    }
}

/// All cases of all results, by operation and name.
pub(super) fn merge(results: &[RunResult]) -> Vec<Merged<'_>> {
    let mut merged: BTreeMap<(&str, &str), Merged<'_>> = BTreeMap::new();
    for (column, result) in results.iter().enumerate() {
        for case in &result.cases {
            let entry = merged.entry((&case.operation, &case.name));
            let row = entry.or_insert_with(|| Merged { case, results: vec![None; results.len()] });
            row.results[column] = Some(case);
        }
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_case_that_one_run_lacks_is_told_as_such() {
        let (one, mut other) = (samples::result(), samples::result());
        other.cases.retain(|case| case.operation == "GetUser");
        let results = [one, other];
        let cases = merge(&results);
        assert_eq!(cases.len(), 13);
        let in_both = cases.iter().filter(|case| case.results.iter().all(Option::is_some)).map(|case| case.case.name.as_str());
        let expected = ["GetUser::fresh", "GetUser::signed_in", "GetUser::signed_out", "GetUser::token_garbage"];
        assert_eq!(in_both.collect::<Vec<_>>(), expected);
        assert!(cases.is_sorted_by_key(|case| &case.case.operation));
    }
}
