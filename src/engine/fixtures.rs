//! Building what cases need to exist first, and removing it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Map, Value};

use super::Event;
use super::carrier::Sender;
use super::ledger::Removal;
use super::sender::{Exchange, Performed, SendError, save};
use super::session::Session;
use super::shared::Fleeting;
use crate::case::{Fixture, FixtureUse, Scope, Step, Template, Values, Verdict};
use crate::judge::{Answer, Check, Finding, Normaliser, Secrets, judge};
use crate::wire::Request;

/// Something that was built.
pub struct Built {
    id: u64,
    values: Values,
    secrets: Secrets,
}

/// A fixture that could not be built.
#[derive(Debug, Clone)]
pub struct FixtureFailure {
    /// The one cause, for all cases that it blocks.
    pub cause: String,
    /// The operation that the target does not implement, where that is the cause.
    pub unsupported: Option<String>,
    /// Nothing was observed.
    pub indeterminate: bool,
}

impl std::fmt::Debug for Built {
    /// Its values hold passwords and tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Built").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Fleeting for Result<Arc<Built>, Arc<FixtureFailure>> {
    fn is_fleeting(&self) -> bool {
        self.as_ref().is_err_and(|failure| failure.indeterminate)
    }
}

/// The fixtures of one case.
#[derive(Default)]
pub struct Stage {
    /// What expressions can read.
    pub values: Values,
    /// What passed while they were built.
    pub secrets: Secrets,
    instances: BTreeMap<String, u64>,
    removals: Vec<u64>,
}

impl Session {
    /// Builds what a case needs, in order.
    ///
    /// # Errors
    /// The first fixture that could not be built. What was built for this case alone is removed by [`Session::clear`].
    pub async fn set(&self, given: &[FixtureUse], stage: &mut Stage) -> Result<(), Arc<FixtureFailure>> {
        stage.values = self.values();
        for used in given {
            let Some(fixture) = self.suite.fixtures.get(&used.name) else { continue };
            let built = match fixture.scope {
                Scope::Run => self.shared(fixture, used, stage).await?,
                Scope::Case => {
                    let mut removals = Vec::new();
                    let built = self.build(fixture, used, stage, &mut removals).await;
                    stage.removals.extend(removals);
                    Arc::new(built.map_err(Arc::new)?)
                }
            };
            stage.instances.insert(fixture.role.clone(), built.id);
            stage.values.insert(fixture.role.clone(), Value::Object(built.values.clone()));
            stage.secrets.extend(&built.secrets);
        }
        Ok(())
    }

    /// The one instance of a run fixture for these parameters and these other fixtures.
    async fn shared(&self, fixture: &Fixture, used: &FixtureUse, stage: &Stage) -> Result<Arc<Built>, Arc<FixtureFailure>> {
        let others: Vec<_> = fixture.given.iter().map(|role| stage.instances.get(role)).collect();
        let key = format!("{} {} {others:?}", used.name, Value::Object(used.with.clone()));
        let cell = self.fixtures.cell(&key);
        let built = cell.get_or_init(|| async {
            let started = Instant::now();
            let mut removals = Vec::new();
            match self.build(fixture, used, stage, &mut removals).await {
                Ok(built) => {
                    self.emit(Event::FixtureBuilt { fixture: fixture.name.clone(), time: started.elapsed() });
                    Ok(Arc::new(built))
                }
                Err(failure) => {
                    self.tell_failure(fixture, &failure);
                    Err(Arc::new(failure))
                }
            }
        });
        built.await.clone()
    }

    /// What was not observed may be built yet; the cases that could not have it say so themselves.
    fn tell_failure(&self, fixture: &Fixture, failure: &FixtureFailure) {
        if !failure.indeterminate {
            let cause = Normaliser::scrub(&failure.cause);
            self.emit(Event::FixtureFailed { fixture: fixture.name.clone(), cause });
        }
    }

