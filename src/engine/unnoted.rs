//! Pools that the run made without being told: the answer got lost, or the run was cut short while it was on its way.

use serde_json::{Value, json};

use super::fixtures::is_gone;
use super::ledger::Removal;
use super::session::Session;
use super::{Event, sweep};
use crate::case::NAME_PREFIX;
use crate::wire::Request;

impl Session {
    /// Removes the pools that stand in no ledger; their names tell that they are this run's. Where what was written may show late,
    /// it looks once more when it must have shown.
    pub async fn clear_unnoted(&self) {
        self.clear_listed().await;
        if !self.patience.settle.is_zero() {
            self.forecast.wait(self.patience.settle).await;
            self.clear_listed().await;
        }
    }

    async fn clear_listed(&self) {
        let pools = match self.own_pools().await {
            Ok(pools) => pools,
            Err(why) => return self.emit(Event::CleanupFailed { cause: format!("pools of which the run was not told, if any: {why}") }),
        };
        for removal in pools {
            let id = removal.request["UserPoolId"].as_str().unwrap_or_default();
            match self.is_own(id).await {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    self.left(&removal, &error.to_string());
                    continue;
                }
            }
            let answer = self.send_removal(&Request::new(&removal.operation, &removal.request, true)).await;
            let why = match answer {
                Ok(response) if response.is_success() || is_gone(&response) => continue,
                Ok(response) => response.error().name.unwrap_or_else(|| format!("HTTP {}", response.status)),
                Err(error) => error.to_string(),
            };
            self.left(&removal, &why);
        }
    }

    /// The pools that carry the name of this run.
    async fn own_pools(&self) -> Result<Vec<Removal>, String> {
        let prefix = format!("{NAME_PREFIX}{}-", self.run_id);
        let (mut found, mut token) = (Vec::new(), None::<Value>);
        loop {
            let mut input = json!({"MaxResults": 60});
            if let Some(token) = &token {
                input["NextToken"] = token.clone();
            }
            let response = self.send(&Request::new("ListUserPools", &input, true)).await.map_err(|error| error.to_string())?;
            let body = response.json().filter(|_| response.is_success()).ok_or("ListUserPools was refused")?;
            found.extend(sweep::named_on_page(body, &prefix));
            let next = body.get("NextToken").filter(|next| next.is_string()).cloned();
            // A server that repeats its token would never end.
            if next.is_none() || next == token {
                return Ok(found);
            }
            token = next;
        }
    }
}
