//! User pools that carry our name, and on a live target our tag.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::{ask, error_of};
use crate::engine::guard::RUN_TAG;
use crate::wire::{Client, TransportError};

/// The most that the service lists at once.
const PAGE: usize = 60;

/// Which pools are looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Their names begin so.
    pub prefix: String,
    /// They were created, by the service's account, at least so long ago. At nought, one without a date counts too.
    pub older_than: Duration,
    /// They carry our tag: what is not tagged is not ours, whatever it is called.
    pub tagged: bool,
}

/// A pool that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPool {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was created, where the service says so.
    pub created: Option<SystemTime>,
    /// The run that made it, by its tag.
    pub run: Option<String>,
    /// What the service says of it, where it was asked: tags, domains, protection.
    pub(super) description: Map<String, Value>,
}

/// Pools could not be looked for to the end.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The endpoint does not answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The service does not say what there is.
    #[error("{operation} was answered with {answer}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// The error.
        answer: String,
    },
}

/// Finds pools, to the last page. Finds too those that runs made which were stopped between asking for a pool and noting it.
///
/// # Errors
/// Not everything could be looked at; nothing should be removed by half a list.
pub async fn find(client: &Client, wanted: &Wanted) -> Result<Vec<FoundPool>, SearchError> {
    let mut found = Vec::new();
    for summary in list(client).await? {
        let Some(pool) = candidate(&summary, wanted) else { continue };
        if !wanted.tagged {
            found.push(pool);
            continue;
        }
        found.extend(described(client, pool).await?.filter(|pool| pool.run.is_some()));
    }
    Ok(found)
}

async fn list(client: &Client) -> Result<Vec<Value>, SearchError> {
    let (mut pools, mut tokens) = (Vec::new(), BTreeSet::new());
    let mut input = json!({"MaxResults": PAGE});
    loop {
        let response = ask(client, "ListUserPools", &input).await?;
        let body = response.json().filter(|_| response.is_success());
        let body = body.ok_or_else(|| SearchError::Refused { operation: "ListUserPools", answer: error_of(&response) })?;
        pools.extend(body["UserPools"].as_array().into_iter().flatten().cloned());
        // A server that repeats its tokens would never end.
        match body["NextToken"].as_str().filter(|token| tokens.insert((*token).to_owned())) {
            Some(token) => input["NextToken"] = json!(token),
            None => return Ok(pools),
        }
    }
}

/// What a list says of a pool, where it may be one that is looked for.
fn candidate(summary: &Value, wanted: &Wanted) -> Option<FoundPool> {
    let text = |member: &str| summary[member].as_str().map(str::to_owned);
    let (id, name) = (text("Id")?, text("Name").filter(|name| name.starts_with(&wanted.prefix))?);
    let created = summary["CreationDate"].as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let created = created.and_then(|since| UNIX_EPOCH.checked_add(since));
    let old = created.and_then(|created| created.elapsed().ok()).is_some_and(|age| age >= wanted.older_than);
    (old || wanted.older_than.is_zero()).then(|| FoundPool { id, name, created, run: None, description: Map::new() })
}

/// The pool with its tags; nothing where it has gone in the meantime.
async fn described(client: &Client, pool: FoundPool) -> Result<Option<FoundPool>, SearchError> {
    let response = ask(client, "DescribeUserPool", &json!({"UserPoolId": pool.id})).await?;
    if crate::engine::fixtures::is_gone(&response) {
        return Ok(None);
    }
    let description = response.json().filter(|_| response.is_success()).and_then(|body| body["UserPool"].as_object().cloned());
    let refused = || SearchError::Refused { operation: "DescribeUserPool", answer: error_of(&response) };
    let description = description.ok_or_else(refused)?;
    let run = description.get("UserPoolTags").and_then(|tags| tags[RUN_TAG].as_str()).map(str::to_owned);
    Ok(Some(FoundPool { run, description, ..pool }))
}
