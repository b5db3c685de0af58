//! The one way to a target: past the guard where it is live.

use std::borrow::Cow;

use serde_json::json;

use super::{RUN_TAG, Refusal, named};
use crate::engine::carrier::Sender;
use crate::engine::sender::SendError;
use crate::engine::session::Session;
use crate::wire::{Request, Response};

/// What the service answers where there is no such pool.
const NO_SUCH_POOL: &str = "ResourceNotFoundException";

/// What it answers to a text that is no id.
const NO_ID: &str = "InvalidParameterException";

impl Session {
    /// Sends a request, where the target is live only if it is about what this run made itself. `is_harmless` as of
    /// [`Session::deliver`].
    ///
    /// # Errors
    /// It was not sent, or nothing came back.
    pub(in crate::engine) async fn send_until_answered(
        &self,
        sender: Sender<'_>,
        request: &Request,
        is_harmless: bool,
    ) -> Result<Response, SendError> {
        let admitted = self.admit(request).await?;
        let response = self.deliver(sender, &admitted, is_harmless).await?;
        if let Some(guard) = &self.guard {
            guard.learn(&admitted, &response);
        }
        Ok(response)
    }

    async fn admit<'r>(&self, request: &'r Request) -> Result<Cow<'r, Request>, SendError> {
        let Some(guard) = &self.guard else { return Ok(Cow::Borrowed(request)) };
        for pool in guard.examine(request)? {
            let answer = self.describe(&pool).await?;
            let error = answer.error().name.filter(|_| !answer.is_success());
            match error.as_deref() {
                Some(NO_SUCH_POOL) => guard.is_free(pool),
                // What the service does not take for an id is no pool's.
                Some(NO_ID) if !named::begins_with_a_region(&pool) => guard.is_free(pool),
                None if answer.is_success() => return Err(Refusal::Pool(pool).into()),
                other => return Err(Refusal::Unsure { pool, answer: other.unwrap_or("no error that can be read").to_owned() }.into()),
            }
        }
        Ok(guard.prepare(request)?)
    }

    /// A read, and the only request about a pool that the run did not make.
    async fn describe(&self, pool: &str) -> Result<Response, SendError> {
        self.deliver(Sender::Run, &Request::new("DescribeUserPool", &json!({"UserPoolId": pool}), true), true).await
    }

    /// Whether a request that removes something may stand in the ledger: it must be about what this run made.
    ///
    /// # Errors
    /// It is not.
    pub fn may_remove(&self, request: &Request) -> Result<(), Refusal> {
        let Some(guard) = &self.guard else { return Ok(()) };
        guard.examine(request)?.into_iter().next().map_or(Ok(()), |pool| Err(Refusal::Pool(pool)))
    }

    /// Whether a pool of which the run was not told is its own. Where the target is live, the name is not enough: its tag says so.
    ///
    /// # Errors
    /// Nothing came back.
    pub async fn is_own(&self, pool: &str) -> Result<bool, SendError> {
        let Some(guard) = &self.guard else { return Ok(true) };
        let answer = self.describe(pool).await?;
        let tag = answer.json().and_then(|body| body["UserPool"]["UserPoolTags"][RUN_TAG].as_str());
        let is_own = answer.is_success() && tag == Some(self.run_id.as_str());
        if is_own {
            guard.is_ours(pool);
        }
        Ok(is_own)
    }
}
