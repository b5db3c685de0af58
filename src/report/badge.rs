//! JSON for a badge of shields.io.

use std::io;

use super::run_result::RunResult;

/// The result as JSON for a badge of shields.io.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    Ok(result.target.clone())
}
