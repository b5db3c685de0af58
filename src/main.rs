//! Starts the command line, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    cognito_conformance::cli::main()
}
