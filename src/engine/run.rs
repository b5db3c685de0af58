//! A run from its first request to its last: scheduling, interruption, clean-up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::carrier::Carrier;
use super::case_run::broken_shape_case;
use super::config::{Config, Part, RunError};
use super::event::{Event, Reporter, RunStarted};
use super::outcome::CaseResult;
use super::room::{Need, Room};
use super::sender::SendError;
use super::session::Session;
use super::summary::Summary;
use super::tries::result_of;
use crate::case::{Origin, Suite};
use crate::model::Model;
use crate::wire::TransportError;

/// After an interrupt, requests that are under way may take this long.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// Runs cases and tells `reporter` what happens. `interrupt` ends the run early, after clean-up.
///
/// # Errors
/// The run itself could not be done. A failed case is no error.
pub async fn run(
    suite: Arc<Suite>,
    selected: &[String],
    config: Config,
    reporter: &mut dyn Reporter,
    interrupt: impl Future<Output = ()>,
) -> Result<Summary, RunError> {
    let started = Instant::now();
    let (events, mut queue) = mpsc::unbounded_channel();
    let (jobs, part) = (config.jobs.max(1), config.shard.clone());
    let need = Need::of(&suite, selected.iter().filter_map(|name| suite.case(name)));
    let room = Room::below(config.patience.max_pools, need)?;
    let mut session = Session::open(suite, config, room, events)?;
    session.conditions.whole = selected.len() == session.suite.cases().len();
    let session = Arc::new(session);
    preflight(&session).await?;
    let mut tally = Telling { reporter, summary: Summary::default(), trouble: None };
    let shard = part.as_ref().map(|part| part.shard);
    tally.tell(Event::RunStarted(RunStarted { shard, ..announcement(&session, selected.len()) }));
    let mut work = Work { session: session.clone(), running: JoinSet::new(), jobs, part };
    let interrupted = {
        let cases = work.all(selected, &mut queue, &mut tally);
        tokio::pin!(interrupt);
        tokio::select! {
            () = cases => false,
            () = &mut interrupt => true,
        }
    };
    if interrupted {
        work.end().await;
    } else {
        drop(work);
    }
    tally.summary.interrupted = interrupted;
    tally.summary.lost = session.line.is_lost();
    tally.summary.shapes_seen = session.shapes.all_succeeded();
    if tokio::time::timeout(session.patience.clean_up, session.clear_all()).await.is_err() {
        session.emit(Event::CleanupFailed { cause: "clean-up took too long; `cognito-conformance sweep` removes what is left".to_owned() });
    }
    while let Ok(event) = queue.try_recv() {
        tally.tell(event);
    }
    tally.summary.requests = session.client.sent() + session.carrier.as_ref().map_or(0, Carrier::sent);
    tally.summary.weather = session.weather();
    tally.summary.seconds = started.elapsed().as_secs_f64();
    tally.tell(Event::RunFinished(tally.summary.clone()));
    if let Some(session) = Arc::into_inner(session) {
        let _ = session.ledger.close();
    }
    tally.trouble.map_or(Ok(tally.summary), |error| Err(RunError::Report(error)))
}

/// A run of no cases: a shard that none fell into, or nothing left to do. It sends nothing; `started` is what it would have been.
///
/// # Errors
/// The report cannot be written.
pub fn nothing(started: RunStarted, reporter: &mut dyn Reporter) -> Result<Summary, RunError> {
    let mut tally = Telling { reporter, summary: Summary::default(), trouble: None };
    tally.tell(Event::RunStarted(started));
    tally.tell(Event::RunFinished(tally.summary.clone()));
    tally.trouble.map_or(Ok(tally.summary), |error| Err(RunError::Report(error)))
}

/// An endpoint that is not there is told at once, rather than by every case.
async fn preflight(session: &Arc<Session>) -> Result<(), RunError> {
    match session.probe().await {
        Ok(()) => Ok(()),
        // Of a server that is tested, this is for the cases to tell.
        Err(SendError::Throttled) if !session.patience.spares_errors() => Ok(()),
        Err(SendError::Transport(cause)) => Err(unreachable(session, cause)),
        Err(error) => Err(unreachable(session, TransportError::Broken(error.to_string()))),
    }
}

