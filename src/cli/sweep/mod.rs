//! `sweep`: what killed runs left behind is removed.

mod age;
mod consent;
mod plan;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use url::Url;

use super::access::Access;
use super::endpoint::{Endpoint, environment};
use super::live::{Announcement, Reached};
use super::opened::{Opened, ledgers, servers};
use super::{Failure, Global};
use crate::aws::{is_aws, permitted};
use crate::case::NAME_PREFIX;
use crate::engine::Patience;
use crate::engine::ledger::{Leftover, leftovers};
use crate::engine::sweep::{Swept, Wanted, find};
use crate::exit;
use crate::report::untrusted;
use crate::target::stop_orphans;
use crate::wire::{Client, Request};

use age::Age;
use plan::Batch;

/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// On a live target, where others may be at work, younger pools stay unless one says otherwise.
const LIVE_AGE: Duration = Duration::from_secs(3600);

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(long_about = "Remove what killed runs left behind on their targets\n\nWithout a target: what runs have recorded and could not \
    remove. With one (--target, --endpoint-url or --profile), also every user pool there that carries our name, and on a live target \
    our tag, recorded or not.")]
pub struct Sweep {
    /// Against what.
    #[command(flatten)]
    pub endpoint: Endpoint,
    /// Only user pools that were created so long ago: `90s`, `30m`, `1h`, `2d`. Left out: 1h on a live target, else any
    #[arg(long, value_name = "AGE")]
    older_than: Option<Age>,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove from a live target without being asked
    #[arg(long, short)]
    pub yes: bool,
    /// Forget what is recorded of endpoints that do not answer any more
    #[arg(long)]
    pub forget: bool,
}

/// What all sweeping came to.
#[derive(Default)]
struct Total {
    lines: Vec<String>,
    left: usize,
}

impl Total {
    fn add(&mut self, swept: &Swept) {
        self.lines.extend(swept.removed.iter().map(|what| format!("removed {}", untrusted::line(what))));
        self.leave(swept.left.len(), &swept.left);
    }

    fn leave(&mut self, count: usize, lines: &[String]) {
        self.lines.extend(lines.iter().map(|what| format!("left {}", untrusted::line(what))));
        self.left += count;
    }
}

impl Sweep {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        if self.endpoint.start.is_some() {
            let help = "name the target where it runs, with `--endpoint-url`".to_owned();
            return Err(Failure::argument("a sweep starts no server: a fresh one has nothing to be removed", help));
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the sweep".to_owned(), reason })?;
        let mut total = Total::default();
        let batches = runtime.block_on(self.plan(&mut total))?;
        self.tell(&batches, out)?;
        if !self.dry_run {
            runtime.block_on(self.carry_out(&batches, &mut total))?;
        }
        for line in total.lines.iter().filter(|line| !global.quiet || line.starts_with("left")) {
            writeln!(out, "{line}")?;
        }
        if total.lines.is_empty() && !global.quiet && !batches.iter().any(|batch| self.dry_run && !batch.lines().is_empty()) {
            writeln!(out, "nothing was left behind")?;
        }
        Ok(if total.left == 0 { exit::CONFORMS } else { exit::NOT_RUN })
    }

    /// What there is to be removed. What cannot be looked at is left.
    async fn plan(&self, total: &mut Total) -> Result<Vec<Batch>, Failure> {
        let mut batches = Vec::new();
        let (running, dead): (Vec<_>, Vec<_>) = found(&ledgers())?.into_iter().partition(|leftover| is_running(leftover.pid));
        for leftover in dead {
            batches.extend(self.recorded(leftover, total).await?);
        }
        let is_named = self.endpoint.endpoint_url.is_some() || self.endpoint.target.is_some() || self.endpoint.access.profile.is_some();
        if is_named {
            let going_on = running.into_iter().map(|leftover| leftover.run_id).collect();
            self.join(self.named(&going_on).await?, &mut batches);
        }
        Ok(batches)
    }

    /// What was found at an endpoint goes to what is recorded of it, so that nothing is told twice.
    fn join(&self, named: Batch, batches: &mut Vec<Batch>) {
        let (same, others) = std::mem::take(batches).into_iter().partition(|batch| batch.client.endpoint() == named.client.endpoint());
        *batches = others;
        let same: Vec<Batch> = same;
        let ledgers = same.into_iter().flat_map(|batch| batch.ledgers).collect();
        batches.push(Batch { ledgers, ..named });
    }

