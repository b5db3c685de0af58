//! GitHub annotations.

use super::run_result::RunResult;

/// The result as GitHub annotations.
pub(super) fn render(result: &RunResult) -> String {
    result.target.clone()
}