    async fn build(&self, fixture: &Fixture, used: &FixtureUse, stage: &Stage, removals: &mut Vec<u64>) -> Result<Built, FixtureFailure> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let makes_pool = fixture.create.iter().any(|step| step.action.name() == "CreateUserPool");
        let _permit = if makes_pool { self.pools.acquire().await.ok() } else { None };
        let failure = |cause: String| FixtureFailure {
            cause: format!("fixture `{}`: {cause}", fixture.name),
            unsupported: None,
            indeterminate: false,
        };
        let mut values = stage.values.clone();
        let with = self.parameters(fixture, used, &values).map_err(failure)?;
        values.insert("with".to_owned(), Value::Object(with));
        values.insert(fixture.role.clone(), Value::Object(Map::new()));
        for (name, template) in &fixture.save {
            let value = template.evaluate(&values).map_err(|error| failure(error.to_string()))?;
            put(&mut values, &fixture.role, Map::from_iter([(name.clone(), value)]));
        }
        let (mut noted, mut secrets) = (0, Secrets::default());
        for step in &fixture.create {
            let saved = self.create(fixture, step, &values, &stage.secrets, &mut secrets).await;
            // Even a step that failed half-way may have made something that can be removed.
            if let Ok(saved) = &saved {
                put(&mut values, &fixture.role, saved.clone());
            }
            self.note_removals(fixture, &values, &mut noted, removals).map_err(failure)?;
            saved.map_err(|failure| FixtureFailure { cause: stage.secrets.and(&secrets).out_of(&failure.cause), ..failure })?;
        }
        let own = values.remove(&fixture.role).and_then(|own| own.as_object().cloned()).unwrap_or_default();
        Ok(Built { id: NEXT.fetch_add(1, Ordering::Relaxed), values: own, secrets })
    }

    /// The fixture's defaults, and what the case says instead.
    fn parameters(&self, fixture: &Fixture, used: &FixtureUse, values: &Values) -> Result<Values, String> {
        let given = used.with.iter().filter(|(name, _)| fixture.with.contains_key(*name));
        let mut with = fixture.with.clone();
        with.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        let template = Template::compile(&Value::Object(with)).map_err(|(_, error)| error.to_string())?;
        let evaluated = template.evaluate(values).map_err(|error| error.to_string())?;
        Ok(evaluated.as_object().cloned().unwrap_or_default())
    }

    /// `before` are the secrets of the fixtures that this one stands on, `secrets` its own.
    async fn create(
        &self,
        fixture: &Fixture,
        step: &Step,
        values: &Values,
        before: &Secrets,
        secrets: &mut Secrets,
    ) -> Result<Values, FixtureFailure> {
        let name = step.action.name();
        let failure = |what: String| FixtureFailure {
            cause: format!("fixture `{}`: {name} {what}", fixture.name),
            unsupported: None,
            indeterminate: false,
        };
        let performed = self.observe(Sender::Run, step, values, |performed| self.is_as_expected(step, performed, values)).await;
        let performed = performed.map_err(|error| send_failure(fixture, name, &error))?;
        if let Performed::Call(exchange) = &performed {
            secrets.learn(&exchange.request.shown_body());
            secrets.learn(&exchange.response.shown_body());
            if step.expect.verdict == Verdict::Success && self.looks_unimplemented(name, &exchange.response) {
                let cause = not_implemented(name);
                return Err(FixtureFailure { cause, unsupported: Some(name.to_owned()), indeterminate: false });
            }
            self.note_shape(&answer(step, exchange, values), &exchange.request, &[before, secrets]);
            if let Some(finding) = refusal(step, exchange, values) {
                return Err(failure(format!("answered {}, not {}", finding.fault.actual(), finding.fault.expected())));
            }
        }
        let mut saved = Values::new();
        save(step, performed.body(), &mut saved).map_err(|path| failure(format!("answered without {path}")))?;
        self.shapes.succeed(name);
        Ok(saved)
    }

    /// Whether a step of a fixture gave what the fixture wants, so that there is nothing to wait for.
    fn is_as_expected(&self, step: &Step, performed: &Performed, values: &Values) -> bool {
        let Performed::Call(exchange) = performed else { return true };
        self.looks_unimplemented(step.action.name(), &exchange.response)
            || refusal(step, exchange, values).is_none() && save(step, performed.body(), &mut Values::new()).is_ok()
    }

    /// Enters into the ledger how to remove what was made, as soon as that can be said; `noted` steps of the removal were looked
    /// at already. What is not this run's to remove never gets there, as a sweep would remove it.
    fn note_removals(&self, fixture: &Fixture, values: &Values, noted: &mut usize, removals: &mut Vec<u64>) -> Result<(), String> {
        let mut refused = None;
        for step in fixture.destroy.iter().skip(*noted) {
            let Ok(request) = step.action.input().evaluate(values) else { break };
            let operation = step.action.name().to_owned();
            *noted += 1;
            if let Err(refusal) = self.may_remove(&Request::new(&operation, &request, true)) {
                refused.get_or_insert(format!("its removal by {operation}: {refusal}"));
                continue;
            }
            let removal = Removal { operation, request };
            removals.push(self.ledger.created(removal).map_err(|error| format!("the ledger: {error}"))?);
        }
        refused.map_or(Ok(()), Err)
    }

    /// Removes what was made for one case alone. What could not be reached is left for the end of the run.
    pub async fn clear(&self, stage: &Stage) {
        for id in stage.removals.iter().rev() {
            self.remove(*id).await;
        }
    }

    /// Removes everything that is still there. Several at once: after an interrupt people wait.
    pub async fn clear_all(&self) {
        use futures::StreamExt;
        self.forgive().await;
        futures::stream::iter(self.ledger.open()).for_each_concurrent(8, |id| self.remove(id)).await;
        self.tell_unreached();
        if self.line.is_doubtful() && !self.is_lost().await {
            self.clear_unnoted().await;
        }
    }

    fn tell_unreached(&self) {
        let unreached = self.ledger.remaining();
        if let Some(first) = unreached.first() {
            let more = match unreached.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let cause = format!("{} {}{more}: the endpoint did not answer", first.operation, first.request);
            self.emit(Event::CleanupFailed { cause });
        }
    }

    async fn remove(&self, id: u64) {
        let Some(removal) = self.ledger.take(id) else { return };
        match self.send_removal(&Request::new(&removal.operation, &removal.request, true)).await {
            Ok(response) if response.is_success() || is_gone(&response) => {
                let _ = self.ledger.removed(id);
            }
            Ok(response) => self.left(&removal, &response.error().name.unwrap_or_else(|| format!("HTTP {}", response.status))),
            Err(error @ SendError::Refused(_)) => self.left(&removal, &error.to_string()),
            Err(_) => self.ledger.put_back(id, removal),
        }
    }

    /// Tells that something could not be removed.
    pub fn left(&self, removal: &Removal, why: &str) {
        self.emit(Event::CleanupFailed { cause: format!("{} {}: {why}", removal.operation, removal.request) });
    }
}

