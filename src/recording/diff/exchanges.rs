//! Comparing the exchanges of one case.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::response::response;
use super::change::{Change, Kind};
use super::placeholder::Pairs;
use super::value::{self, Moved};
use crate::engine::ShownExchange;
use crate::wire::{ErrorBody, Response};

/// A change, and the exchanges that show it.
pub(super) type Shown<'r> = (Change, &'r ShownExchange, &'r ShownExchange);

/// Members of an answer that say what is wrong. They are compared as what SDKs make of them.
const OF_AN_ERROR: [&str; 3] = ["__type", "message", "Message"];

/// Everything that moved between two recordings of a case. What follows from a request that was accepted on one side alone is not told.
pub(super) fn compare<'r>(before: &'r [ShownExchange], after: &'r [ShownExchange]) -> Vec<Shown<'r>> {
    let (mut pairs, mut changes) = (Pairs::default(), Vec::new());
    for one in before {
        let Some(other) = after.iter().find(|other| other.step == one.step) else { break };
        let asked = asked(one, other, &mut pairs);
        if let Some(asked) = asked {
            // A request that holds an earlier answer is another one because that was.
            if changes.is_empty() {
                changes.push((asked, one, other));
            }
            break;
        }
        let answered = Answers::new(one, other).compare(&mut pairs);
        let is_turned = answered.iter().any(|change| matches!(change.kind, Kind::Refused | Kind::Accepted));
        changes.extend(answered.into_iter().map(|change| (change, one, other)));
        if is_turned {
            break;
        }
    }
    changes.extend(further(before, after).filter(|_| changes.is_empty()));
    changes
}

/// Steps that only one side has, although nothing before them differs.
fn further<'r>(before: &'r [ShownExchange], after: &'r [ShownExchange]) -> Option<Shown<'r>> {
    let (last, other) = (before.last()?, after.last()?);
    let steps = |exchanges: &[ShownExchange]| Some(exchanges.iter().map(|one| one.step.as_str()).collect::<Vec<_>>().join(", "));
    let change = Change {
        kind: Kind::Request,
        operation: other.operation.clone(),
        path: "steps".to_owned(),
        before: steps(before),
        after: steps(after),
    };
    (change.before != change.after).then_some((change, last, other))
}

/// What is asked in another way.
fn asked(before: &ShownExchange, after: &ShownExchange, pairs: &mut Pairs) -> Option<Change> {
    if before.operation != after.operation {
        let (one, other) = (Some(before.operation.clone()), Some(after.operation.clone()));
        return Some(Change { kind: Kind::Request, operation: after.operation.clone(), path: String::new(), before: one, after: other });
    }
    let place = format!("the request of {}, at", before.step);
    pairs.asking(true);
    let moved = value::compare(&before.request, &after.request, &place, pairs).into_iter().next();
    pairs.asking(false);
    let Moved { path, before, after: now, .. } = moved?;
    Some(Change { kind: Kind::Request, operation: after.operation.clone(), path, before, after: now })
}

/// Two answers to the same request.
struct Answers<'r> {
    before: &'r ShownExchange,
    after: &'r ShownExchange,
    one: Response,
    other: Response,
}

impl<'r> Answers<'r> {
    fn new(before: &'r ShownExchange, after: &'r ShownExchange) -> Self {
        Self { before, after, one: response(before), other: response(after) }
    }

    fn compare(&self, pairs: &mut Pairs) -> Vec<Change> {
        let (was_refused, is_refused) = (is_refusal(&self.one), is_refusal(&self.other));
        let summaries = (summary(&self.one), summary(&self.other));
        let turned = match (was_refused, is_refused) {
            (false, true) => Some(Kind::Refused),
            (true, false) => Some(Kind::Accepted),
            _ if summaries.0 != summaries.1 => Some(Kind::OtherError),
            _ => None,
        };
        match turned {
            Some(kind) => vec![self.change(kind, "", Some(told(&self.one)), Some(told(&self.other)))],
            None => self.members(was_refused, pairs).into_iter().chain(self.headers()).collect(),
        }
    }

    fn members(&self, refused: bool, pairs: &mut Pairs) -> Vec<Change> {
        let place = format!("the answer of {}, at", self.after.step);
        let mut changes = Vec::new();
        if refused {
            changes.extend(self.error(&place, pairs));
        }
        let rest = |exchange: &ShownExchange| match &exchange.response {
            Value::Object(members) if refused => Value::Object(
                members
                    .iter()
                    .filter(|(name, _)| !OF_AN_ERROR.contains(&name.as_str()))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            ),
            other => other.clone(),
        };
        let moved = value::compare(&rest(self.before), &rest(self.after), &place, pairs);
        changes.extend(moved.into_iter().map(|moved| self.change(moved.kind, &moved.path, moved.before, moved.after)));
        changes
    }

