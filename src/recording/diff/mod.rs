//! What moved between two recordings, most telling first.
//!
//! - `placeholder`: which values of one side are which of the other
//! - `value`, `exchanges`: what differs in an answer, and in the exchanges of a case
//! - `group`: what is the same in many cases, told once
//! - `notes`: what makes two recordings less comparable than they look
//! - `render`: for people and for Markdown

mod change;
mod exchanges;
mod group;
mod notes;
mod placeholder;
mod render;
mod value;

use serde::Serialize;

pub(super) use placeholder::{has_placeholder, is_number};

pub use change::Kind;
pub use group::Entry;
pub use render::Form;

use super::Recording;
use super::about::{About, Figures, State};

/// What moved between two recordings. Texts that come from targets stand here as they came; who prints them cleans them.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// The older recording.
    pub before: Side,
    /// The newer one.
    pub after: Side,
    /// What makes them less comparable than they look, in sentences.
    pub notes: Vec<String>,
    /// Cases of which both have exchanges.
    pub compared: usize,
    /// What moved: by kind, the most telling first; then what was written by hand before what was made from the service model; then
    /// by the number of cases.
    pub entries: Vec<Entry>,
}

/// One of the two recordings.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Its folder, as the user named it.
    pub directory: String,
    /// Name of its target.
    pub target: String,
    /// Version of the target, where it is known.
    pub target_version: Option<String>,
    /// Region that was signed for.
    pub region: String,
    /// When it began, in UTC.
    pub recorded: String,
    /// Version of the suite.
    pub suite_version: String,
    /// How it ended.
    pub state: State,
    /// It in figures.
    pub figures: Figures,
}

impl Diff {
    /// Compares two recordings.
    pub fn new(before: &Recording, after: &Recording) -> Self {
        Self {
            schema_version: 1,
            before: Side::of(before),
            after: Side::of(after),
            notes: notes::of(&before.about, &after.about),
            compared: before.cases.keys().filter(|case| after.cases.contains_key(*case)).count(),
            entries: group::entries(before, after),
        }
    }

    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Of the cases that both have, those in which anything moved.
    pub fn moved(&self) -> usize {
        let both = self.entries.iter().filter(|entry| !matches!(entry.kind, Kind::OnlyBefore | Kind::OnlyAfter));
        both.flat_map(|entry| &entry.cases).collect::<std::collections::BTreeSet<_>>().len()
    }

    /// What moved of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
}

impl Side {
    fn of(recording: &Recording) -> Self {
        let About { target, target_version, region, recorded, suite_version, state, figures, .. } = recording.about.clone();
        Self {
            directory: recording.directory.display().to_string(),
            target,
            target_version,
            region,
            recorded,
            suite_version,
            state,
            figures,
        }
    }
}
