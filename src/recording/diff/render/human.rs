//! For the terminal.

use super::super::{Diff, Entry, Kind};
use super::{cases, details, figures, line, more, side};
use crate::report::{Look, Style, untrusted};

/// Entries that are told of one kind.
const ENTRIES: usize = 20;
/// Cases that are named under one of them.
const CASES: usize = 3;

pub(super) fn render(diff: &Diff, look: &Look) -> String {
    let paint = |text: &str, style| look.paint.apply(&untrusted::line(text), style);
    let head = [format!("before  {}", untrusted::line(&side(&diff.before))), format!("after   {}", untrusted::line(&side(&diff.after)))];
    let notes = diff.notes.iter().map(|note| paint(note, Style::Warning));
    let kinds = Kind::ALL.into_iter().filter(|_| !look.quiet).flat_map(|kind| section(diff, kind, look));
    let lines = head.into_iter().chain(notes).chain(kinds).chain([String::new(), paint(&figures(diff), Style::Title)]);
    lines.map(|line| line + "\n").collect()
}

fn section(diff: &Diff, kind: Kind, look: &Look) -> Vec<String> {
    let entries: Vec<&Entry> = diff.of(kind).collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let title = look.paint.apply(&kind.to_string(), style(kind));
    let told = entries.iter().take(ENTRIES).flat_map(|entry| entry_lines(entry, look));
    let more = more(entries.len(), ENTRIES).map(|more| format!("  {more}"));
    [String::new(), title].into_iter().chain(told).chain(more).collect()
}

fn entry_lines(entry: &Entry, look: &Look) -> Vec<String> {
    let faint = |text: String| look.paint.apply(&text, Style::Faint);
    let details = details(entry).into_iter().map(|(name, text)| format!("      {name:8}{}", untrusted::line(&text)));
    let cases = faint(format!("      {}", untrusted::line(&cases(entry, CASES))));
    std::iter::once(format!("  {}", untrusted::line(&line(entry)))).chain(details).chain([cases]).collect()
}

fn style(kind: Kind) -> Style {
    match kind {
        Kind::Refused | Kind::Accepted | Kind::OtherError => Style::Bad,
        Kind::Dropped | Kind::Added | Kind::Retyped | Kind::Value | Kind::Relation => Style::Warning,
        _ => Style::Title,
    }
}
