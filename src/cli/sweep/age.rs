//! Ages as people type them: `90s`, `30m`, `1h`, `2d`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// Units with their seconds, the longest first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

/// How old something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age(pub Duration);

/// A text that is no age.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an age; write it as in `90s`, `30m`, `1h` or `2d`")]
pub struct AgeError;

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let (number, seconds) = UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, seconds))).ok_or(AgeError)?;
        let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
        let number: u64 = number.parse().ok().filter(|_| is_number).ok_or(AgeError)?;
        number.checked_mul(*seconds).map(Duration::from_secs).map(Self).ok_or(AgeError)
    }
}

impl fmt::Display for Age {
    /// In the longest unit of which there are two, or the shortest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let age = self.0.as_secs();
        let (unit, seconds) = UNITS.into_iter().find(|(_, seconds)| age >= 2 * seconds).unwrap_or(('s', 1));
        write!(f, "{}{unit}", age / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0s", Some(0))]
    #[case("90s", Some(90))]
    #[case("30m", Some(1800))]
    #[case("1h", Some(3600))]
    #[case("2d", Some(172_800))]
    #[case("1", None)]
    #[case("h", None)]
    #[case("-1h", None)]
    #[case("+1h", None)]
    #[case("1.5h", None)]
    #[case("1h30m", None)]
    #[case("1 hour", None)]
    #[case("99999999999999999999d", None)]
    #[case("999999999999999999d", None)]
    fn reads_ages(#[case] text: &str, #[case] seconds: Option<u64>) {
        assert_eq!(text.parse::<Age>().ok(), seconds.map(|seconds| Age(Duration::from_secs(seconds))));
    }

    #[rstest]
    #[case(0, "0s")]
    #[case(119, "119s")]
    #[case(120, "2m")]
    #[case(7199, "119m")]
    #[case(7200, "2h")]
    #[case(200_000, "2d")]
    fn writes_them(#[case] seconds: u64, #[case] text: &str) {
        assert_eq!(Age(Duration::from_secs(seconds)).to_string(), text);
    }
}
