//! JSON for a badge of shields.io: what its endpoint badge reads from a URL.

use std::io;

use serde_json::json;

use super::figures::percent;
use super::run_result::RunResult;
use super::untrusted;
use super::verdict::Verdict;

/// Always two figures: a server that declines to answer must not get a better badge for it.
///
/// # Errors
/// Never, for a result that a run brought.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    let tally = &result.summary.total;
    let message = format!("divergence {}, coverage {}", percent(tally.divergence()), percent(tally.coverage()));
    let badge = json!({ "schemaVersion": 1, "label": "cognito conformance", "message": message, "color": colour(result) });
    Ok(untrusted::json(&serde_json::to_string_pretty(&badge)?) + "\n")
}

/// The colour is the gate's, not the figures': red where a case fails that gates, green where none does (known failures are
/// allowed), grey where the run is no result.
fn colour(result: &RunResult) -> &'static str {
    match Verdict::of(result) {
        Verdict::Conforms => "brightgreen",
        Verdict::Failed => "red",
        Verdict::Nothing | Verdict::NoResult(_) | Verdict::Interrupted => "lightgrey",
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::{Outcome, Summary};
    use rstest::rstest;
    use serde_json::Value;

    fn badge(result: &RunResult) -> Value {
        serde_json::from_str(&render(result).expect("renders")).expect("JSON")
    }

    #[test]
    fn has_two_figures() {
        let expected = json!({
            "schemaVersion": 1,
            "label": "cognito conformance",
            "message": "divergence 66.7%, coverage 75.0%",
            "color": "red",
        });
        assert_eq!(badge(&samples::observed()), expected);
    }

    #[rstest]
    #[case::known(&[(Outcome::Pass, 1), (Outcome::KnownFailure, 1)], false, "brightgreen", "divergence 50.0%, coverage 100.0%")]
    #[case::gating(&[(Outcome::Pass, 9), (Outcome::Fail, 1)], false, "red", "divergence 10.0%, coverage 100.0%")]
    #[case::nothing_judged(&[(Outcome::Unsupported, 3)], false, "lightgrey", "divergence -, coverage 0.0%")]
    #[case::nothing(&[], false, "lightgrey", "divergence -, coverage -")]
    #[case::lost(&[(Outcome::Pass, 1), (Outcome::Indeterminate, 1)], false, "lightgrey", "divergence 0.0%, coverage 50.0%")]
    #[case::interrupted(&[(Outcome::Pass, 1)], true, "lightgrey", "divergence 0.0%, coverage 100.0%")]
    fn the_colour_is_the_gates(
        #[case] outcomes: &[(Outcome, usize)],
        #[case] interrupted: bool,
        #[case] colour: &str,
        #[case] message: &str,
    ) {
        let case = |outcome| samples::case("GetUser::x", outcome, r#"documented "x""#);
        let cases = outcomes.iter().flat_map(|(outcome, number)| std::iter::repeat_n(case(*outcome), *number));
        let result = samples::of(cases.collect());
        let result = RunResult { summary: Summary { interrupted, ..result.summary.clone() }, ..result };
        assert_eq!((badge(&result)["color"].as_str(), badge(&result)["message"].as_str()), (Some(colour), Some(message)));
    }
}
