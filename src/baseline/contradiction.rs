//! Entries that contradict each other: two that are for the same check of the same case.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Entry;
use crate::case::Page;

/// Notes each entry that is for a check of a case that an entry before it is for. A whole case is all its checks, a wildcard all
/// its cases.
pub(super) fn contradictions(page: &Page<'_>, entries: &BTreeMap<usize, Entry>, by_case: &BTreeMap<String, Vec<usize>>) {
    let mut noted = BTreeSet::new();
    for positions in by_case.values() {
        for (count, at) in positions.iter().enumerate() {
            let other = positions[..count].iter().find(|other| entries[*other].shares_checks_with(&entries[at]));
            if let Some(other) = other.filter(|_| noted.insert(*at)) {
                let (what, before) = (what(&entries[at]), &entries[other]);
                let message = format!("{what} is listed twice: line {} lists {} too", before.line, self::what(before));
                page.value(&format!("/known/{at}/case"), message, Some("keep one of the two".to_owned()));
            }
        }
    }
}

/// `` `GetUser::*` ``, or `` `error` of `GetUser::*` ``.
fn what(entry: &Entry) -> String {
    let checks = entry.checks.as_ref().map(|checks| super::verdict::quoted(checks) + " of ");
    format!("{}`{}`", checks.unwrap_or_default(), entry.cases)
}
