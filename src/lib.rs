//! `cognito-conformance`: where does an endpoint answer as Amazon Cognito user pools (`cognito-idp`) do, and where not?
//!
//! The map, from the bottom up. A module may use those named before it, and none named after it:
//!
//! - [`model`]: the service model as facts: operations, shapes, constraints, errors
//! - [`wire`]: awsJson1.1 over HTTP: request, response, signing, limits
//! - [`aws`]: the real service: its hosts, the shared configuration, the standard credential chain, the account it leads to
//! - [`identity`]: what a Cognito user's device computes, and reading (and forging) its tokens
//! - [`case`]: the YAML format, expressions, generated cases, evidence
//! - [`mod@reference`]: the embedded server, an island: what sends and judges reaches it over a socket only, which is what
//!   makes it a fair control
//! - [`target`]: profiles, launching a server, its side doors
//! - [`judge`]: one file per check
//! - [`baseline`]: known failures: the list, what it says of a result, and the list after a run; its words for how a case ended
//!   are those of [`engine`]
//! - [`engine`]: fixtures, running a case, scheduling, the clean-up ledger
//! - [`report`]: one file per output format
//! - [`recording`]: what a target answered, kept in a folder: written, read, compared, and taken as evidence
//! - [`replay`]: a recording as a target, with the embedded server behind it
//! - [`compare`]: several results side by side, and claims that most targets contradict
//! - [`coverage`]: what the cases claim of the service model, and what they do not
//! - [`harness`]: the same cases as libtest-mimic trials
//! - [`audit`]: the cases against servers that are wrong on purpose
//! - [`cli`]: one file per subcommand; [`exit`]: its exit codes

pub mod audit;
pub mod aws;
pub mod baseline;
pub mod case;
pub mod cli;
pub mod compare;
pub mod coverage;
pub mod engine;
pub mod exit;
pub mod harness;
pub mod identity;
pub mod judge;
pub mod model;
pub mod recording;
pub mod reference;
pub mod replay;
pub mod report;
pub mod target;
pub mod wire;

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    fn sources(directory: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(directory).expect("a folder of the source").filter_map(Result::ok).map(|entry| entry.path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn what_sends_and_judges_does_not_know_the_reference_server() {
        let modules = ["aws", "baseline", "case", "engine", "identity", "judge", "model", "target", "wire"];
        for path in modules.iter().flat_map(|module| sources(&Path::new("src").join(module))) {
            let text = std::fs::read_to_string(&path).expect("a source file");
            assert!(!text.contains("crate::reference"), "{} uses the reference server", path.display());
        }
    }
}
