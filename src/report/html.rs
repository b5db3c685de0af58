//! One self-contained HTML page.

use std::io;

use super::run_result::RunResult;

/// The result as One self-contained HTML page.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    Ok(result.target.clone())
}
