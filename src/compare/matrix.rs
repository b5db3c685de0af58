//! Operations × results.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::Tally;
use crate::report::RunResult;

/// An operation, with a cell for each result.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Row {
    /// The operation.
    pub operation: String,
    /// Its cases in each result; `null` where a result has none.
    pub cells: Vec<Option<Tally>>,
}

pub(super) fn rows(results: &[&RunResult]) -> Vec<Row> {
    let operations: BTreeSet<&String> = results.iter().flat_map(|result| result.summary.operations.keys()).collect();
    let cell = |operation: &String, result: &RunResult| result.summary.operations.get(operation).cloned();
    let row = |operation: &String| results.iter().map(|result| cell(operation, result)).collect();
    operations.into_iter().map(|operation| Row { operation: operation.clone(), cells: row(operation) }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{input, passed};
    use super::*;

    #[test]
    fn an_operation_that_only_one_result_has_leaves_a_cell_empty() {
        let (one, other) = (input("a", vec![passed("A::x"), passed("B::x")]), input("b", vec![passed("B::x")]));
        let rows = rows(&[&one.result, &other.result]);
        let shown: Vec<_> = rows.iter().map(|row| (row.operation.as_str(), row.cells.iter().map(Option::is_some).collect())).collect();
        assert_eq!(shown, [("A", vec![true, false]), ("B", vec![true, true])]);
    }
}