    /// What a run has recorded, where its endpoint may be sent to and answers.
    async fn recorded(&self, leftover: Leftover, total: &mut Total) -> Result<Option<Batch>, Failure> {
        if leftover.removals.is_empty() {
            std::fs::remove_file(&leftover.path)?;
            return Ok(None);
        }
        let endpoint =
            Url::parse(&leftover.endpoint).map_err(|error| Failure::argument(format!("{}: {error}", leftover.path.display()), None))?;
        // A profile is meant for the real service: what a mock has left behind is none of its business.
        let live = leftover.live || is_aws(&endpoint);
        let access = if live { self.endpoint.access.clone() } else { Access::default() };
        if let Err(refused) = permitted(live, &endpoint, access.allow_aws) {
            let what = format!("{} of run {} at {}", leftover.removals.len(), leftover.run_id, refused.host());
            total.leave(leftover.removals.len(), &[format!("{what}, which is the real service; --allow-aws removes it")]);
            return Ok(None);
        }
        let target = self.endpoint.target.clone().filter(|_| live);
        let recorded = Endpoint {
            endpoint_url: Some(endpoint.to_string()),
            region: Some(leftover.region.clone()),
            target,
            access,
            ..self.endpoint.clone()
        };
        let (client, _) = self.reach(&recorded).await?;
        if client.send(&Request::new("ListUserPools", &json!({"MaxResults": 1}), true)).await.is_err() {
            self.unreachable(&leftover, total)?;
            return Ok(None);
        }
        Ok(Some(Batch { client, live, ledgers: vec![leftover], pools: Vec::new() }))
    }

    fn unreachable(&self, leftover: &Leftover, total: &mut Total) -> Result<(), Failure> {
        let what = format!("{} of run {} at {}", leftover.removals.len(), leftover.run_id, leftover.endpoint);
        if self.forget && !self.dry_run {
            std::fs::remove_file(&leftover.path)?;
            total.lines.push(format!("forgot {what}"));
        } else {
            total.leave(leftover.removals.len(), &[format!("{what}, which does not answer; --forget drops the record")]);
        }
        Ok(())
    }

    /// What carries our name at the endpoint that the user names; but not what a run makes that still goes on.
    async fn named(&self, going_on: &BTreeSet<String>) -> Result<Batch, Failure> {
        let (client, live) = self.reach(&self.endpoint).await?;
        let older_than = self.older_than.map_or(if live { LIVE_AGE } else { Duration::ZERO }, |age| age.0);
        let wanted = Wanted { prefix: NAME_PREFIX.to_owned(), older_than, tagged: live };
        let mut pools = find(&client, &wanted).await.map_err(|error| Failure::NotObserved(error.to_string()))?;
        pools.retain(|pool| !pool.run.as_ref().is_some_and(|run| going_on.contains(run)));
        Ok(Batch { client, live, ledgers: Vec::new(), pools })
    }

    /// How an endpoint is reached, and whether it is live.
    async fn reach(&self, endpoint: &Endpoint) -> Result<(Client, bool), Failure> {
        let against = endpoint.against(&environment)?;
        let opened = Opened::open(endpoint, &against, &servers()).await?;
        let Reached { client, announcement } = endpoint.reach(&opened, PATIENCE, &environment).await?;
        announcement.iter().for_each(Announcement::tell);
        let live = opened.profile.live;
        Ok((Patience::of(live).paced(Client::new(client)?), live))
    }

    /// Shows what would be removed: always of a live target, and with `--dry-run` of any.
    fn tell(&self, batches: &[Batch], out: &mut dyn Write) -> Result<(), Failure> {
        let word = if self.dry_run { "would remove" } else { "to be removed:" };
        for line in batches.iter().filter(|batch| batch.live || self.dry_run).flat_map(Batch::lines) {
            writeln!(out, "{word} {line}")?;
        }
        Ok(out.flush()?)
    }

    async fn carry_out(&self, batches: &[Batch], total: &mut Total) -> Result<(), Failure> {
        let live: usize = batches.iter().filter(|batch| batch.live).map(|batch| batch.lines().len()).sum();
        let agreed = live == 0 || consent::agreed(live, self.yes)?;
        for batch in batches {
            if agreed || !batch.live {
                total.add(&batch.remove().await?);
            } else {
                total.leave(batch.lines().len(), &batch.lines());
            }
        }
        let ended = stop_orphans(&servers()).await.map_err(|reason| Failure::Read { path: servers(), reason })?;
        total.lines.extend(ended.iter().map(|orphan| format!("ended server {} ({})", orphan.pid, orphan.command.join(" "))));
        Ok(())
    }
}

fn found(directory: &Path) -> Result<Vec<Leftover>, Failure> {
    leftovers(directory).map_err(|reason| Failure::Read { path: directory.to_owned(), reason })
}

/// Whether a process of that id is there. Where there is no `/proc` to look into, no: a sweep is asked for by a person.
fn is_running(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}
