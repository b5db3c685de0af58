//! `cognito-conformance`: where does an endpoint answer as Amazon Cognito user pools (`cognito-idp`) do, and where not?
//!
//! The map, from the bottom up. A module may use those below it in this list (above it here) and none after it:
//!
//! - [`model`]: the service model as facts: operations, shapes, constraints, errors
//! - [`wire`]: awsJson1.1 over HTTP: request, response, signing, limits
//! - [`identity`]: what a Cognito user's device computes, and reading (and forging) its tokens
//! - [`case`]: the YAML format, expressions, generated cases, evidence
//! - [`reference`]: the embedded server. A separate island: nothing that judges may reach it but over a socket
//! - [`target`]: profiles, launching a server, its side doors
//! - [`judge`]: one file per check
//! - [`engine`]: fixtures, running a case, scheduling, the clean-up ledger
//! - [`report`]: one file per output format
//! - [`harness`]: the same cases as libtest-mimic trials
//! - [`audit`]: the cases against servers that are wrong on purpose
//! - [`cli`]: one file per subcommand; [`exit`]: its exit codes

pub mod audit;
pub mod case;
pub mod cli;
pub mod engine;
pub mod exit;
pub mod harness;
pub mod identity;
pub mod judge;
pub mod model;
pub mod reference;
pub mod report;
pub mod target;
pub mod wire;
