//! What may be sent to a live target: requests about what the run made itself, and nothing else.
//!
//! The rules, each in its file:
//! - [`named`]: what a request names. A user pool must be of this run, or proven not to exist; an app client must be of this
//!   run, or have an id that no app client has
//! - [`documents`]: what is got by its path is a document that every pool has, of a pool of this run
//! - [`outside`]: what an ARN points to must be of this run, stand in the target's profile, or be one of AWS's examples
//! - [`tags`]: a pool is made under our name and with our tags, so that a sweep finds it
//! - [`recipients`]: numbers and addresses are those that belong to nobody
//! - [`super::messages`]: nothing that makes the service send a message, unless that is allowed

mod admission;
mod documents;
mod named;
mod outside;
mod recipients;
mod refusal;
mod tags;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use named::Named;
pub use refusal::Refusal;
pub use tags::{RUN_TAG, without_ours};

use super::messages::Messages;
use crate::model::{Model, only_reads};
use crate::wire::{Request, Response};

/// Watches over what a run sends to a live target.
pub struct Guard {
    tags: tags::Tags,
    resources: BTreeSet<String>,
    messages_allowed: bool,
    known: Mutex<Known>,
}

impl fmt::Debug for Guard {
    /// What it knows holds session strings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("messages_allowed", &self.messages_allowed).finish_non_exhaustive()
    }
}

/// What the run has learned from answers.
#[derive(Default)]
struct Known {
    /// Pools that it made.
    pools: HashSet<String>,
    /// Ids that are no pool's: the service said so.
    free: HashSet<String>,
    /// App clients that it made.
    clients: HashSet<String>,
    /// Session strings that it was given.
    sessions: HashSet<String>,
    messages: Messages,
}

impl Guard {
    /// A guard of a run that has made nothing yet. `resources` are the things outside that it may name.
    pub fn new(run_id: &str, resources: impl IntoIterator<Item = String>, messages_allowed: bool) -> Self {
        Self { tags: tags::Tags::new(run_id), resources: resources.into_iter().collect(), messages_allowed, known: Mutex::default() }
    }

    /// Looks at a request. What comes back are ids of pools that somebody else may have: only where the service knows none of
    /// them may the request be sent.
    ///
    /// # Errors
    /// It may not be sent whatever the service knows.
    pub fn examine(&self, request: &Request) -> Result<Vec<String>, Refusal> {
        if let Some(operation) = operations(request).find(|operation| reaches_beyond(operation)) {
            return Err(Refusal::Beyond(operation.to_owned()));
        }
        let named = match &request.path {
            Some(path) => Named { pools: documents::pool_of(path).into_iter().collect(), ..Named::default() },
            None => Named::of(&request.body)?,
        };
        if request.path.is_some() && named.pools.is_empty() {
            return Err(Refusal::Path);
        }
        let known = self.known();
        if let Some(client) = named.clients.iter().find(|client| !known.clients.contains(*client)) {
            return Err(Refusal::Client(client.clone()));
        }
        if named.sessions.iter().any(|session| !known.has_session(session)) {
            return Err(Refusal::Session);
        }
        if named.arns.iter().any(|arn| !self.resources.contains(arn) && outside::may_exist(arn)) {
            return Err(Refusal::Outside);
        }
        Ok(named.pools.into_iter().filter(|pool| !known.pools.contains(pool) && !known.free.contains(pool)).collect())
    }

    /// The service knows no pool of that id.
    pub fn is_free(&self, pool: String) {
        self.known().free.insert(pool);
    }

    /// The run made this pool, though it was not told so.
    pub fn is_ours(&self, pool: &str) {
        self.known().pools.insert(pool.to_owned());
    }

    /// The request as it is sent: what makes a pool is tagged.
    ///
    /// # Errors
    /// A sweep would not find the pool, or somebody would get a message.
    pub fn prepare<'r>(&self, request: &'r Request) -> Result<Cow<'r, Request>, Refusal> {
        let input: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if let Some(member) = recipients::strange(&input) {
            return Err(Refusal::Recipient(member.to_owned()));
        }
        for operation in operations(request) {
            let mut known = self.known();
            let medium = known.messages.next(operation, &input);
            if let Some(medium) = medium.filter(|_| !self.messages_allowed) {
                return Err(Refusal::Message(medium));
            }
        }
        match operations(request).find(|operation| tags::concern(operation)) {
            Some(operation) => Ok(Cow::Owned(Request { body: self.tags.put(operation, input)?, ..request.clone() })),
            None => Ok(Cow::Borrowed(request)),
        }
    }

    /// Learns from an answer what the run has made.
    pub fn learn(&self, request: &Request, response: &Response) {
        let Some(body) = response.json().filter(|_| response.is_success()) else { return };
        let mut known = self.known();
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        known.sessions.extend(text("/Session"));
        match target(request) {
            Some("CreateUserPool") => {
                let Some(pool) = text("/UserPool/Id") else { return };
                known.messages.made_pool(&pool, &serde_json::from_slice(&request.body).unwrap_or_default());
                known.pools.insert(pool);
            }
            Some("CreateUserPoolClient") => {
                let (Some(client), Some(pool)) = (text("/UserPoolClient/ClientId"), text("/UserPoolClient/UserPoolId")) else { return };
                known.messages.made_client(&client, &pool);
                known.clients.insert(client);
            }
            Some("AdminCreateUser" | "SignUp") => {
                let attributes = body.pointer("/User/Attributes").and_then(Value::as_array).into_iter().flatten();
                let sub = attributes.filter(|attribute| attribute["Name"] == "sub").find_map(|attribute| attribute["Value"].as_str());
                if let Some(sub) = sub.map(str::to_owned).or_else(|| text("/UserSub")) {
                    known.messages.made_user(&serde_json::from_slice(&request.body).unwrap_or_default(), &sub);
                }
            }
            _ => {}
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether a session string is one that the run was given, or was made from one.
    fn has_session(&self, session: &str) -> bool {
        self.sessions.iter().any(|known| session.contains(known.as_str()) || known.contains(session))
    }
}

/// The operation that the service takes a request for, and the one that the case means. Usually they are one; where they are
/// not, every rule holds for both.
fn operations(request: &Request) -> impl Iterator<Item = &str> {
    let meant = Some(request.operation.as_str());
    let target = target(request).filter(|target| Some(*target) != meant);
    meant.into_iter().chain(target)
}

fn target(request: &Request) -> Option<&str> {
    request.target.as_deref().map(|target| target.rsplit('.').next().unwrap_or(target))
}

/// Members by which a request says what it is about. Each is looked at.
const NAMING: [&str; 5] = ["UserPoolId", "ClientId", "AccessToken", "Session", "ResourceArn"];

/// An operation that changes something and says neither by pool, client, token nor ARN what; but for the one that makes a pool.
/// Of one that the model does not know, nothing can be told but by what it names.
fn reaches_beyond(operation: &str) -> bool {
    let model = Model::embedded();
    let Some(facts) = model.operation(operation) else { return false };
    let mut members = model.members(&facts.input).into_iter().flatten();
    !only_reads(operation) && operation != "CreateUserPool" && !members.any(|(name, _)| NAMING.contains(&name.as_str()))
}

#[cfg(test)]
mod tests;
