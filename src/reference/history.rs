//! What a pool was before its last writes, for those who want to read the past.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::pool::Pool;

/// How much of the past is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Nothing.
    Nothing,
    /// The pool before its last write, and all that it was within this time.
    LastAnd(Duration),
}

/// Earlier states of a pool, oldest first.
pub struct History {
    keeps: Keeps,
    past: VecDeque<Past>,
}

struct Past {
    pool: Pool,
    until: Instant,
}

impl History {
    /// No past.
    pub fn new(keeps: Keeps) -> Self {
        Self { keeps, past: VecDeque::new() }
    }

    /// Remembers a pool that is about to be written.
    pub fn remember(&mut self, pool: &Pool, now: Instant) {
        let Keeps::LastAnd(time) = self.keeps else { return };
        self.past.retain(|past| now.saturating_duration_since(past.until) < time);
        self.past.push_back(Past { pool: pool.clone(), until: now });
    }

    /// The pool before its last write.
    pub fn before_last(&self) -> Option<&Pool> {
        self.past.back().map(|past| &past.pool)
    }

    /// The pool as it was so long ago, if it was written since.
    pub fn ago(&self, time: Duration, now: Instant) -> Option<&Pool> {
        self.past.iter().find(|past| now.saturating_duration_since(past.until) < time).map(|past| &past.pool)
    }
}
