//! Removing what killed runs left behind: what their ledgers name, and pools that carry our name.

use serde_json::{Value, json};

use super::fixtures::is_gone;
use super::ledger::{Leftover, Removal};
use crate::wire::{Client, Request, Response, TransportError};

/// What a sweep found and did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Removed, in words.
    pub removed: Vec<String>,
    /// Still there, with the reason.
    pub left: Vec<String>,
}

impl Swept {
    fn note(&mut self, removal: &Removal, answer: Result<Response, TransportError>) {
        let what = format!("{} {}", removal.operation, removal.request);
        match answer {
            Ok(response) if response.is_success() || is_gone(&response) => self.removed.push(what),
            Ok(response) => {
                let error = response.error().name.unwrap_or_else(|| format!("HTTP {}", response.status));
                self.left.push(format!("{what}: {error}"));
            }
            Err(error) => self.left.push(format!("{what}: {error}")),
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
        let answer = client.send(&Request::new(&removal.operation, &removal.request, true)).await;
        swept.note(removal, answer);
    }
    if swept.left.is_empty() {
        std::fs::remove_file(&leftover.path)?;
    }
    Ok(swept)
}

/// Finds pools whose name begins so, for runs that were stopped between asking for a pool and noting it.
///
/// # Errors
/// The endpoint does not answer.
pub async fn named_pools(client: &Client, prefix: &str) -> Result<Vec<Removal>, TransportError> {
    let (mut found, mut token) = (Vec::new(), None::<String>);
    loop {
        let mut input = json!({"MaxResults": 60});
        if let Some(token) = &token {
            input["NextToken"] = json!(token);
        }
        let response = client.send(&Request::new("ListUserPools", &input, true)).await?;
        let body = response.json().cloned().unwrap_or_default();
        found.extend(named_on_page(&body, prefix));
        let next = body["NextToken"].as_str().map(str::to_owned);
        // A server that repeats its token would never end.
        if next.is_none() || next == token {
            return Ok(found);
        }
        token = next;
    }
}

/// How to remove those pools of a page whose name begins so.
pub(super) fn named_on_page(body: &Value, prefix: &str) -> Vec<Removal> {
    let pools = body["UserPools"].as_array().into_iter().flatten();
    let ours = pools.filter(|pool| pool["Name"].as_str().is_some_and(|name| name.starts_with(prefix)));
    ours.map(|pool| Removal { operation: "DeleteUserPool".to_owned(), request: json!({"UserPoolId": pool["Id"]}) }).collect()
}

/// Removes what [`named_pools`] found.
pub async fn sweep_pools(client: &Client, pools: &[Removal]) -> Swept {
    let mut swept = Swept::default();
    for removal in pools {
        swept.note(removal, client.send(&Request::new(&removal.operation, &removal.request, true)).await);
    }
    swept
}