    /// The same error type: its text, and how both are written.
    fn error(&self, place: &str, pairs: &mut Pairs) -> Vec<Change> {
        let (ErrorBody { name, message: one }, other) = (self.one.error(), self.other.error().message);
        let moved = |text: &Option<String>| text.as_ref().map(|text| Value::from(text.as_str())).unwrap_or(Value::Null);
        let texts = value::compare(&moved(&one), &moved(&other), place, pairs);
        let reworded = texts.into_iter().map(|_| self.change(Kind::Message, "", Some(said(&one)), Some(said(&other))));
        let written = OF_AN_ERROR.iter().filter_map(|member| {
            let side = |exchange: &ShownExchange| exchange.response.get(member).map(|value| neutral(&value.to_string(), name.as_deref()));
            let (before, after) = (side(self.before), side(self.after));
            let path = format!("$.{member}");
            match (before, after) {
                (Some(before), None) if *member == "__type" || other.is_some() => {
                    Some(self.change(Kind::Dropped, &path, Some(before), None))
                }
                (None, Some(after)) if *member == "__type" || one.is_some() => Some(self.change(Kind::Added, &path, None, Some(after))),
                (Some(before), Some(after)) if *member == "__type" && before != after => {
                    Some(self.change(Kind::Value, &path, Some(before), Some(after)))
                }
                _ => None,
            }
        });
        reworded.chain(written).collect()
    }

    /// Headers that repeat what the body says are only told where they come or go.
    fn headers(&self) -> Vec<Change> {
        let named = |exchange: &'r ShownExchange| exchange.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (named(self.before).collect(), named(self.after).collect());
        let names: std::collections::BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let error = self.other.error().name;
        let differing = names.into_iter().filter_map(|name| {
            let side = |headers: &BTreeMap<&str, &str>| headers.get(name).map(|value| neutral(value, error.as_deref()));
            let (before, after) = (side(&before), side(&after));
            let repeats = name == "x-amzn-errormessage" && before.is_some() && after.is_some();
            let shown =
                |side: Option<String>| side.map(|value| if name == "x-amzn-errormessage" { "the message".to_owned() } else { value });
            (before != after && !repeats).then(|| self.change(Kind::Header, name, shown(before), shown(after)))
        });
        differing.collect()
    }

    fn change(&self, kind: Kind, path: &str, before: Option<String>, after: Option<String>) -> Change {
        Change { kind, operation: self.after.operation.clone(), path: path.to_owned(), before, after }
    }
}

/// Refused, or accepted with an error in the body, which SDKs read as a refusal.
fn is_refusal(response: &Response) -> bool {
    !response.is_success() || response.json().is_some_and(|body| body.get("__type").is_some())
}

/// Status and error type, or `success`.
pub(super) fn summary(response: &Response) -> String {
    match response.error().name {
        Some(name) if is_refusal(response) => format!("{} {name}", response.status),
        None if is_refusal(response) => format!("{} without an error type", response.status),
        _ if response.status == 200 => "success".to_owned(),
        _ => format!("success with {}", response.status),
    }
}

/// The summary with what the error says. That a request is malformed is said of each member in other words, and is one thing.
fn told(response: &Response) -> String {
    let summary = summary(response);
    match response.error() {
        _ if !is_refusal(response) => summary,
        ErrorBody { message: Some(message), .. } if message.contains(VALIDATION) => format!("{summary} ({VALIDATION})"),
        ErrorBody { name: Some(name), .. } if name == SERIALIZATION => summary,
        ErrorBody { message: Some(message), .. } => format!("{summary}: {message}"),
        ErrorBody { message: None, .. } => summary,
    }
}

/// What the service says of a value that breaks a constraint of the service model.
const VALIDATION: &str = "validation error";
/// What it calls a value of the wrong JSON type.
const SERIALIZATION: &str = "SerializationException";

/// Whether an answer is refused or accepted because requests are checked, or not checked, before the operation has its turn: one
/// cause for all operations.
pub(super) fn is_of_the_front(told: &Option<String>) -> bool {
    told.as_ref().is_some_and(|told| told.contains(VALIDATION) || told.ends_with(SERIALIZATION))
}

/// The same for every error type.
fn neutral(text: &str, error: Option<&str>) -> String {
    error.map_or_else(|| text.to_owned(), |error| text.replace(error, "<error>"))
}

fn said(message: &Option<String>) -> String {
    match message.as_deref() {
        None => "no message".to_owned(),
        Some("") => "an empty message".to_owned(),
        Some(message) => message.to_owned(),
    }
}
