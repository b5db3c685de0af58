//! A baseline after a run: what fails is listed, what does not is not, and what a person wrote is left as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::entry::{Cases, Entry};
use super::layout::{Block, Layout};
use super::reason::{one_line, reason};
use super::seen::Seen;
use super::write::{Row, text};
use super::{Baseline, Conditions};
use crate::engine::CaseResult;
use crate::judge::Check;

/// What stands at the head of a baseline that is written for the first time.
#[derive(Debug, Clone, Default)]
pub struct Heading {
    /// Name of the target.
    pub target: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where `baseline.schema.json` is, for editors: a path from the baseline's folder.
    pub schema: Option<String>,
}

/// The text of a baseline after a run, and how it differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    /// The text of the file.
    pub text: String,
    /// Entries that are new.
    pub added: usize,
    /// Entries that list fewer checks, or whose day of expiry was taken out.
    pub changed: usize,
    /// Entries that are gone.
    pub removed: usize,
    /// Entries that are as they were.
    pub kept: usize,
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} added, {} changed, {} removed, {} kept", self.added, self.changed, self.removed, self.kept)
    }
}

impl Baseline {
    /// The baseline that a run leaves, with which the same run is green. `before` is the one that it began with, if any.
    ///
    /// Entries of cases that the run did not judge stay. A day of expiry that has passed is taken out of an entry that stays.
    /// Only failures that gate are added.
    pub fn updated(before: Option<&Self>, results: &[CaseResult], conditions: &Conditions, heading: &Heading) -> Updated {
        let run = Run::new(results, conditions);
        let mut drafts = before.map(|before| before.remaining(&run)).unwrap_or_default();
        drafts.extend(run.unlisted(&drafts));
        drafts.sort_by_key(|draft| (draft.row.entry.cases.to_string(), draft.row.entry.checks.clone()));
        let count = |fate| drafts.iter().filter(|draft| draft.fate == fate).count();
        let (added, changed, kept) = (count(Fate::Added), count(Fate::Changed), count(Fate::Kept));
        let removed = before.map_or(0, |before| before.entries.len()) - changed - kept;
        let rows: Vec<Row> = drafts.into_iter().map(|draft| draft.row).collect();
        let layout = before.map_or_else(|| Layout::new(heading), |before| before.layout.clone());
        Updated { text: text(&layout, &rows), added, changed, removed, kept }
    }

    /// What is left of the entries.
    fn remaining(&self, run: &Run<'_>) -> Vec<Draft> {
        let positions = self.entries.iter().enumerate();
        positions
            .flat_map(|(at, entry)| if self.stays(at, run) { vec![self.draft(at, run, entry.clone())] } else { self.rest(at, run) })
            .collect()
    }

    /// Whether an entry is true of all its cases that were judged.
    fn stays(&self, at: usize, run: &Run<'_>) -> bool {
        self.cases_of(at).all(|case| run.seen(case).is_none_or(|seen| self.entries[at].holds(seen)))
    }

    /// What is left of an entry that is not wholly true: of a wildcard, an entry for each case that still fails.
    fn rest(&self, at: usize, run: &Run<'_>) -> Vec<Draft> {
        let entry = &self.entries[at];
        if let Cases::One(name) = &entry.cases {
            let rest = run.seen(name).and_then(|seen| entry.narrowed(seen));
            return rest.map(|rest| self.draft(at, run, rest)).into_iter().collect();
        }
        let rest = self.cases_of(at).filter_map(|case| {
            let single = Entry { cases: Cases::One(case.to_owned()), ..entry.clone() };
            run.seen(case).map_or(Some(single.clone()), |seen| single.exact(seen))
        });
        let mut drafts: Vec<Draft> = rest.map(|entry| Draft::added(run.renewed(entry))).collect();
        if let Some(first) = drafts.first_mut() {
            first.row.block.comments = self.block(at).comments;
        }
        drafts
    }

    fn draft(&self, at: usize, run: &Run<'_>, entry: Entry) -> Draft {
        let entry = if self.cases_of(at).any(|case| run.seen(case).is_some()) { run.renewed(entry) } else { entry };
        let block = self.block(at);
        if entry.listed() == self.entries[at].listed() {
            return Draft { row: Row { entry, block }, fate: Fate::Kept };
        }
        Draft { row: Row { entry, block: Block { lines: String::new(), ..block } }, fate: Fate::Changed }
    }

