//! What a sweep would remove, told before it is.

use std::io;

use super::age::Age;
use crate::engine::ledger::Leftover;
use crate::engine::sweep::{FoundPool, Swept, remove, shown, sweep_ledger};
use crate::report::untrusted;
use crate::wire::Client;

/// What would be removed from one endpoint.
#[derive(Debug)]
pub(super) struct Batch {
    /// How to reach it.
    pub(super) client: Client,
    /// Whether it is live: then a person agrees first.
    pub(super) live: bool,
    /// What runs have recorded.
    pub(super) ledgers: Vec<Leftover>,
    /// What was found by its name, and on a live target its tag.
    pub(super) pools: Vec<FoundPool>,
}

impl Batch {
    /// One line for each thing: its id, name, age and run, as far as they are known.
    pub(super) fn lines(&self) -> Vec<String> {
        let pools = self.pools.iter().map(|pool| {
            let age = pool.created.and_then(|created| created.elapsed().ok()).map(|age| format!(", {} old", Age(age)));
            let run = pool.run.as_ref().map(|run| format!(", of run {run}"));
            format!("user pool {} ({}){}{}", pool.id, pool.name, age.unwrap_or_default(), run.unwrap_or_default())
        });
        let recorded = self.recorded().map(|(run, removal)| format!("{removal}, recorded by run {run}"));
        let at = self.client.endpoint();
        pools.chain(recorded).map(|what| untrusted::line(&format!("{what}, at {at}"))).collect()
    }

    /// Removals in words, without those of pools that were found anyhow.
    fn recorded(&self) -> impl Iterator<Item = (&str, String)> {
        let removals = self.ledgers.iter().flat_map(|ledger| ledger.removals.iter().map(|removal| (ledger.run_id.as_str(), removal)));
        let is_found = |id: Option<&str>| self.pools.iter().any(|pool| Some(pool.id.as_str()) == id);
        removals.filter(move |(_, removal)| !is_found(removal.request["UserPoolId"].as_str())).map(|(run, removal)| (run, shown(removal)))
    }

    /// Removes it all. Nothing that cannot be removed keeps the rest.
    ///
    /// # Errors
    /// A ledger of which nothing is left cannot be removed.
    pub(super) async fn remove(&self) -> io::Result<Swept> {
        let told: Vec<_> = self.recorded().map(|(_, removal)| removal).collect();
        let mut swept = remove(&self.client, &self.pools).await;
        for ledger in &self.ledgers {
            let of_ledger = sweep_ledger(&self.client, ledger).await?;
            swept.removed.extend(of_ledger.removed.into_iter().filter(|removal| told.contains(removal)));
            swept.left.extend(of_ledger.left);
        }
        Ok(swept)
    }
}
