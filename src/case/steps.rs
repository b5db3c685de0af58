//! Steps and expectations as they are run, from what an author wrote, verified against the service model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Place;
use super::document::pointer;
use super::expression::Template;
use super::path::Path;
use super::pattern::Pattern;
use super::plan::{Action, Expectation, Message, Places, Role, Step, Verdict, documented_status};
use super::problem::{Page, did_you_mean};
use super::resources::TARGET;
use super::source::{self, Expect, OneOrMany};
use super::verify;
use crate::model::Model;

/// Capabilities that are side doors. Profiles say how a target has them.
pub const DOORS: [&str; 3] = ["clock", "codes", "access_token"];

/// Names that expressions may read at a point of a case.
#[derive(Debug, Clone)]
pub struct Known {
    names: Option<BTreeSet<String>>,
}

impl Known {
    /// These, and what every case can read of its target.
    pub fn new(mut names: BTreeSet<String>) -> Self {
        names.insert(TARGET.to_owned());
        Self { names: Some(names) }
    }

    /// Anything: somebody else verifies.
    pub fn anything() -> Self {
        Self { names: None }
    }

    fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a String>) {
        if let Some(known) = &mut self.names {
            known.extend(names.into_iter().cloned());
        }
    }

    /// Notes the roots that nothing provides.
    pub fn check(&self, page: &Page<'_>, at: &str, roots: &BTreeSet<String>) {
        let Some(known) = &self.names else { return };
        for root in roots.iter().filter(|root| !known.contains(*root)) {
            let help = did_you_mean(root, known.iter().map(String::as_str))
                .or_else(|| Some(format!("here are: {}", known.iter().map(String::as_str).collect::<Vec<_>>().join(", "))));
            page.value(at, format!("nothing provides `${root}` here"), help);
        }
    }
}

/// The side doors that steps use.
pub fn doors(steps: &[Step]) -> BTreeSet<String> {
    let door = |step: &Step| match &step.action {
        Action::Door { door, .. } => Some(door.clone()),
        Action::Call { .. } | Action::Get { .. } => None,
    };
    steps.iter().filter_map(door).collect()
}

/// Compiles a list of steps that stands at a JSON pointer.
pub fn compile(page: &Page<'_>, at: &str, list: &[source::Step], role: Role, known: &mut Known) -> Vec<Step> {
    let label = match role {
        Role::Before => "before",
        Role::Main => "step",
        Role::Then => "then",
    };
    let steps = list.iter().enumerate();
    steps
        .filter_map(|(index, step)| one(page, &pointer(at, &index.to_string()), step, role, format!("{label} {}", index + 1), known))
        .collect()
}

fn one(page: &Page<'_>, at: &str, step: &source::Step, role: Role, label: String, known: &mut Known) -> Option<Step> {
    let request = Value::Object(step.request.clone());
    let input = template(page, &pointer(at, "request"), &request, known);
    let action = match (&step.call, &step.door, &step.get) {
        (Some(operation), None, None) => {
            verify::operation(page, &pointer(at, "call"), operation);
            verify::request(page, &pointer(at, "request"), operation, &request);
            Action::Call { operation: operation.clone(), input: input?, wire: step.wire.clone().unwrap_or_default() }
        }
        (None, Some(door), None) => {
            if !DOORS.contains(&door.as_str()) {
                let help = did_you_mean(door, DOORS).or_else(|| Some(format!("there are: {}", DOORS.join(", "))));
                page.value(&pointer(at, "door"), format!("there is no side door `{door}`"), help);
            }
            Action::Door { door: door.clone(), input: input? }
        }
        (None, None, Some(path)) => document(page, at, step, path, known)?,
        _ => {
            page.value(at, "a step is either a `call` of an operation, or a `get` of a document, or the use of a `door`", None);
            return None;
        }
    };
    let expect = expectation(page, &pointer(at, "expect"), step.expect.as_ref(), action.name(), known);
    let save = saved(page, &pointer(at, "save"), &step.save, known);
    Some(Step { role, label, action, expect, save, place: Some(page.document.place(at)) })
}

/// A document, by its path. It is asked for as every client asks, so that there is nothing to send but the path.
fn document(page: &Page<'_>, at: &str, step: &source::Step, path: &str, known: &Known) -> Option<Action> {
    let here = pointer(at, "get");
    if !path.starts_with('/') || path.contains(['?', '#', ' ']) {
        let help = Some("such as `/$pool.id/.well-known/jwks.json`".to_owned());
        page.value(&here, "this is no path below the target's endpoint", help);
    }
    if !step.request.is_empty() || step.wire.is_some() {
        page.key(&pointer(at, if step.wire.is_some() { "wire" } else { "request" }), "a document is got by its path alone", None);
    }
    if step.expect.as_ref().is_some_and(|expect| expect.error.is_some()) {
        page.key(&pointer(at, "expect/error"), "only operations have errors; a document that is not there has a `status`", None);
    }
    let name = format!("GET {}", path.rsplit('/').next().unwrap_or(path));
    Some(Action::Get { name, path: template(page, &here, &Value::String(path.to_owned()), known)? })
}

