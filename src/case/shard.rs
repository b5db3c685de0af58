//! One of several parts of a selection that together are the whole, for machines that run at the same time.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One of several parts, written `2/4`: the second of four.
///
/// A case belongs to a part by its name alone: the first eight bytes of the name's SHA-256, as a big-endian number, modulo the
/// number of parts. So it stays where it is when other cases come and go, on every machine and with every compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: NonZeroU64,
    count: NonZeroU64,
}

/// A text that names no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write it as `2/4`, for the second of four parts: the first number from 1 to the second")]
pub struct ShardError;

impl Shard {
    /// Whether the case of this name belongs here.
    pub fn has(self, name: &str) -> bool {
        place_of(name) % self.count == self.number.get() - 1
    }

    /// Which part, from 1.
    pub fn number(self) -> u64 {
        self.number.get()
    }

    /// How many parts there are.
    pub fn count(self) -> u64 {
        self.count.get()
    }
}

fn place_of(name: &str) -> u64 {
    let hash = digest(&SHA256, name.as_bytes());
    hash.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, count) = text.split_once('/').ok_or(ShardError)?;
        let read = |text: &str| text.parse::<NonZeroU64>().map_err(|_| ShardError);
        let (number, count) = (read(number)?, read(count)?);
        if number <= count { Ok(Self { number, count }) } else { Err(ShardError) }
    }
}

impl TryFrom<String> for Shard {
    type Error = ShardError;

    fn try_from(text: String) -> Result<Self, ShardError> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Suite;
    use rstest::rstest;

    #[rstest]
    #[case("1/1", true)]
    #[case("4/4", true)]
    #[case("0/4", false)]
    #[case("5/4", false)]
    #[case("1/0", false)]
    #[case("a/b", false)]
    #[case("-1/4", false)]
    #[case("1/4/2", false)]
    #[case("1", false)]
    #[case("", false)]
    fn reads_what_names_a_part(#[case] text: &str, #[case] good: bool) {
        assert_eq!(text.parse::<Shard>().map(|shard| shard.to_string()).ok(), good.then(|| text.to_owned()));
    }

    /// A case that changed its shard would be missing where reports of two versions are put together.
    #[rstest]
    #[case("", 0xe3b0_c442_98fc_1c14)]
    #[case("GetUser::response_shape", 0x2a10_78cc_0bdc_8d39)]
    #[case("SetUserSettings::turns_sms_on", 0x89f1_ed69_fb9b_072e)]
    fn a_name_has_its_place_for_good(#[case] name: &str, #[case] place: u64) {
        assert_eq!(place_of(name), place);
    }

    #[test]
    fn the_parts_are_the_whole_once_and_of_like_size() {
        let suite = Suite::embedded().expect("the suite loads");
        let total = suite.cases().len();
        for count in 1..=8 {
            let shards: Vec<Shard> = (1..=count).map(|number| format!("{number}/{count}").parse().expect("a shard")).collect();
            let sizes = shards.iter().map(|shard| suite.cases().iter().filter(|case| shard.has(&case.name)).count());
            let (largest, smallest) = sizes.fold((0, total), |(most, least), size| (most.max(size), least.min(size)));
            for case in suite.cases() {
                assert_eq!(shards.iter().filter(|shard| shard.has(&case.name)).count(), 1, "{} is in one of {count}", case.name);
            }
            let even = total / shards.len();
            assert!(largest * 2 <= even * 3 && smallest * 3 >= even * 2, "{count} parts of {smallest} to {largest} cases");
        }
    }
}
