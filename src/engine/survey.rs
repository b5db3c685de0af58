//! What an endpoint has to offer: which operations it implements, and whether it wants signatures.

use std::collections::BTreeSet;
use std::fmt;

use futures::StreamExt;
use serde_json::{Value, json};

use super::support::{Fingerprint, MADE_UP};
use crate::case::NAME_PREFIX;
use crate::model::Model;
use crate::target::Profile;
use crate::wire::{Client, Request, Response, TransportError};

/// Requests in flight at once.
const AT_ONCE: usize = 4;

/// What an endpoint has to offer.
#[derive(Debug)]
pub struct Survey {
    /// Operations of the model that are answered otherwise than a made-up one.
    pub implemented: BTreeSet<String>,
    /// Those that are answered as it is.
    pub missing: BTreeSet<String>,
    /// Those that are not answered in time.
    pub unanswered: BTreeSet<String>,
    /// The answer to the made-up operation; `None` where it succeeds, so that nothing can be told from it.
    pub not_implemented: Option<Refusal>,
    /// Whether an operation that SDKs sign is refused where the signature is missing.
    pub wants_signature: bool,
}

/// How something was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Error type, as the server writes it.
    pub error: Option<String>,
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (implemented, unanswered) = (self.implemented.len(), self.unanswered.len());
        write!(f, "{implemented} of {} operations implemented", implemented + self.missing.len() + unanswered)?;
        if unanswered > 0 { write!(f, ", {unanswered} not answered in time") } else { Ok(()) }
    }
}

/// Asks for every operation of the model, with the smallest request that the model allows. The pool that this makes is deleted.
///
/// # Errors
/// The endpoint does not answer a made-up operation.
pub async fn survey(client: &Client, profile: &Profile) -> Result<Survey, TransportError> {
    let model = Model::embedded();
    let made_up = client.send(&Request::new(MADE_UP, &json!({}), true)).await?;
    let fingerprint = (!made_up.is_success()).then(|| Fingerprint::of(&made_up, MADE_UP));
    let asked = futures::stream::iter(&model.operations).map(|(name, operation)| async move {
        let request = Request::new(name, &smallest(model, name, &operation.input), !operation.unsigned);
        (name, client.send(&request).await)
    });
    let answers: Vec<_> = asked.buffer_unordered(AT_ONCE).collect().await;
    let (mut implemented, mut missing, mut unanswered) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (name, answer) in answers {
        let Ok(response) = answer else {
            unanswered.insert(name.clone());
            continue;
        };
        let alike = fingerprint.as_ref().is_some_and(|made_up| *made_up == Fingerprint::of(&response, name));
        let side = if alike || is_told(profile, &response) { &mut missing } else { &mut implemented };
        side.insert(name.clone());
        tidy(client, name, &response).await?;
    }
    let not_implemented = fingerprint.map(|_| Refusal { status: made_up.status, error: made_up.error().name });
    Ok(Survey { implemented, missing, unanswered, not_implemented, wants_signature: wants_signature(client).await? })
}

/// A list of pools is the smallest thing that SDKs sign.
async fn wants_signature(client: &Client) -> Result<bool, TransportError> {
    let list = |sign| Request::new("ListUserPools", &json!({"MaxResults": 1}), sign);
    Ok(client.send(&list(true)).await?.is_success() && !client.send(&list(false)).await?.is_success())
}

/// HTTP's own word for it is 501.
fn is_told(profile: &Profile, response: &Response) -> bool {
    let text = String::from_utf8_lossy(&response.body);
    response.status == 501
        || !response.is_success() && profile.says_not_implemented(response.status, response.error().name.as_deref(), &text)
}

/// Pools are named as ours, so that `sweep` finds one that could not be deleted.
fn smallest(model: &Model, operation: &str, input: &str) -> Value {
    let mut value = model.valid_value(input).unwrap_or_else(|| json!({}));
    if operation == "CreateUserPool" {
        value["PoolName"] = format!("{NAME_PREFIX}survey").into();
    }
    value
}

async fn tidy(client: &Client, operation: &str, response: &Response) -> Result<(), TransportError> {
    let id = response.json().filter(|_| operation == "CreateUserPool").map(|body| &body["UserPool"]["Id"]);
    if let Some(id @ Value::String(_)) = id {
        client.send(&Request::new("DeleteUserPool", &json!({"UserPoolId": id}), true)).await?;
    }
    Ok(())
}
