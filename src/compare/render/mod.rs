//! A comparison for people: what all formats say, in words.
//!
//! Texts of targets are cleaned here; the formats quote them as their syntax asks for.

pub(super) mod html;
pub(super) mod human;
pub(super) mod markdown;

use std::collections::BTreeMap;

use super::{Agreed, Change, Changes, Comparison, Kind, Observed, Suspect};
use crate::engine::Tally;
use crate::report::figures::{count, percent};
use crate::report::untrusted;

/// What a cell of the table is.
const CELL: &str = "divergence of judged cases / coverage of all cases";
/// What suspects are, before they are listed.
const SUSPICION: &str =
    "No server is evidence, and a majority is none: look at the source again, and correct the case only where it does not hold.";

/// Something that changed, as it is told.
struct Entry {
    name: String,
    what: String,
    details: Vec<String>,
}

fn cell(tally: Option<&Tally>) -> String {
    tally.map(|tally| format!("{} / {}", percent(tally.divergence()), percent(tally.coverage()))).unwrap_or_default()
}

/// The changes of a kind. What came or went as a whole operation is told as such.
fn entries(changes: &Changes, kind: Kind) -> Vec<Entry> {
    match kind {
        Kind::NewlyImplemented | Kind::NoLongerImplemented => by_operation(changes, kind),
        _ => changes.of(kind).map(entry).collect(),
    }
}

fn entry(change: &Change) -> Entry {
    let outcome = |outcome: Option<crate::engine::Outcome>| outcome.map_or_else(|| "not there".to_owned(), |outcome| outcome.to_string());
    let reason = (change.kind == Kind::NoLongerJudged).then_some(change.reason.as_deref()).flatten().map(untrusted::line);
    let (now, before) = match change.kind {
        Kind::OtherwiseWrong => ("now: ", "before: "),
        _ => ("", ""),
    };
    let appeared = change.appeared.iter().filter(|_| change.after.is_some()).map(|finding| format!("{now}{}", finding_line(finding)));
    let gone =
        change.gone.iter().filter(|_| change.kind == Kind::OtherwiseWrong).map(|finding| format!("{before}{}", finding_line(finding)));
    Entry {
        name: untrusted::line(&change.case),
        what: format!("{} → {}{}", outcome(change.before), outcome(change.after), if change.regression { ", gates" } else { "" }),
        details: reason.into_iter().chain(appeared).chain(gone).collect(),
    }
}

fn by_operation(changes: &Changes, kind: Kind) -> Vec<Entry> {
    let mut operations: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for change in changes.of(kind) {
        let outcome = if kind == Kind::NewlyImplemented { change.after } else { change.before };
        let word = outcome.map(|outcome| outcome.to_string()).unwrap_or_default();
        *operations.entry(&change.operation).or_default().entry(word).or_default() += 1;
    }
    let entry = |(operation, outcomes): (&str, BTreeMap<String, usize>)| Entry {
        name: untrusted::line(operation),
        what: outcomes.iter().map(|(word, number)| format!("{number} {word}")).collect::<Vec<_>>().join(", "),
        details: Vec::new(),
    };
    operations.into_iter().map(entry).collect()
}

/// How many changes of each kind there are, and how many of them gate.
fn counts(changes: &Changes) -> String {
    let counted = Kind::ALL.into_iter().map(|kind| {
        let (all, gating) = (changes.of(kind).count(), changes.of(kind).filter(|change| change.regression).count());
        let gating = if gating > 0 { format!(" ({gating} gating)") } else { String::new() };
        (all > 0).then(|| format!("{all} {kind}{gating}"))
    });
    let counted: Vec<String> = counted.flatten().collect();
    if counted.is_empty() { "nothing changed".to_owned() } else { counted.join(", ") }
}

fn finding_line(observed: &Observed) -> String {
    let Observed { check, step, operation, expected, actual, .. } = observed;
    let (expected, actual) = (untrusted::line(expected), untrusted::line(actual));
    format!("{step}, {operation}: {check}{}: expected {expected}, got {actual}", path(observed))
}

fn path(observed: &Observed) -> String {
    if observed.path.is_empty() { String::new() } else { format!(" {}", untrusted::line(&observed.path)) }
}

/// Who agrees, of how many.
fn agreement(Agreed { families, targets, .. }: &Agreed, suspect: &Suspect) -> String {
    let who = targets.join(", ");
    format!("{families} of {} that were judged: {who}", count(suspect.judged, "independent target"))
}

fn dissent(suspect: &Suspect) -> Option<String> {
    (!suspect.passed.is_empty()).then(|| format!("passed by {}", suspect.passed.join(", ")))
}

fn title_of_suspects(comparison: &Comparison) -> String {
    format!("Suspects: {} that most targets contradict in the same way", count(comparison.suspects.len(), "claim"))
}
