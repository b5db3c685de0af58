//! SARIF 2.1.0.

use std::io;

use super::run_result::RunResult;

/// The result as SARIF 2.1.0.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    Ok(result.target.clone())
}
