//! Removing what killed runs left behind: what their ledgers name, and pools that carry our name.

mod pools;
mod removal;

use std::time::Duration;

use serde_json::{Value, json};

pub use pools::{FoundPool, SearchError, Wanted, find};
pub use removal::remove;

use super::fixtures::is_gone;
use super::ledger::{Leftover, Removal};
use crate::wire::{Client, Request, Response, TransportError};

/// Throttled requests are sent again this often, ever later: the last time after half a minute.
const RETRIES: u32 = 6;

/// What a sweep found and did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Removed, in words.
    pub removed: Vec<String>,
    /// Still there, with the reason.
    pub left: Vec<String>,
}

impl Swept {
    fn note(&mut self, what: String, done: Result<(), String>) {
        match done {
            Ok(()) => self.removed.push(what),
            Err(reason) => self.left.push(format!("{what}: {reason}")),
        }
    }
}

/// Removes what a ledger names. The ledger goes when nothing is left.
///
/// # Errors
/// The ledger cannot be removed.
pub async fn sweep_ledger(client: &Client, leftover: &Leftover) -> std::io::Result<Swept> {
    let mut swept = Swept::default();
    for removal in &leftover.removals {
        swept.note(shown(removal), done(client, &removal.operation, &removal.request).await);
    }
    if swept.left.is_empty() {
        std::fs::remove_file(&leftover.path)?;
    }
    Ok(swept)
}

/// How to remove those pools of a page whose name begins so.
pub(super) fn named_on_page(body: &Value, prefix: &str) -> Vec<Removal> {
    let pools = body["UserPools"].as_array().into_iter().flatten();
    let ours = pools.filter(|pool| pool["Name"].as_str().is_some_and(|name| name.starts_with(prefix)));
    ours.map(|pool| Removal { operation: "DeleteUserPool".to_owned(), request: json!({"UserPoolId": pool["Id"]}) }).collect()
}

/// A removal in words.
pub fn shown(removal: &Removal) -> String {
    format!("{} {}", removal.operation, removal.request)
}

/// Sends a request that removes something. Gone already is as good as removed.
async fn done(client: &Client, operation: &str, input: &Value) -> Result<(), String> {
    match ask(client, operation, input).await {
        Ok(response) if response.is_success() || is_gone(&response) => Ok(()),
        Ok(response) => Err(error_of(&response)),
        Err(error) => Err(error.to_string()),
    }
}

/// Sends a request and waits where the service asks to slow down.
async fn ask(client: &Client, operation: &str, input: &Value) -> Result<Response, TransportError> {
    let request = Request::new(operation, input, true);
    for attempt in 0..RETRIES {
        let response = client.send(&request).await?;
        if !response.is_throttling() {
            return Ok(response);
        }
        tokio::time::sleep(Duration::from_millis(500 << attempt)).await;
    }
    client.send(&request).await
}

/// What an answer says went wrong.
fn error_of(response: &Response) -> String {
    let error = response.error();
    let name = error.name.unwrap_or_else(|| format!("HTTP {}", response.status));
    error.message.map(|message| format!("{name}: {message}")).unwrap_or(name)
}
