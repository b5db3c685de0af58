//! What all cases of a run share.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;

use super::carrier::Carrier;
use super::config::{Config, RunError};
use super::fixtures::{Built, FixtureFailure};
use super::guard::Guard;
use super::ledger::Ledger;
use super::line::Line;
use super::patience::Patience;
use super::room::Room;
use super::shapes::Shapes;
use super::shared::Shared;
use super::support::Support;
use super::weather::{Forecast, Weather};
use super::{CaseResult, Event};
use crate::baseline::{self, Baseline, Conditions};
use crate::case::{CASE_TIME, RUN_ID, Suite, TARGET, Values};
use crate::judge::Snapshots;
use crate::target::{Doors, Profile};
use crate::wire::Client;

/// Pools are made two at a time at most: that is what servers take longest for.
const POOLS_AT_ONCE: usize = 2;

/// What many cases need is made this often at most, where nothing was observed of it: one answer that got lost must not cost
/// them all. With `--retries` it is made as often as a case, and where the weather counts, twice as often as a try that it spoiled.
const SHARED_TRIES: u32 = 3;

/// What all cases of a run share.
#[derive(Debug)]
pub struct Session {
    pub(super) suite: Arc<Suite>,
    pub(super) profile: Profile,
    pub(super) client: Client,
    pub(super) carrier: Option<Carrier>,
    pub(super) doors: Doors,
    /// Watches over what is sent, where the target is live.
    pub(super) guard: Option<Guard>,
    pub(super) allow_messages: bool,
    pub(super) ledger: Ledger,
    pub(super) strict: bool,
    pub(super) retries: u32,
    pub(super) case_timeout: Duration,
    pub(super) snapshots: Option<Snapshots>,
    baseline: Option<Baseline>,
    pub(super) conditions: Conditions,
    pub(super) run_id: String,
    pub(super) events: UnboundedSender<Event>,
    pub(super) pools: Semaphore,
    pub(super) room: Room,
    pub(super) patience: Patience,
    pub(super) forecast: Forecast,
    pub(super) line: Line,
    pub(super) shapes: Shapes,
    pub(super) support: Support,
    pub(super) fixtures: Shared<Result<Arc<Built>, Arc<FixtureFailure>>>,
    pub(super) controls: Shared<Arc<CaseResult>>,
}

impl Session {
    /// A session in which nothing has happened yet.
    ///
    /// # Errors
    /// The client cannot be made, or the ledger cannot be written.
    pub fn open(suite: Arc<Suite>, config: Config, room: Room, events: UnboundedSender<Event>) -> Result<Self, RunError> {
        let run_id = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
        let (endpoint, region) = (config.client.endpoint.clone(), config.client.region.clone());
        let line = Line::new(config.client.timeout);
        let client = config.patience.paced(Client::new(config.client)?);
        let ledger = Ledger::create(&config.ledger_directory, &run_id, endpoint.as_str(), &region, config.profile.live);
        let ledger = ledger.map_err(|cause| RunError::Ledger { directory: config.ledger_directory.clone(), cause })?;
        let spoiled = config.patience.spoiled_tries.unwrap_or_default();
        let tries = SHARED_TRIES.max(config.retries.saturating_add(1)).max(spoiled.saturating_mul(2));
        Ok(Self {
            suite,
            doors: Doors::new(&config.profile, endpoint, client.http()),
            guard: (config.profile.live).then(|| Guard::new(&run_id, config.profile.resources.values().cloned(), config.allow_messages)),
            allow_messages: config.allow_messages,
            profile: config.profile,
            client,
            carrier: config.carrier,
            ledger,
            strict: config.strict,
            retries: config.retries,
            case_timeout: config.case_timeout,
            snapshots: config.snapshots.map(Snapshots::new),
            baseline: config.baseline,
            // Entries of the baseline expire by the day on which the run began.
            conditions: Conditions { strict: config.strict, lenient: config.lenient, whole: false, today: baseline::today() },
            run_id,
            events,
            pools: Semaphore::new(POOLS_AT_ONCE),
            room,
            patience: config.patience,
            forecast: Forecast::default(),
            line,
            shapes: Shapes::default(),
            support: Support::default(),
            fixtures: Shared::new(tries),
            controls: Shared::new(tries),
        })
    }

    /// The values that every expression of a case that begins now can read.
    pub fn values(&self) -> Values {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let target = self.profile.readable().into();
        Values::from_iter([
            (RUN_ID.to_owned(), self.run_id.clone().into()),
            (CASE_TIME.to_owned(), time.into()),
            (TARGET.to_owned(), target),
        ])
    }

    /// The result with what the baseline says of it.
    pub fn listed(&self, result: CaseResult) -> CaseResult {
        match &self.baseline {
            Some(baseline) => baseline.apply(result, &self.conditions),
            None => result,
        }
    }

    /// What the run met on its way so far.
    pub fn weather(&self) -> Weather {
        let weather = self.forecast.so_far();
        Weather { seconds_waited: weather.seconds_waited + self.client.waited().as_secs_f64(), ..weather }
    }

    /// Tells the reports. They may have stopped listening, which ends nothing.
    pub fn emit(&self, event: Event) {
        let _ = self.events.send(event);
    }
}
