//! Recordings for tests.

use std::collections::BTreeSet;

use std::path::PathBuf;

use serde_json::Value;

use super::Recording;
use super::about::{About, Figures, Host, SCHEMA_VERSION, Selected, State};
use crate::engine::ShownExchange;

/// What is said of a complete recording of a target.
pub fn about(target: &str) -> About {
    About {
        schema_version: SCHEMA_VERSION,
        state: State::Complete,
        target: target.to_owned(),
        target_version: Some("1.2.3".to_owned()),
        host: Host::Local,
        live: false,
        region: "us-east-1".to_owned(),
        recorded: "2026-11-20T08:15:30Z".to_owned(),
        suite_version: "0.1.0".to_owned(),
        model: "botocore 1.44.5".to_owned(),
        selection: Selected::default(),
        figures: Figures::default(),
        not_observed: Vec::new(),
        unsupported: BTreeSet::new(),
        kept: Vec::new(),
    }
}

/// A recording of a target with these cases.
pub fn recording(target: &str, cases: &[(&str, Vec<ShownExchange>)]) -> Recording {
    let cases = cases.iter().map(|(name, exchanges)| ((*name).to_owned(), exchanges.clone())).collect();
    Recording { directory: PathBuf::from(target), about: about(target), cases }
}

/// An exchange with GetUser, without headers.
pub fn exchange(step: &str, request: Value, status: u16, response: Value) -> ShownExchange {
    let (step, operation) = (step.to_owned(), "GetUser".to_owned());
    ShownExchange { step, operation, request, status: Some(status), exit_status: None, headers: Vec::new(), response }
}
