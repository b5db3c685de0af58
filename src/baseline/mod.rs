//! Known failures: a list of what fails on a target, so that a run is red on what is new and on nothing else.
//!
//! - `source`: the format; `load`: reading it, `error`: what is wrong with it, `contradiction`: entries that say two things of one check
//! - `entry`: one entry
//! - `seen`: what a result says of the list; `verdict`: what the list says of a result: four outcomes and no fifth
//! - `update`: the list after a run; `reason`: why a new entry is there; `layout`, `write`: its text, a person's own left as it is
//!
//! Its words for how a case ended are those of [`crate::engine`], which asks it about every result.

mod contradiction;
mod entry;
mod error;
mod layout;
mod load;
mod reason;
mod seen;
mod source;
mod update;
mod verdict;
mod write;

#[cfg(test)]
mod samples;

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

pub use error::BaselineError;
pub use load::{built_in_names, is_file};
pub use source::baseline_schema;
pub use update::{Heading, Updated};

use entry::Entry;
use layout::Layout;

/// Under which conditions results are held against a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    /// Every finding counts.
    pub strict: bool,
    /// A listed case that passes is a pass like any other.
    pub lenient: bool,
    /// All cases of the suite run. In a part of them, a wrong shape that nobody saw may be one of an answer to another case.
    pub whole: bool,
    /// The day by which entries expire.
    pub today: Date,
}

/// The known failures of a target, checked against the suite.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// As its user named it.
    file: String,
    layout: Layout,
    /// In the order of the file.
    entries: Vec<Entry>,
    /// The entries of each case that is listed, by position.
    by_case: BTreeMap<String, Vec<usize>>,
}

impl Baseline {
    /// The baseline, as its user named it.
    pub fn file(&self) -> &str {
        &self.file
    }

    fn entries_of(&self, case: &str) -> impl Iterator<Item = &Entry> {
        self.by_case.get(case).into_iter().flatten().map(|at| &self.entries[*at])
    }

    /// The cases of the suite that an entry is for.
    fn cases_of(&self, position: usize) -> impl Iterator<Item = &str> {
        self.by_case.iter().filter(move |(_, positions)| positions.contains(&position)).map(|(name, _)| name.as_str())
    }
}

/// The day that it is, in UTC: entries expire on the same day everywhere.
pub fn today() -> Date {
    OffsetDateTime::now_utc().date()
}
