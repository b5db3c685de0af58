//! Figures as people read them.

use super::run_result::RunResult;
use crate::engine::{Outcome, Tally, Weather};

/// A share as people read it: `12.5%`, and `-` for a share of nothing. Only a true nought is `0.0%` and only a true whole `100.0%`.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(share) if share > 0.0 && share < 0.001 => "<0.1%".to_owned(),
        Some(share) if share < 1.0 && share > 0.999 => ">99.9%".to_owned(),
        Some(share) => format!("{:.1}%", share * 100.0),
    }
}

/// `1 case`, `2 cases`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The two figures with what they are shares of: `divergence 12.5% of 8 judged cases, coverage 80.0% of 10 cases`.
pub(super) fn both(tally: &Tally) -> String {
    let judged = format!("divergence {} of {}", percent(tally.divergence()), count(tally.judged(), "judged case"));
    format!("{judged}, coverage {} of {}", percent(tally.coverage()), count(tally.total(), "case"))
}

/// How many cases ended how, and what was sent for it.
pub(super) fn outcomes(result: &RunResult) -> String {
    let (summary, tally) = (&result.summary, &result.summary.total);
    if tally.total() == 0 {
        return "no case was run".to_owned();
    }
    let listed = [
        (tally.passed(), format!("passed{}", passed_how(tally))),
        (tally.failed(), format!("failed ({})", failed_how(result))),
        (tally.count(Outcome::Unsupported), "unsupported".to_owned()),
        (tally.count(Outcome::Blocked), "blocked".to_owned()),
        (tally.count(Outcome::Skipped), "skipped".to_owned()),
        (tally.count(Outcome::Indeterminate), "indeterminate".to_owned()),
    ];
    let listed: Vec<_> = listed.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    let sent = format!("{} in {:.1} s", count(usize::try_from(summary.requests).unwrap_or(usize::MAX), "request"), summary.seconds);
    format!("{}; {sent}", listed.join(", "))
}

/// What the run met on its way, where it met anything. None of it counts against the target.
pub(super) fn weather(weather: &Weather) -> Option<String> {
    let times = |number, noun| count(usize::try_from(number).unwrap_or(usize::MAX), noun);
    let listed = [
        (weather.throttled, format!("throttled {}", times(weather.throttled, "time"))),
        (weather.server_errors, times(weather.server_errors, "server error")),
        (weather.broken_connections, times(weather.broken_connections, "broken connection")),
        (weather.repeated_reads, format!("{} repeated", times(weather.repeated_reads, "read"))),
        (
            weather.spoiled_tries,
            match weather.spoiled_tries {
                1 => "1 try begun anew".to_owned(),
                tries => format!("{tries} tries begun anew"),
            },
        ),
    ];
    let mut listed: Vec<_> = listed.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words).collect();
    listed.extend((weather.seconds_waited > 0.0).then(|| format!("waited {:.1} s in all", weather.seconds_waited)));
    (!listed.is_empty()).then(|| listed.join(", "))
}

fn passed_how(tally: &Tally) -> String {
    let how = [(tally.count(Outcome::UnexpectedPass), "against the baseline"), (tally.flaky, "flaky")];
    let how: Vec<_> = how.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) }
}

fn failed_how(result: &RunResult) -> String {
    let gating = result.cases.iter().filter(|case| case.outcome == Outcome::Fail && case.gates).count();
    match result.summary.total.count(Outcome::KnownFailure) {
        0 => format!("{gating} gate"),
        known => format!("{gating} gate, {known} known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn tells_only_what_was_met() {
        assert_eq!(weather(&Weather::default()), None);
        let storm = Weather { throttled: 1, repeated_reads: 2, spoiled_tries: 3, seconds_waited: 4.25, ..Weather::default() };
        let told = "throttled 1 time, 2 reads repeated, 3 tries begun anew, waited 4.2 s in all";
        assert_eq!(weather(&storm).as_deref(), Some(told));
    }

    #[rstest]
    #[case(None, "-")]
    #[case(Some(0.0), "0.0%")]
    #[case(Some(0.0004), "<0.1%")]
    #[case(Some(0.125), "12.5%")]
    #[case(Some(0.9996), ">99.9%")]
    #[case(Some(1.0), "100.0%")]
    fn never_rounds_a_failure_away(#[case] share: Option<f64>, #[case] text: &str) {
        assert_eq!(percent(share), text);
    }
}
