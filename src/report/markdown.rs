//! Markdown.

use super::run_result::RunResult;

/// The result as Markdown.
pub(super) fn render(result: &RunResult) -> String {
    result.target.clone()
}