    fn block(&self, at: usize) -> Block {
        self.layout.blocks.as_ref().and_then(|blocks| blocks.get(at)).cloned().unwrap_or_default()
    }
}

impl Entry {
    /// Whether all that it lists is still so.
    fn holds(&self, seen: &Seen) -> bool {
        let lists_nothing_in_vain = self.without_finding(&seen.found).map_or(seen.failed, |gone| gone.is_empty());
        lists_nothing_in_vain || seen.flaky || seen.inconclusive
    }

    /// What is left of it: the checks that still find something.
    fn narrowed(&self, seen: &Seen) -> Option<Self> {
        if self.holds(seen) {
            return Some(self.clone());
        }
        let left: BTreeSet<Check> = self.checks.as_ref()?.intersection(&seen.found).copied().collect();
        (!left.is_empty()).then(|| Self { checks: Some(left), ..self.clone() })
    }

    /// What is left of it, with the checks that fail where it listed the case as a whole.
    fn exact(&self, seen: &Seen) -> Option<Self> {
        let checks = match &self.checks {
            None if seen.failed && !seen.counting.is_empty() => Some(seen.counting.clone()),
            checks => checks.clone(),
        };
        self.narrowed(seen).map(|entry| if entry.checks.is_none() { Self { checks, ..entry } } else { entry })
    }
}

/// An entry of the new file, and what became of it.
#[derive(Debug)]
struct Draft {
    row: Row,
    fate: Fate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Added,
    Changed,
    Kept,
}

impl Draft {
    fn added(entry: Entry) -> Self {
        Self { row: Row { entry, block: Block::default() }, fate: Fate::Added }
    }

    fn is_for(&self, result: &CaseResult) -> bool {
        match &self.row.entry.cases {
            Cases::One(name) => *name == result.name,
            Cases::Operation(operation) => *operation == result.operation,
        }
    }
}

/// What a run saw.
struct Run<'r> {
    judged: BTreeMap<&'r str, (&'r CaseResult, Seen)>,
    conditions: &'r Conditions,
}

impl<'r> Run<'r> {
    fn new(results: &'r [CaseResult], conditions: &'r Conditions) -> Self {
        let judged = results.iter().filter_map(|result| Some((result.name.as_str(), (result, Seen::of(result, conditions)?))));
        Self { judged: judged.collect(), conditions }
    }

    fn seen(&self, case: &str) -> Option<&Seen> {
        self.judged.get(case).map(|(_, seen)| seen)
    }

    /// A failure that is seen again is known again.
    fn renewed(&self, entry: Entry) -> Entry {
        if entry.has_expired(self.conditions.today) { Entry { expires: None, ..entry } } else { entry }
    }

    /// Entries for what fails, gates, and is not listed.
    fn unlisted(&self, drafts: &[Draft]) -> Vec<Draft> {
        let gating = self.judged.values().filter(|(result, seen)| seen.failed && (self.conditions.strict || result.evidence.gates()));
        gating.filter_map(|(result, seen)| unlisted(result, seen, drafts)).map(Draft::added).collect()
    }
}

fn unlisted(result: &CaseResult, seen: &Seen, drafts: &[Draft]) -> Option<Entry> {
    let listed: Vec<&Entry> = drafts.iter().filter(|draft| draft.is_for(result)).map(|draft| &draft.row.entry).collect();
    let open: BTreeSet<Check> = seen.counting.iter().copied().filter(|check| !listed.iter().any(|entry| entry.covers(*check))).collect();
    if open.is_empty() && !(seen.counting.is_empty() && listed.is_empty()) {
        return None;
    }
    let first = result.findings.iter().find(|finding| open.contains(&finding.check));
    let reason = first.map_or_else(|| one_line(result.reason.as_deref().unwrap_or("fails")), reason);
    let checks = (!open.is_empty()).then_some(open);
    Some(Entry { cases: Cases::One(result.name.clone()), checks, reason, link: None, expires: None, line: 0 })
}

#[cfg(test)]
mod tests;
