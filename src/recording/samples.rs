//! Recordings for tests.

use super::about::{About, Figures, Host, SCHEMA_VERSION, Selected, State};

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
        kept: Vec::new(),
    }
}
