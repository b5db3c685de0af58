//! What something was before its last writes, for those who want to read the past.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How much of the past is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Nothing.
    Nothing,
    /// What was before the last write, and all that was within this time.
    LastAnd(Duration),
}

/// Earlier states, oldest first.
pub struct History<T> {
    keeps: Keeps,
    past: VecDeque<Past<T>>,
}

struct Past<T> {
    state: T,
    until: Instant,
}

impl<T: Clone> History<T> {
    /// No past.
    pub fn new(keeps: Keeps) -> Self {
        Self { keeps, past: VecDeque::new() }
    }

    /// Remembers a state that is about to be written.
    pub fn remember(&mut self, state: &T, now: Instant) {
        let Keeps::LastAnd(time) = self.keeps else { return };
        self.past.retain(|past| now.saturating_duration_since(past.until) < time);
        self.past.push_back(Past { state: state.clone(), until: now });
    }

    /// What was before the last write.
    pub fn before_last(&self) -> Option<&T> {
        self.past.back().map(|past| &past.state)
    }

    /// What was so long ago, or at first; nothing, if there were no writes since.
    pub fn ago(&self, time: Duration, now: Instant) -> Option<&T> {
        self.past.iter().find(|past| now.saturating_duration_since(past.until) < time).map(|past| &past.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// States 0, 1 and 2, replaced at seconds 0, 1 and 2.
    fn written_thrice(keeps: Keeps) -> (History<u32>, Instant) {
        let (mut history, start) = (History::new(keeps), Instant::now());
        (0..3).for_each(|state| history.remember(&state, start + SECOND * state));
        (history, start)
    }

    #[test]
    fn shows_what_was_so_long_ago() {
        let (history, start) = written_thrice(Keeps::LastAnd(SECOND * 2));
        let at = |seconds: u32| history.ago(SECOND * 2, start + SECOND * seconds).copied();
        assert_eq!([at(2), at(3), at(4), at(5)], [Some(1), Some(2), None, None]);
        assert_eq!(history.before_last(), Some(&2));
    }

    #[test]
    fn keeps_no_more_than_it_must() {
        assert_eq!(written_thrice(Keeps::LastAnd(SECOND * 2)).0.past.len(), 2);
        assert_eq!(written_thrice(Keeps::LastAnd(Duration::ZERO)).0.past.len(), 1);
        assert_eq!(written_thrice(Keeps::Nothing).0.past.len(), 0);
    }
}
