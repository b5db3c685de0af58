//! What a run writes: complete, parseable, and without a secret.

use std::fs;

use serde_json::Value;

use super::{ended, program, scratch};

#[test]
fn the_json_report_has_what_programs_rely_on_and_no_secret() {
    let state = scratch();
    let (json, junit) = (state.path().join("run.json"), state.path().join("junit.xml"));
    let mut run = program(state.path());
    run.args(["run", "SetUserSettings", "--report"]).arg(&json).arg("--junit").arg(&junit);
    ended(&mut run).must(0, &["divergence 0.0%", "coverage 100.0%"]);
    let text = fs::read_to_string(&json).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let cases = report["cases"].as_array().expect("cases");
    assert!(cases.len() > 30, "{} cases", cases.len());
    for member in ["name", "operation", "outcome", "generated", "evidence", "findings"] {
        assert!(cases.iter().all(|case| !case[member].is_null()), "every case has {member}");
    }
    let listed = ended(program(state.path()).args(["list", "SetUserSettings", "--format", "json"]));
    let listed: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let names = |rows: &Value| rows.as_array().expect("rows").iter().map(|row| row["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&report["cases"]), names(&listed));
    let junit = fs::read_to_string(&junit).expect("a report");
    assert!(junit.contains("<testsuites") && junit.contains("SetUserSettings::turns_sms_on"));
    for text in [text, junit] {
        // Every token begins so, and every password that fixtures make contains this.
        assert!(!text.contains("eyJ") && !text.contains("Aa1!"), "a secret is in a report");
    }
}

#[test]
fn a_result_is_rendered_later_in_every_format() {
    let state = scratch();
    let json = state.path().join("run.json");
    ended(program(state.path()).args(["run", "GetUser::", "-q", "--report"]).arg(&json)).must(0, &["divergence 0.0%"]);
    let formats = [
        ("human", "coverage 100.0% of"),
        ("json", "\"schema_version\": 1"),
        ("junit", "<testsuite name=\"GetUser\""),
        ("github", "::notice title=cognito conformance::divergence 0.0%25 of"),
        ("markdown", "**Conforms**: no case fails that gates."),
        ("tap", "TAP version 14\n1.."),
        ("badge", "\"color\": \"brightgreen\""),
    ];
    for (format, expected) in formats {
        let shown = ended(program(state.path()).arg("report").arg(&json).args(["--as", format]));
        assert!(shown.stdout.contains(expected), "{format}: {}", shown.stdout);
        let file = state.path().join(format);
        let named = format!("{format}={}", file.display());
        ended(program(state.path()).arg("report").arg(&json).args(["--as", &named])).must(0, &[]);
        assert!(shown.stdout.ends_with(&fs::read_to_string(&file).expect("a report")), "{format}: printed and written differ");
    }
}
