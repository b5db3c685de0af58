//! All pools, in memory, each behind its own lock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use super::{
    config::AccountId,
    error::ServiceError,
    history::{History, Keeps},
    pool::Pool,
};

/// A pool, and what it was before the last operations that may write.
pub struct Slot {
    /// The pool.
    pub now: Pool,
    /// The pool before.
    pub history: History<Pool>,
}

/// The pools of one server.
pub struct State {
    /// Region in ids and addresses.
    pub region: String,
    /// Account in ARNs.
    pub account: AccountId,
    keeps: Keeps,
    pools: RwLock<HashMap<String, Arc<Mutex<Slot>>>>,
    // A hint where to look: a client that was deleted stays until its pool says otherwise.
    clients: RwLock<HashMap<String, String>>,
}

// A poisoned lock means an operation panicked, which none should; the state is still the best there is.
macro_rules! held {
    ($lock:expr) => {
        $lock.unwrap_or_else(PoisonError::into_inner)
    };
}

/// Takes a pool's lock.
pub fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    held!(slot.lock())
}

impl State {
    /// No pools.
    pub fn new(region: String, account: AccountId, keeps: Keeps) -> Self {
        Self { region, account, keeps, pools: RwLock::default(), clients: RwLock::default() }
    }

    /// A pool by id.
    pub fn pool(&self, id: &str) -> Result<Arc<Mutex<Slot>>, ServiceError> {
        held!(self.pools.read()).get(id).cloned().ok_or_else(|| ServiceError::no_pool(id))
    }

    /// The pool of an app client.
    pub fn pool_of_client(&self, client_id: &str) -> Result<Arc<Mutex<Slot>>, ServiceError> {
        let unknown = || ServiceError::no_client(client_id);
        let id = held!(self.clients.read()).get(client_id).cloned().ok_or_else(unknown)?;
        self.pool(&id).map_err(|_| unknown())
    }

    /// All pools, oldest first.
    pub fn pools(&self) -> Vec<Arc<Mutex<Slot>>> {
        let mut pools: Vec<_> = held!(self.pools.read()).values().cloned().collect();
        let key = |slot: &Arc<Mutex<Slot>>| lock(slot).now.description.get("CreationDate").and_then(|date| date.as_f64());
        pools.sort_by(|one, other| key(one).partial_cmp(&key(other)).unwrap_or(std::cmp::Ordering::Equal));
        pools
    }

    /// Adds a pool.
    pub fn insert(&self, pool: Pool) {
        let slot = Slot { now: pool, history: History::new(self.keeps) };
        held!(self.pools.write()).insert(slot.now.id.clone(), Arc::new(Mutex::new(slot)));
    }

    /// Removes a pool and its clients.
    pub fn remove(&self, id: &str) {
        held!(self.pools.write()).remove(id);
        held!(self.clients.write()).retain(|_, pool| pool != id);
    }

    /// Remembers where a pool's clients are.
    pub fn index_clients(&self, pool: &Pool) {
        let mut clients = held!(self.clients.write());
        for id in pool.clients.keys() {
            clients.insert(id.clone(), pool.id.clone());
        }
    }
}
