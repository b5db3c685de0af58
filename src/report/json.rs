//! One JSON object for the whole run, for programs: `--report FILE` and `--format json`.

use std::io;

use serde::Serialize;

use super::collected::{Collected, FixtureFailed};
use super::figures::SummaryRow;
use super::output::Output;
use super::timestamp::rfc3339;
use crate::engine::{CaseResult, Event, Reporter, Summary};

/// Version of the report's format. It grows when a member goes or changes its meaning, not when one comes.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Writes the report when the run ends; cases in the order of their names.
#[derive(Debug)]
pub struct Json<O> {
    output: O,
    collected: Collected,
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    suite_version: &'a str,
    model: &'a str,
    target: &'a str,
    endpoint: &'a str,
    run_id: &'a str,
    started: String,
    strict: bool,
    summary: SummaryRow,
    fixtures_failed: &'a [FixtureFailed],
    left_behind: &'a [String],
    cases: &'a [CaseResult],
}

impl<O: Output> Json<O> {
    /// A report that goes to `output`.
    pub fn new(output: O) -> Self {
        Self { output, collected: Collected::default() }
    }

    fn document(&self, summary: &Summary) -> serde_json::Result<Vec<u8>> {
        let run = self.collected.started.as_ref();
        let document = Document {
            schema_version: SCHEMA_VERSION,
            suite_version: run.map_or("", |run| &run.suite_version),
            model: run.map_or("", |run| &run.model),
            target: run.map_or("", |run| &run.target),
            endpoint: run.map_or("", |run| &run.endpoint),
            run_id: run.map_or("", |run| &run.run_id),
            started: rfc3339(self.collected.at),
            strict: run.is_some_and(|run| run.strict),
            summary: SummaryRow::from(summary),
            fixtures_failed: &self.collected.fixtures_failed,
            left_behind: &self.collected.left_behind,
            cases: &self.collected.results,
        };
        let mut text = serde_json::to_vec_pretty(&document)?;
        text.push(b'\n');
        Ok(text)
    }
}

impl<O: Output> Reporter for Json<O> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match self.collected.take(event) {
            Some(summary) => {
                let document = self.document(summary)?;
                self.output.put(&document)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::{Value, json};

    fn report() -> Value {
        let mut text = Vec::new();
        samples::play(&mut Json::new(&mut text));
        serde_json::from_slice(&text).expect("one JSON object")
    }

    #[test]
    fn says_what_ran_against_what() {
        let report = report();
        assert_eq!(report["schema_version"], 1);
        assert_eq!(report["target"], "moto");
        assert_eq!(report["endpoint"], "http://127.0.0.1:5000");
        assert_eq!(report["fixtures_failed"], json!([{ "fixture": "mfa_pool", "cause": "SetUserPoolMfaConfig answered 500" }]));
        assert!(report["started"].as_str().is_some_and(|time| time.ends_with('Z')), "{report}");
    }

    #[test]
    fn has_two_figures_for_the_whole_and_for_each_operation() {
        let summary = &report()["summary"];
        assert_eq!(summary["total"], 10);
        assert_eq!(summary["divergence"], json!(5.0 / 6.0));
        assert_eq!(summary["coverage"], json!(0.6));
        assert_eq!(summary["outcomes"]["blocked"], 2);
        assert_eq!(summary["outcomes"]["known-failure"], 0);
        assert_eq!(summary["operations"]["GetUser"]["divergence"], json!(1.0));
    }

    #[test]
    fn has_a_row_for_every_case_in_the_order_of_names() {
        let report = report();
        let cases = report["cases"].as_array().expect("rows");
        let names: Vec<_> = cases.iter().filter_map(|case| case["name"].as_str()).collect();
        assert_eq!(names.len(), 10);
        assert!(names.is_sorted(), "{names:?}");
        for case in cases {
            for member in ["name", "operation", "outcome", "generated", "evidence", "findings"] {
                assert!(case.get(member).is_some(), "{member} is missing in {case}");
            }
        }
    }

    #[test]
    fn a_finding_says_where_expected_and_actual() {
        let report = report();
        let case = report["cases"].as_array().expect("rows").iter().find(|case| case["name"] == "SetUserSettings::turns_sms_on");
        let finding = &case.expect("is there")["findings"][0];
        assert_eq!(finding["check"], "body");
        assert_eq!(finding["path"], "$.MFAOptions");
        assert_eq!(finding["actual"], "nothing");
        assert_eq!(finding["place"], json!({ "file": "mfa/set_user_settings.yaml", "line": 21, "column": 9 }));
    }
}
