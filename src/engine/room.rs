//! How many user pools are there at a time: a bound that the cases share, and that cannot hold them up for ever.
//!
//! Pools that many cases share stay until the end of the run, so the bound sets them aside beforehand. What is left goes to pools that
//! a case makes for itself: it claims all of its own at once, before it makes any, and waits while there is no room. So nobody
//! who waits holds what another waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::case::{Case, FixtureUse, Scope, Step, Suite};

/// What makes a pool.
const MAKES_POOL: &str = "CreateUserPool";

/// The bound is too low for the cases.
#[derive(Debug, Error, miette::Diagnostic, PartialEq, Eq)]
#[error("the selected cases need {least} user pools at a time, and `--max-pools` allows {limit}")]
#[diagnostic(help("say `--max-pools {least}`, or select fewer cases"))]
pub struct NoRoom {
    /// What is allowed.
    limit: usize,
    /// What is needed: the pools that cases share, and those that one case has for itself.
    least: usize,
}

/// How many pools cases need at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Shared by several cases.
    pub shared: usize,
    /// That one case has for itself, at most.
    pub own: usize,
}

impl Need {
    /// What these cases need, and the controls that they ask for.
    pub fn of<'a>(suite: &Suite, cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let (mut shared, mut own) = (BTreeSet::new(), 0);
        for case in cases {
            let control = case.control.as_deref().and_then(|name| suite.case(name));
            for case in control.into_iter().chain([case]) {
                shared.extend(shared_pools(suite, case));
                own = own.max(own_pools(suite, case));
            }
        }
        Self { shared: shared.len(), own }
    }
}

fn makes_pools(steps: &[Step]) -> usize {
    steps.iter().filter(|step| step.action.name() == MAKES_POOL).count()
}

/// Pools that a case makes for itself, in fixtures and in steps.
pub fn own_pools(suite: &Suite, case: &Case) -> usize {
    let fixtures = case.given.iter().filter_map(|used| suite.fixtures.get(&used.name));
    let own = fixtures.filter(|fixture| fixture.scope == Scope::Case).map(|fixture| makes_pools(&fixture.create));
    own.sum::<usize>() + makes_pools(&case.steps)
}

/// Pools that a case shares with others, each by what makes it the same: its fixture, the parameters, and the fixtures that it is in.
fn shared_pools(suite: &Suite, case: &Case) -> Vec<String> {
    let mut roles: BTreeMap<&str, String> = BTreeMap::new();
    let mut pools = Vec::new();
    for used in &case.given {
        let Some(fixture) = suite.fixtures.get(&used.name) else { continue };
        let others: Vec<_> = fixture.given.iter().map(|role| roles.get(role.as_str())).collect();
        let instance = format!("{} {others:?}", named(used));
        if fixture.scope == Scope::Run && makes_pools(&fixture.create) > 0 {
            pools.push(instance.clone());
        }
        roles.insert(&fixture.role, instance);
    }
    pools
}

fn named(used: &FixtureUse) -> String {
    format!("{} {}", used.name, Value::Object(used.with.clone()))
}

/// Room for the pools that cases make for themselves.
#[derive(Debug, Default)]
pub struct Room(Option<Arc<Semaphore>>);

impl Room {
    /// Room below a bound, without the pools that cases share.
    ///
    /// # Errors
    /// The bound is too low.
    pub fn below(limit: Option<NonZeroUsize>, need: Need) -> Result<Self, NoRoom> {
        let Some(limit) = limit.map(NonZeroUsize::get) else { return Ok(Self(None)) };
        let least = need.shared + need.own;
        match limit.checked_sub(need.shared) {
            Some(left) if left >= need.own => Ok(Self(Some(Arc::new(Semaphore::new(left))))),
            _ => Err(NoRoom { limit, least }),
        }
    }

    /// Waits until there is room for so many pools. They have it until the claim ends.
    pub async fn claim(&self, pools: usize) -> Claim {
        let pools = u32::try_from(pools).unwrap_or(u32::MAX);
        let permit = match &self.0 {
            // It is never closed.
            Some(room) if pools > 0 => room.clone().acquire_many_owned(pools).await.ok(),
            _ => None,
        };
        Claim(Mutex::new(permit))
    }
}

/// Room that a case has for its own pools.
#[derive(Debug)]
pub struct Claim(Mutex<Option<OwnedSemaphorePermit>>);

impl Claim {
    /// Gives the room up. Before a case waits for another one, which may want room itself, it must: better a pool too many than two
    /// cases that wait for each other.
    pub fn give_up(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::*;

    fn need(suite: &Suite, names: &[&str]) -> Need {
        Need::of(suite, names.iter().map(|name| suite.case(name).expect("a case")))
    }

    #[test]
    fn shared_pools_are_counted_once_and_own_ones_for_one_case() {
        let suite = Suite::embedded().expect("the suite loads");
        let shared = ["SetUserSettings::turns_sms_on", "SetUserSettings::administrator_sees_the_setting"];
        assert_eq!(need(&suite, &shared), Need { shared: 1, own: 0 });
        let all = Need::of(&suite, suite.cases());
        assert!(all.shared > 1 && all.own >= 1, "{all:?}");
        assert!(Room::below(super::super::Patience::live().max_pools, all).is_ok(), "the default is enough for all cases: {all:?}");
    }

    #[rstest]
    #[case(3, true)]
    #[case(2, false)]
    fn a_bound_that_is_too_low_is_told_beforehand(#[case] limit: usize, #[case] is_enough: bool) {
        let room = Room::below(NonZeroUsize::new(limit), Need { shared: 2, own: 1 });
        assert_eq!(room.as_ref().err(), (!is_enough).then_some(&NoRoom { limit, least: 3 }));
    }

    #[tokio::test]
    async fn waits_for_room_and_gives_it_back() {
        let room = Room::below(NonZeroUsize::new(3), Need { shared: 1, own: 2 }).expect("enough");
        let first = room.claim(2).await;
        let waits = async |pools| tokio::time::timeout(Duration::from_millis(20), room.claim(pools)).await.is_err();
        assert!(waits(1).await);
        assert!(!waits(0).await, "who needs none never waits");
        first.give_up();
        assert!(!waits(2).await);
    }
}