fn answer<'a>(step: &'a Step, exchange: &'a Exchange, values: &'a Values) -> Answer<'a> {
    let operation = step.action.name();
    Answer { step: "fixture", operation, expect: &step.expect, response: &exchange.response, values, previous: None }
}

/// What is wrong with an answer that a fixture cannot go on with.
fn refusal(step: &Step, exchange: &Exchange, values: &Values) -> Option<Finding> {
    let findings = judge(&answer(step, exchange, values));
    findings.into_iter().find(|finding| finding.check.gates() && finding.check != Check::Headers)
}

/// The same words wherever it is found out, so that it is one cause.
pub fn not_implemented(operation: &str) -> String {
    format!("{operation} is not implemented")
}

/// Gone already is as good as removed.
pub fn is_gone(response: &crate::wire::Response) -> bool {
    response.error().name.as_deref() == Some("ResourceNotFoundException")
}

fn put(values: &mut Values, role: &str, more: Values) {
    if let Some(Value::Object(own)) = values.get_mut(role) {
        own.extend(more);
    }
}

fn send_failure(fixture: &Fixture, name: &str, error: &SendError) -> FixtureFailure {
    FixtureFailure {
        cause: format!("fixture `{}`: {name}: {error}", fixture.name),
        unsupported: None,
        indeterminate: error.is_indeterminate(),
    }
}
