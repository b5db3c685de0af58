//! Entries of the baseline whose cases passed.

use std::collections::BTreeMap;

use super::command::{Annotation, At, Level};
use super::failures::some;
use crate::engine::{CaseResult, Known, Outcome};
use crate::report::figures::count;
use crate::report::plain;

/// One for each entry, at its line: that is what its user must edit. Those that gate, or those that do not.
pub(super) fn of(cases: &[CaseResult], gating: bool) -> Vec<Annotation> {
    let level = if gating { Level::Error } else { Level::Warning };
    let mut entries: BTreeMap<(&str, u32), (&Known, Vec<&str>)> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.outcome == Outcome::UnexpectedPass && case.gates == gating) {
        let Some(entry) = &case.known else { continue };
        entries.entry((&entry.file, entry.line)).or_insert_with(|| (entry, Vec::new())).1.push(&case.name);
    }
    entries.into_values().map(|(entry, names)| annotation(level, entry, &names)).collect()
}

fn annotation(level: Level, entry: &Known, names: &[&str]) -> Annotation {
    let title = match names {
        [name] => format!("{name} passed, take this entry out"),
        names => format!("{} passed that this entry lists, narrow it or take it out", count(names.len(), "case")),
    };
    let lines = vec![
        format!("listed as a known failure: {}", plain::known(entry)),
        format!("passed: {}", some(names)),
        "`--update-baseline` writes the baseline anew.".to_owned(),
    ];
    Annotation { level, place: Some(At::line(&entry.file, entry.line)), title, lines }
}
