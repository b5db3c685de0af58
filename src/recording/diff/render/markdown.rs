//! Markdown: for the body of a pull request. Whatever comes from elsewhere is inline code or escaped, so that nothing in it is markup.

use super::super::{Diff, Entry, Kind};
use super::{cases, details, figures, line, more, side};
use crate::report::markdown::inline::{code, prose};

/// Entries that are told of one kind: GitHub takes 65,536 characters of a pull request's body.
const ENTRIES: usize = 15;
/// Cases that are named under one of them.
const CASES: usize = 5;

pub(super) fn render(diff: &Diff) -> String {
    let head = format!(
        "## What moved\n\n- before: {}\n- after: {}\n\n{}\n",
        prose(&side(&diff.before)),
        prose(&side(&diff.after)),
        prose(&figures(diff))
    );
    let notes = diff.notes.iter().map(|note| format!("\n> {}\n", prose(note)));
    std::iter::once(head).chain(notes).chain(Kind::ALL.into_iter().filter_map(|kind| section(diff, kind))).collect()
}

fn section(diff: &Diff, kind: Kind) -> Option<String> {
    let entries: Vec<&Entry> = diff.of(kind).collect();
    let told = entries.iter().take(ENTRIES).map(|entry| entry_lines(entry));
    let more = more(entries.len(), ENTRIES).map(|more| format!("- {more}\n"));
    let text: String = told.chain(more).collect();
    (!entries.is_empty()).then(|| format!("\n### {}\n\n{text}", capitalised(&kind.to_string())))
}

fn entry_lines(entry: &Entry) -> String {
    let details = details(entry).into_iter().map(|(name, text)| format!("  - {name}: {}\n", code(&text)));
    let cases = format!("  - {}\n", code(&cases(entry, CASES)));
    std::iter::once(format!("- {}\n", code(&line(entry)))).chain(details).chain([cases]).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