fn unreachable(session: &Arc<Session>, cause: TransportError) -> RunError {
    let _ = std::fs::remove_file(session.ledger.path());
    RunError::Unreachable { endpoint: session.client.endpoint().to_string(), cause }
}

fn announcement(session: &Session, selected: usize) -> RunStarted {
    RunStarted {
        target_version: session.profile.version.clone(),
        selected,
        run_id: session.run_id.clone(),
        strict: session.strict,
        via: session.carrier.as_ref().map(Carrier::name),
        ..RunStarted::new(session.profile.name.clone(), session.client.endpoint().to_string())
    }
}

impl RunStarted {
    /// A run of no cases yet, of this suite, against a target at an endpoint.
    pub fn new(target: String, endpoint: String) -> Self {
        Self {
            target,
            target_version: None,
            endpoint,
            selected: 0,
            suite_version: env!("CARGO_PKG_VERSION").to_owned(),
            model: Model::embedded().source.clone(),
            run_id: String::new(),
            strict: false,
            via: None,
            shard: None,
        }
    }
}

/// Passes events on and counts.
struct Telling<'a> {
    reporter: &'a mut dyn Reporter,
    summary: Summary,
    trouble: Option<std::io::Error>,
}

impl Telling<'_> {
    fn tell(&mut self, event: Event) {
        if let Event::CaseFinished(result) = &event {
            self.summary.add(result);
        }
        // The first trouble is told in the end; a report that cannot be written does not end the run.
        if self.trouble.is_none() {
            self.trouble = self.reporter.event(&event).err();
        }
    }
}

struct Work {
    session: Arc<Session>,
    running: JoinSet<CaseResult>,
    jobs: usize,
    part: Option<Part>,
}

impl Work {
    /// What is under way comes to its end, so that what it makes is noted; then nothing runs any more.
    async fn end(mut self) {
        self.session.line.stop();
        let drained = async { while self.running.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(DRAIN_LIMIT, drained).await;
        self.running.shutdown().await;
    }

    /// All cases; those about shapes last, when the others' answers have been seen.
    async fn all(&mut self, selected: &[String], queue: &mut mpsc::UnboundedReceiver<Event>, telling: &mut Telling<'_>) {
        let is_shape = |name: &&String| self.session.suite.case(name).is_some_and(|case| case.origin == Origin::Shape);
        let (shapes, others): (Vec<&String>, Vec<&String>) = selected.iter().partition(is_shape);
        for phase in [others, shapes] {
            for name in phase {
                while self.running.len() >= self.jobs {
                    self.finish_one(queue, telling).await;
                }
                self.start(name.clone());
            }
            while !self.running.is_empty() {
                self.finish_one(queue, telling).await;
            }
            self.session.settle().await;
        }
        self.elsewhere(telling);
    }

    /// Tells of shape cases of other shards that an answer of this one breaks.
    fn elsewhere(&self, telling: &mut Telling<'_>) {
        let elsewhere = self.part.iter().flat_map(|part| &part.elsewhere);
        for case in elsewhere.filter_map(|name| self.session.suite.case(name)) {
            if let Some(result) = broken_shape_case(&self.session, case) {
                telling.tell(Event::CaseFinished(Box::new(result)));
            }
        }
    }

    fn start(&mut self, name: String) {
        let session = self.session.clone();
        self.running.spawn(async move {
            let suite = session.suite.clone();
            let case = suite.case(&name).expect("only cases of the suite are selected");
            result_of(&session, case).await
        });
    }

    async fn finish_one(&mut self, queue: &mut mpsc::UnboundedReceiver<Event>, telling: &mut Telling<'_>) {
        let Some(finished) = self.running.join_next().await else { return };
        while let Ok(event) = queue.try_recv() {
            telling.tell(event);
        }
        if let Ok(result) = finished {
            telling.tell(Event::CaseFinished(Box::new(result)));
        }
    }
}
