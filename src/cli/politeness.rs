//! How a run treats its target: gently where it is live, else as fast as it goes. Flags say otherwise.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::Args;

use crate::engine::Patience;
use crate::model::QuotaShare;

/// Options that say how much a target is asked, and how long it is waited for.
#[derive(Debug, Clone, Default, Args)]
pub struct Politeness {
    /// Send at most this share of the request rates that are published as Amazon's default quotas; left out: 50 of a live target,
    /// no limit elsewhere
    #[arg(long, value_name = "PERCENT")]
    pub quota_share: Option<QuotaShare>,
    /// Have at most so many user pools at a time; left out: 100 on a live target, no limit elsewhere
    #[arg(long, value_name = "N")]
    pub max_pools: Option<NonZeroUsize>,
    /// Repeat a read that does not show what was written before for so long, in seconds; left out: 5 on a live target, 0 elsewhere
    #[arg(long, value_name = "S", value_parser = settling)]
    pub settle: Option<Duration>,
    /// Longest time for one case, its fixtures included, in seconds; left out: 60, and 300 on a live target
    #[arg(long, value_name = "S", value_parser = super::running::seconds)]
    pub case_timeout: Option<Duration>,
}

impl Politeness {
    /// What the flags say, and else what is usual.
    pub(super) fn patience(&self, live: bool) -> Patience {
        let usual = Patience::of(live);
        Patience {
            quota_share: self.quota_share.or(usual.quota_share),
            max_pools: self.max_pools.or(usual.max_pools),
            settle: self.settle.unwrap_or(usual.settle),
            ..usual
        }
    }
}

/// A time in seconds: nought, or as [`super::running::seconds`] reads it.
fn settling(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(0.0) => Ok(Duration::ZERO),
        _ => super::running::seconds(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0", Some(Duration::ZERO))]
    #[case("2.5", Some(Duration::from_millis(2500)))]
    #[case("-1", None)]
    #[case("soon", None)]
    fn settling_may_take_no_time(#[case] text: &str, #[case] time: Option<Duration>) {
        assert_eq!(settling(text).ok(), time);
    }

    #[test]
    fn only_a_live_target_is_treated_gently_unasked() {
        let flags = Politeness { quota_share: "80".parse().ok(), ..Politeness::default() };
        assert_eq!(Politeness::default().patience(false), Patience::default());
        assert_eq!(Politeness::default().patience(true), Patience::live());
        assert_eq!(flags.patience(false), Patience { quota_share: flags.quota_share, ..Patience::default() });
        assert_eq!(flags.patience(true), Patience { quota_share: flags.quota_share, ..Patience::live() });
    }
}
