//! A case for people.

use serde_json::Value;

use super::expectation;
use super::request::Sent;
use crate::case::{Case, Source};

/// The case: what it claims and why, what it needs, what it sends and what must come back.
pub(super) fn text(case: &Case, sent: &[Sent], cases: &str) -> String {
    let head = std::iter::once(case.name.clone()).chain(claims(case, cases).into_iter().map(|line| format!("  {line}")));
    let steps = case.steps.iter().zip(sent).map(|(step, sent)| {
        let odd = sent.http.as_ref().filter(|http| http.odd).map(wire).unwrap_or_default();
        let expect = indented(&expectation::value(&step.expect));
        format!("\n{}: {}{odd}\n{}\nexpect\n{expect}", sent.label, sent.name, indented(&sent.input))
    });
    head.chain(steps).collect::<Vec<_>>().join("\n")
}

fn claims(case: &Case, cases: &str) -> Vec<String> {
    let mut lines: Vec<String> = case.about.iter().cloned().collect();
    lines.extend(case.evidence.sources.iter().map(|source| format!("evidence: {}", evidence(source))));
    lines.extend(case.evidence.contested.iter().map(|how| format!("contested: {how}")));
    let given: Vec<_> = case.given.iter().map(|fixture| fixture.name.as_str()).collect();
    let needs: Vec<_> = case.needs.iter().map(String::as_str).collect();
    lines.extend((!given.is_empty()).then(|| format!("given: {}", given.join(", "))));
    lines.extend((!needs.is_empty()).then(|| format!("needs: {}", needs.join(", "))));
    lines.extend(case.control.iter().map(|control| format!("control: {control}")));
    lines.push(case.place.as_ref().map_or_else(|| "at: the service model".to_owned(), |place| format!("at: {cases}/{place}")));
    lines
}

fn evidence(source: &Source) -> String {
    let year = source.year.map(|year| format!(" ({year})")).unwrap_or_default();
    format!("{}{year}, {}", source.level, source.source)
}

fn wire(http: &super::request::Http) -> String {
    let headers: String = http.headers.iter().map(|(name, value)| format!(", {name}: {value}")).collect();
    let signed = if http.signed { "signed" } else { "unsigned" };
    format!(", sent as {}{headers}, {signed}, body {}", http.method, Value::from(http.body.as_str()))
}

fn indented(value: &Value) -> String {
    format!("{value:#}").lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
