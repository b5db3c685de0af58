//! How a run treats a target: how much it asks of it, and how much it puts up with.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::model::QuotaShare;
use crate::wire::{Client, Pace};

/// The longest pause that a server is granted for the asking.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// The first pause before a read is repeated; the next is twice as long, and so on.
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// The longest pause between two reads.
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// How a run treats a target. The default is for servers that run for the test alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Patience {
    /// Share of each published quota that is used at most; `None`: as fast as the target answers.
    pub quota_share: Option<QuotaShare>,
    /// User pools that are there at a time at most; `None`: as many as the cases want.
    pub max_pools: Option<NonZeroUsize>,
    /// How long a read is repeated while what was written may still be on its way; nought: never.
    pub settle: Duration,
    /// Server errors and broken connections are weather rather than answers, and a try that they spoiled is made again this often
    /// at most. `None`: a server error is an answer like any other.
    pub spoiled_tries: Option<u32>,
    /// What a case with one-time codes may take, so that they are the current ones when they arrive.
    pub time_for_codes: Duration,
    /// Pauses before a request is sent again.
    pub backoff: Backoff,
    /// Longest time for clean-up; what remains then is in the ledger.
    pub clean_up: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            quota_share: None,
            max_pools: None,
            settle: Duration::ZERO,
            spoiled_tries: None,
            time_for_codes: Duration::from_secs(4),
            backoff: Backoff { times: 4, first: Duration::from_millis(400), longest: Duration::from_secs(10) },
            clean_up: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// With the real service, which others use too, which is eventually consistent, and to which the way is long.
    pub fn live() -> Self {
        Self {
            quota_share: Some(QuotaShare::HALF),
            max_pools: NonZeroUsize::new(100),
            settle: Duration::from_secs(5),
            spoiled_tries: Some(5),
            time_for_codes: Duration::from_secs(12),
            backoff: Backoff { times: 6, ..Self::default().backoff },
            clean_up: Duration::from_secs(120),
        }
    }

    /// What is usual with a target that is live, or not.
    pub fn of(live: bool) -> Self {
        if live { Self::live() } else { Self::default() }
    }

    /// The client, which keeps within the quotas from now on.
    pub fn paced(&self, client: Client) -> Client {
        match self.quota_share {
            Some(share) => client.at_pace(Pace::new(share)),
            None => client,
        }
    }

    /// Whether server errors and broken connections are weather.
    pub fn spares_errors(&self) -> bool {
        self.spoiled_tries.is_some()
    }

    /// The pauses between reads until what was written shows: ever longer, as long as there is time.
    pub fn looks(&self) -> impl Iterator<Item = Duration> + use<> {
        let mut left = self.settle;
        std::iter::successors(Some(FIRST_LOOK), |pause| Some((*pause * 2).min(LONGEST_LOOK))).map_while(move |pause| {
            let pause = pause.min(left);
            left -= pause;
            (!pause.is_zero()).then_some(pause)
        })
    }
}

/// Pauses before a request is sent again: at random up to a limit, which doubles each time. Those who were refused together do not come
/// back together.
#[derive(Debug, Clone, PartialEq)]
pub struct Backoff {
    /// How often it is sent again.
    pub times: u32,
    /// The limit of the first pause.
    pub first: Duration,
    /// The limit of any pause.
    pub longest: Duration,
}

impl Backoff {
    /// The pause before the request is sent again for the so-manieth time, from nought; none where it has been often enough. A server
    /// may ask for a longer one.
    pub fn pause(&self, time: u32, asked: Option<Duration>) -> Option<Duration> {
        let limit = self.first.saturating_mul(1 << time.min(16)).min(self.longest);
        let pause = limit.mul_f64(rand::random_range(0.0..=1.0));
        (time < self.times).then(|| pause + asked.unwrap_or_default().min(LONGEST_ASKED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::never(0, &[])]
    #[case::short(150, &[100, 50])]
    #[case::long(2500, &[100, 200, 400, 800, 1000])]
    fn looks_ever_more_seldom_until_the_time_is_over(#[case] settle: u64, #[case] pauses: &[u64]) {
        let patience = Patience { settle: Duration::from_millis(settle), ..Patience::default() };
        let looks: Vec<_> = patience.looks().map(|pause| pause.as_millis()).collect();
        assert_eq!(looks, pauses.iter().map(|pause| u128::from(*pause)).collect::<Vec<_>>());
    }

    #[test]
    fn pauses_are_random_below_a_limit_that_doubles() {
        let backoff = Backoff { times: 3, first: Duration::from_millis(100), longest: Duration::from_millis(300) };
        for (time, limit) in [(0, 100), (1, 200), (2, 300)] {
            let pauses: Vec<_> = (0..200).filter_map(|_| backoff.pause(time, None)).collect();
            assert!(pauses.iter().all(|pause| *pause <= Duration::from_millis(limit)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause > Duration::from_millis(limit / 2)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause < Duration::from_millis(limit / 2)), "{pauses:?}");
        }
        assert_eq!(backoff.pause(3, None), None);
    }

    #[test]
    fn a_server_that_asks_for_more_gets_it_within_reason() {
        let backoff = Patience::default().backoff;
        let pause = |seconds| backoff.pause(0, Some(Duration::from_secs(seconds))).expect("once more");
        assert!(pause(3) >= Duration::from_secs(3) && pause(3) < Duration::from_secs(4));
        assert!(pause(u64::MAX) < Duration::from_secs(61));
    }
}