/// Compiles an input; notes what is wrong with it.
pub fn template(page: &Page<'_>, at: &str, value: &Value, known: &Known) -> Option<Template> {
    match Template::compile(value) {
        Ok(template) => {
            known.check(page, at, &template.roots());
            Some(template)
        }
        Err((below, error)) => {
            page.value(&format!("{at}{below}"), error.to_string(), None);
            None
        }
    }
}

/// The paths of `save`; what they save can be read from here on.
pub fn saved(page: &Page<'_>, at: &str, save: &BTreeMap<String, String>, known: &mut Known) -> BTreeMap<String, Path> {
    known.add(save.keys());
    let path = |(name, text): (&String, &String)| match text.parse() {
        Ok(path) => Some((name.clone(), path)),
        Err(error) => {
            page.value(&pointer(at, name), format!("{error}"), None);
            None
        }
    };
    save.iter().filter_map(path).collect()
}

/// Compiles an expectation; nothing said is success.
pub fn expectation(page: &Page<'_>, at: &str, expect: Option<&Expect>, operation: &str, known: &Known) -> Expectation {
    let Some(expect) = expect else { return Expectation::success() };
    let errors = expect.error.as_ref().map(OneOrMany::to_vec).unwrap_or_default();
    verify::errors(page, &pointer(at, "error"), &errors, operation);
    let status = statuses(expect, &errors);
    let refused = status.iter().any(|status| !(200..300).contains(status));
    let verdict = match (errors.is_empty(), refused) {
        (false, _) => Verdict::Error(errors),
        (true, true) => Verdict::Status,
        (true, false) => Verdict::Success,
    };
    let body = expect.body.as_ref().map(|body| Value::Object(body.clone()));
    if let (Verdict::Success, Some(body)) = (&verdict, &body) {
        verify::answer(page, &pointer(at, "body"), operation, body);
    }
    Expectation {
        status,
        body: body.and_then(|body| pattern(page, &pointer(at, "body"), &body, known)),
        headers: headers(page, &pointer(at, "headers"), &expect.headers, known),
        message: expect.message.as_deref().and_then(|text| message(page, &pointer(at, "message"), text)),
        places: places(page, at, &verdict, expect),
        verdict,
    }
}

fn statuses(expect: &Expect, errors: &[String]) -> Vec<u16> {
    let implied = || match errors {
        [] => vec![200],
        errors => errors.iter().map(|error| documented_status(error)).collect::<BTreeSet<_>>().into_iter().collect(),
    };
    expect.status.as_ref().map_or_else(implied, OneOrMany::to_vec)
}

fn pattern(page: &Page<'_>, at: &str, value: &Value, known: &Known) -> Option<Pattern> {
    match Pattern::compile(value) {
        Ok(pattern) => {
            known.check(page, at, &pattern.roots());
            Some(pattern)
        }
        Err((below, error)) => {
            page.value(&format!("{at}{below}"), error.to_string(), None);
            None
        }
    }
}

fn headers(page: &Page<'_>, at: &str, headers: &BTreeMap<String, Value>, known: &Known) -> Vec<(String, Pattern)> {
    let compile = |(name, value): (&String, &Value)| Some((name.to_lowercase(), pattern(page, &pointer(at, name), value, known)?));
    headers.iter().filter_map(compile).collect()
}

fn message(page: &Page<'_>, at: &str, text: &str) -> Option<Message> {
    let Some(regex) = text.strip_prefix('/').and_then(|text| text.strip_suffix('/')) else {
        return Some(Message::Exact(text.to_owned()));
    };
    match fancy_regex::Regex::new(regex) {
        Ok(regex) => Some(Message::Regex(Box::new(regex))),
        Err(error) => {
            page.value(at, format!("the regular expression does not compile: {error}"), None);
            None
        }
    }
}

/// Places of the parts of an expectation, under the names that checks look them up by.
fn places(page: &Page<'_>, at: &str, verdict: &Verdict, expect: &Expect) -> Places {
    let mut parts = BTreeMap::new();
    for part in ["status", "error", "message", "body", "headers"] {
        let here = pointer(at, part);
        parts.insert(format!("/{part}"), page.document.place(&here));
    }
    if let Some(body) = &expect.body {
        inner_places(page, &pointer(at, "body"), "/body", &Value::Object(body.clone()), &mut parts);
    }
    for name in expect.headers.keys() {
        parts.insert(format!("/headers/{}", name.to_lowercase()), page.document.place(&pointer(&pointer(at, "headers"), name)));
    }
    if expect.status.is_none() {
        parts.insert("/status".to_owned(), page.document.place(&pointer(at, if *verdict == Verdict::Success { "" } else { "error" })));
    }
    Places { whole: Some(page.document.place(at)), parts }
}

fn inner_places(page: &Page<'_>, at: &str, name: &str, value: &Value, parts: &mut BTreeMap<String, Place>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (child, value) in children {
        let (at, name) = (pointer(at, &child), pointer(name, &child));
        parts.insert(name.clone(), page.document.place(&at));
        inner_places(page, &at, &name, value, parts);
    }
}

/// Whether the model knows the operation.
pub fn is_operation(name: &str) -> bool {
    Model::embedded().operation(name).is_some()
}
