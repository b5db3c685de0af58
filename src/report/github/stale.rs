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
    let mut entries: BTreeMap<(&str, u32), (&Known, Vec<&CaseResult>)> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.outcome == Outcome::UnexpectedPass && case.gates == gating) {
        let Some(entry) = &case.known else { continue };
        entries.entry((&entry.file, entry.line)).or_insert_with(|| (entry, Vec::new())).1.push(case);
    }
    entries.into_values().map(|(entry, cases)| annotation(level, entry, &cases)).collect()
}

fn annotation(level: Level, entry: &Known, cases: &[&CaseResult]) -> Annotation {
    let title = match cases {
        [case] => format!("{} does not fail as listed here", case.name),
        cases => format!("{} do not fail as listed here", count(cases.len(), "case")),
    };
    let what = match cases {
        [case] => plain::headline(case),
        cases => some(&cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>()),
    };
    let lines = vec![what, format!("listed: {}", plain::known(entry)), "`--update-baseline` writes the baseline anew.".to_owned()];
    Annotation { level, place: Some(At::line(&entry.file, entry.line)), title, lines }
}
