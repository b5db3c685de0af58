//! `sweep`: what killed runs left behind is removed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use url::Url;

use super::access::Access;
use super::endpoint::{Endpoint, environment};
use super::live::{Announcement, Reached};
use super::opened::{Opened, ledgers, servers};
use super::{Failure, Global};
use crate::aws::{is_aws, permitted};
use crate::case::NAME_PREFIX;
use crate::engine::ledger::{Leftover, leftovers};
use crate::engine::sweep::{Swept, named_pools, sweep_ledger, sweep_pools};
use crate::exit;
use crate::report::untrusted;
use crate::target::stop_orphans;
use crate::wire::Client;

/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Also remove every user pool of this endpoint that carries our name, recorded or not. Not while a run is going on there
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Region of that endpoint
    #[arg(long)]
    pub region: Option<String>,
    /// Forget what is recorded of endpoints that do not answer any more
    #[arg(long)]
    pub forget: bool,
    /// Do not check the certificates of HTTPS endpoints
    #[arg(long)]
    pub no_verify_ssl: bool,
    /// Certificate authorities in PEM form; else AWS_CA_BUNDLE
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE", hide_env_values = true)]
    pub ca_bundle: Option<PathBuf>,
    /// Whose credentials, and whether the real service may be used.
    #[command(flatten)]
    pub access: Access,
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
        self.lines.extend(swept.left.iter().map(|what| format!("left {}", untrusted::line(what))));
        self.left += swept.left.len();
    }
}

impl Sweep {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the sweep".to_owned(), reason })?;
        let total = runtime.block_on(self.sweep())?;
        for line in total.lines.iter().filter(|line| !global.quiet || line.starts_with("left")) {
            writeln!(out, "{line}")?;
        }
        if total.lines.is_empty() && !global.quiet {
            writeln!(out, "nothing was left behind")?;
        }
        Ok(if total.left == 0 { exit::CONFORMS } else { exit::NOT_RUN })
    }

    async fn sweep(&self) -> Result<Total, Failure> {
        let mut total = Total::default();
        for leftover in found(&ledgers())?.iter().filter(|leftover| !is_running(leftover.pid)) {
            self.recorded(leftover, &mut total).await?;
        }
        let ended = stop_orphans(&servers()).await.map_err(|reason| Failure::Read { path: servers(), reason })?;
        total.lines.extend(ended.iter().map(|orphan| format!("ended server {} ({})", orphan.pid, orphan.command.join(" "))));
        if self.endpoint_url.is_some() {
            self.named(&mut total).await?;
        }
        Ok(total)
    }

    async fn recorded(&self, leftover: &Leftover, total: &mut Total) -> Result<(), Failure> {
        if leftover.removals.is_empty() {
            return Ok(std::fs::remove_file(&leftover.path)?);
        }
        let endpoint =
            Url::parse(&leftover.endpoint).map_err(|error| Failure::argument(format!("{}: {error}", leftover.path.display()), None))?;
        // A profile is meant for the real service: what a mock has left behind is none of its business.
        let access = if is_aws(&endpoint) { self.access.clone() } else { Access::default() };
        if let Err(refused) = permitted(false, &endpoint, access.allow_aws) {
            let what = format!("{} of run {} at {}", leftover.removals.len(), leftover.run_id, refused.host());
            total.lines.push(format!("left {what}, which is the real service; --allow-aws removes it"));
            total.left += leftover.removals.len();
            return Ok(());
        }
        let client = self.client(access, endpoint.to_string(), Some(leftover.region.clone())).await?;
        if named_pools(&client, NAME_PREFIX).await.is_err() {
            return self.unreachable(leftover, total);
        }
        total.add(&sweep_ledger(&client, leftover).await?);
        Ok(())
    }

    fn unreachable(&self, leftover: &Leftover, total: &mut Total) -> Result<(), Failure> {
        let what = format!("{} of run {} at {}", leftover.removals.len(), leftover.run_id, leftover.endpoint);
        if self.forget {
            std::fs::remove_file(&leftover.path)?;
            total.lines.push(format!("forgot {what}"));
        } else {
            total.lines.push(format!("left {what}, which does not answer; --forget drops the record"));
            total.left += leftover.removals.len();
        }
        Ok(())
    }

    async fn named(&self, total: &mut Total) -> Result<(), Failure> {
        let Some(endpoint) = self.endpoint_url.clone() else { return Ok(()) };
        let client = self.client(self.access.clone(), endpoint, self.region.clone()).await?;
        let pools = named_pools(&client, NAME_PREFIX).await.map_err(|error| Failure::NotObserved(error.to_string()))?;
        total.add(&sweep_pools(&client, &pools).await);
        Ok(())
    }

    async fn client(&self, access: Access, endpoint_url: String, region: Option<String>) -> Result<Client, Failure> {
        let (no_verify_ssl, ca_bundle) = (self.no_verify_ssl, self.ca_bundle.clone());
        let endpoint = Endpoint { endpoint_url: Some(endpoint_url), region, access, no_verify_ssl, ca_bundle, ..Endpoint::default() };
        let opened = Opened::open(&endpoint, &endpoint.against(&environment)?, &servers()).await?;
        let Reached { client, announcement } = endpoint.reach(&opened, PATIENCE, &environment).await?;
        announcement.iter().for_each(Announcement::tell);
        Ok(Client::new(client)?)
    }
}

fn found(directory: &Path) -> Result<Vec<Leftover>, Failure> {
    leftovers(directory).map_err(|reason| Failure::Read { path: directory.to_owned(), reason })
}

/// Whether a process of that id is there. Where there is no `/proc` to look into, no: a sweep is asked for by a person.
fn is_running(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}
