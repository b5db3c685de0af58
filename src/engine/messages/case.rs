//! Which messages a case would make the service send, by how it is written.

use serde_json::{Map, Value};

use super::{Medium, Messages};
use crate::case::{Action, Case, Step, Suite};

/// A case has one user in one pool, as far as is asked here: what holds for one of several counts for all.
const ANY: &str = "any";

/// A message that a case would make the service send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// How it goes out.
    pub medium: Medium,
    /// The operation.
    pub operation: String,
}

/// The messages that a case and its fixtures would make the service send, in order.
pub fn of_case(suite: &Suite, case: &Case) -> Vec<Sent> {
    let mut messages = Messages::default();
    let given = case.given.iter().filter_map(|used| Some((used, suite.fixtures.get(&used.name)?)));
    let mut sent = Vec::new();
    for (used, fixture) in given {
        let mut with = fixture.with.clone();
        with.extend(used.with.clone());
        sent.extend(fixture.create.iter().filter_map(|step| of_step(&mut messages, step, &with)));
    }
    sent.extend(case.steps.iter().filter_map(|step| of_step(&mut messages, step, &Map::new())));
    sent
}

fn of_step(messages: &mut Messages, step: &Step, with: &Map<String, Value>) -> Option<Sent> {
    let Action::Call { operation, input, wire } = &step.action else { return None };
    let operation = wire.target.as_deref().and_then(|target| target.rsplit('.').next()).unwrap_or(operation);
    let own = wire.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let input = filled(own.unwrap_or_else(|| input.written()), with);
    if operation == "CreateUserPool" {
        messages.made_pool(ANY, &input);
    }
    let medium = messages.next_about(ANY, ANY, operation, &input)?;
    Some(Sent { medium, operation: operation.to_owned() })
}

/// The input with a fixture's parameters in their places.
fn filled(value: Value, with: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) => text.strip_prefix("$with.").and_then(|name| with.get(name)).cloned().unwrap_or(Value::String(text)),
        Value::Array(items) => items.into_iter().map(|item| filled(item, with)).collect(),
        Value::Object(members) => Value::Object(members.into_iter().map(|(name, member)| (name, filled(member, with))).collect()),
        other => other,
    }
}
