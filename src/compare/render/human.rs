//! The terminal: what changed, what is suspect, and, last, the figures.

use super::{CELL, SUSPICION, agreement, cell, counts, dissent, entries, path, title_of_suspects};
use crate::compare::suspects::alike;
use crate::compare::{Agreed, Changes, Comparison, Kind, Suspect};
use crate::report::plain::evidence;
use crate::report::{Look, Style, untrusted};

/// Changes that are told of one kind.
const CHANGES: usize = 20;
/// Reasons to suspect that are told.
const GROUPS: usize = 20;
/// Cases that are listed under one of them.
const CASES: usize = 6;

/// The comparison as text.
pub(in crate::compare) fn render(comparison: &Comparison, look: &Look) -> String {
    let changes = comparison.changes.iter().map(|changes| changes_lines(changes, look));
    let rest = [suspects(comparison, look), notes(comparison, look), matrix(comparison, look)];
    let sections = changes.chain(rest).filter(|section| !section.is_empty());
    sections.map(|section| format!("\n{}\n", section.join("\n"))).collect()
}

fn changes_lines(changes: &Changes, look: &Look) -> Vec<String> {
    let title = format!("From {} to {}: {}", changes.from, changes.to, counts(changes));
    let kinds = Kind::ALL.into_iter().filter(|kind| !look.quiet || *kind == Kind::NewFailure);
    let lines = kinds.flat_map(|kind| kind_lines(changes, kind, look));
    std::iter::once(look.paint.apply(&title, Style::Title)).chain(lines).collect()
}

fn kind_lines(changes: &Changes, kind: Kind, look: &Look) -> Vec<String> {
    let entries = entries(changes, kind);
    if entries.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("  {}", look.paint.apply(&kind.to_string(), style(kind)))];
    for entry in entries.iter().take(CHANGES) {
        lines.push(format!("    {}  {}", entry.name, look.paint.apply(&entry.what, Style::Faint)));
        lines.extend(entry.details.iter().map(|detail| format!("      {detail}")));
    }
    lines.extend(more(entries.len(), CHANGES).map(|more| format!("    {more}")));
    lines
}

fn style(kind: Kind) -> Style {
    match kind {
        Kind::NewFailure | Kind::NoLongerImplemented | Kind::NoLongerJudged => Style::Bad,
        Kind::NewlyFlaky | Kind::OtherwiseWrong => Style::Warning,
        Kind::Fixed | Kind::NewlyImplemented | Kind::NewlyJudged => Style::Good,
        Kind::OnlyAfter | Kind::OnlyBefore => Style::Faint,
    }
}

fn suspects(comparison: &Comparison, look: &Look) -> Vec<String> {
    if look.quiet || comparison.suspects.is_empty() {
        return Vec::new();
    }
    let groups = alike(&comparison.suspects);
    let mut lines = vec![look.paint.apply(&title_of_suspects(comparison), Style::Title), SUSPICION.to_owned()];
    lines.extend(groups.iter().take(GROUPS).flat_map(|group| group_lines(group, look)));
    lines.extend(more(groups.len(), GROUPS));
    lines
}

fn group_lines(group: &[&Suspect], look: &Look) -> Vec<String> {
    let Some(first) = group.first() else { return Vec::new() };
    let mut lines = vec![String::new()];
    for suspect in group.iter().take(CASES) {
        lines.push(format!("  {}", look.paint.apply(&suspect.case, Style::Bad)));
        lines.extend(suspect.about.as_ref().map(|about| format!("    {about}")));
        let place = suspect.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        lines.push(format!("    evidence: {}{}", evidence(&suspect.evidence), look.paint.apply(&place, Style::Faint)));
    }
    lines.extend(more(group.len(), CASES).map(|more| format!("  {more}")));
    lines.extend(first.answers.iter().flat_map(|answer| answer_lines(answer, first, look)));
    lines.extend(dissent(first).map(|dissent| format!("    {dissent}")));
    lines
}

fn answer_lines(answer: &Agreed, suspect: &Suspect, look: &Look) -> [String; 4] {
    let observed = &answer.observed;
    [
        format!("    {}, {}: {}{}", observed.step, observed.operation, observed.check, path(observed)),
        format!("      expected  {}", look.paint.apply(&untrusted::line(&observed.expected), Style::Good)),
        format!("      they say  {}", look.paint.apply(&untrusted::line(&observed.actual), Style::Bad)),
        format!("      {}", agreement(answer, suspect)),
    ]
}

fn notes(comparison: &Comparison, look: &Look) -> Vec<String> {
    comparison.notes.iter().map(|note| look.paint.apply(&untrusted::line(note), Style::Warning)).collect()
}

fn matrix(comparison: &Comparison, look: &Look) -> Vec<String> {
    let rows = comparison.operations.iter().filter(|_| !look.quiet);
    let rows = rows.map(|row| (row.operation.as_str(), row.cells.iter().map(|tally| cell(tally.as_ref())).collect()));
    let total = comparison.results.iter().map(|column| cell(Some(&column.total))).collect();
    let rows: Vec<(&str, Vec<String>)> = rows.chain([("all", total)]).collect();
    let headings: Vec<String> = comparison.results.iter().map(|column| column.label.clone()).collect();
    let width =
        |column: usize| rows.iter().map(|(_, cells)| &cells[column]).chain([&headings[column]]).map(|text| text.chars().count()).max();
    let widths: Vec<usize> = (0..headings.len()).map(|column| width(column).unwrap_or(0)).collect();
    let name_width = rows.iter().map(|(name, _)| name.len()).chain(["operation".len()]).max().unwrap_or(0);
    let line = |name: &str, cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("  {cell:>width$}"));
        format!("{name:name_width$}{}", cells.collect::<String>())
    };
    let heading = look.paint.apply(&line("operation", &headings), Style::Title);
    let body = rows.iter().map(|(name, cells)| line(name, cells));
    std::iter::once(heading).chain(body).chain([look.paint.apply(CELL, Style::Faint)]).collect()
}

fn more(all: usize, told: usize) -> Option<String> {
    (all > told).then(|| format!("… and {} more (see --as json)", all - told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::samples;
    use crate::report::Paint;

    fn text(look: Look) -> String {
        render(&samples::comparison(), &look)
    }

    #[test]
    fn tells_changes_then_suspects_then_figures() {
        assert_eq!(text(Look::default()), include_str!("sample.txt"));
    }

    #[test]
    fn quiet_keeps_new_failures_and_the_whole() {
        let text = text(Look { quiet: true, ..Look::default() });
        assert!(text.contains("newly failing") && text.contains("\nall"), "{text}");
        assert!(!text.contains("Suspects") && !text.contains("  fixed\n") && !text.contains("\nGetUser "), "{text}");
    }

    #[test]
    fn colour_is_only_ours() {
        let text = text(Look { paint: Paint::Colour, ..Look::default() });
        assert!(text.contains("\u{1b}[1m") && !text.contains("\u{1b}[2J"), "{text}");
    }
}
