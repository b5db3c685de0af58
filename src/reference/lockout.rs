//! The lock on a user whose password is guessed at (developer guide, "Lockout behavior for failed sign-in attempts").

use super::error::ServiceError;

/// Failures that lock nobody out.
const FREE: u32 = 4;
/// Quiet that makes all forgotten, and about the longest lock, in seconds.
const QUIET: f64 = 900.0;

/// Wrong passwords of a user since the last right one.
#[derive(Debug, Clone, Default)]
pub struct Attempts {
    failures: u32,
    last: f64,
}

impl Attempts {
    /// Refuses an attempt during a lock. It does not count.
    pub fn check(&mut self, now: f64) -> Result<(), ServiceError> {
        let since = now - self.last;
        if self.failures > 0 && since >= QUIET.max(self.lock()) {
            self.failures = 0;
        }
        let locked = self.failures > FREE && since < self.lock();
        if locked { Err(ServiceError::not_authorized("Password attempts exceeded")) } else { Ok(()) }
    }

    /// Counts a wrong password.
    pub fn failed(&mut self, now: f64) {
        self.failures = self.failures.saturating_add(1);
        self.last = now;
    }

    /// A right password makes all forgotten.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Seconds of the lock that the last failure began: 2^(n-5).
    fn lock(&self) -> f64 {
        let doublings = i32::try_from(self.failures.saturating_sub(FREE + 1)).unwrap_or(i32::MAX);
        2_f64.powi(doublings).min(QUIET)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::four_are_free(4, 0.0, false)]
    #[case::fifth_locks(5, 0.9, true)]
    #[case::for_a_second(5, 1.0, false)]
    #[case::doubles(8, 7.9, true)]
    #[case::and_ends(8, 8.0, false)]
    #[case::at_most(40, 899.0, true)]
    #[case::fifteen_minutes(40, 900.0, false)]
    fn locks(#[case] failures: u32, #[case] since: f64, #[case] locked: bool) {
        let mut attempts = Attempts::default();
        (0..failures).for_each(|_| attempts.failed(0.0));
        assert_eq!(attempts.check(since).is_err(), locked);
    }

    #[rstest]
    #[case::success(true)]
    #[case::quiet(false)]
    fn what_makes_all_forgotten(#[case] success: bool) {
        let mut attempts = Attempts::default();
        (0..8).for_each(|_| attempts.failed(0.0));
        if success {
            attempts.succeeded();
        }
        assert!(attempts.check(900.0).is_ok());
        attempts.failed(900.0);
        assert!(attempts.check(900.0).is_ok());
    }
}
