//! TAP 14.

use super::run_result::RunResult;

/// The result as TAP 14.
pub(super) fn render(result: &RunResult) -> String {
    result.target.clone()
}
