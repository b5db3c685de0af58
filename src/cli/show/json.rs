//! A case as one JSON object, for programs.

use serde_json::{Map, Value, json};

use super::expectation;
use super::request::{Http, Sent};
use crate::case::{Case, Step};

/// The whole case. Members that a report has too are named as there.
pub(super) fn text(case: &Case, sent: &[Sent]) -> String {
    let steps: Vec<Value> = case.steps.iter().zip(sent).map(|(step, sent)| one(step, sent)).collect();
    let given: Vec<Value> = case.given.iter().map(|fixture| json!({ "fixture": fixture.name, "with": fixture.with })).collect();
    let shown = json!({
        "name": case.name,
        "operation": case.operation,
        "generated": case.generated(),
        "about": case.about,
        "evidence": case.evidence,
        "given": given,
        "needs": case.needs,
        "control": case.control,
        "place": case.place,
        "steps": steps,
    });
    format!("{shown:#}")
}

fn one(step: &Step, sent: &Sent) -> Value {
    let kind = match &sent.http {
        Some(http) if http.is_document() => "get",
        Some(_) => "operation",
        None => "door",
    };
    let http = sent.http.as_ref().map(http);
    json!({ "step": sent.label, kind: sent.name, "request": sent.input, "http": http, "expect": expectation::value(&step.expect) })
}

fn http(http: &Http) -> Value {
    let headers: Map<String, Value> = http.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    if http.is_document() {
        return json!({ "method": http.method, "path": http.path, "signed": http.signed });
    }
    json!({ "method": http.method, "headers": headers, "signed": http.signed, "body": http.body })
}
