//! Markdown: for a step summary, a comment, or a wiki.

use super::{CELL, SUSPICION, agreement, cell, counts, dissent, entries, finding_line, title_of_suspects};
use crate::compare::suspects::alike;
use crate::compare::{Changes, Comparison, Kind, Suspect};
use crate::report::markdown::inline::{cell as in_table, code, prose};
use crate::report::plain::evidence;

/// Changes that are told of one kind: GitHub takes a megabyte of summary at most.
const CHANGES: usize = 100;
/// Reasons to suspect that are told.
const GROUPS: usize = 100;
/// Cases that are listed under one of them.
const CASES: usize = 30;

/// The comparison as Markdown. Whatever comes from elsewhere is inline code or escaped, so that nothing in it is markup.
pub(in crate::compare) fn render(comparison: &Comparison) -> String {
    let changes = comparison.changes.iter().map(changes_section);
    let sections = [vec!["## Conformance compared".to_owned()], notes(comparison), vec![matrix(comparison)]];
    let sections = sections.into_iter().flatten().chain(changes).chain(suspects(comparison));
    sections.map(|section| format!("{}\n", section.trim_end())).collect::<Vec<_>>().join("\n")
}

fn notes(comparison: &Comparison) -> Vec<String> {
    comparison.notes.iter().map(|note| format!("> {}", prose(note))).collect()
}

fn matrix(comparison: &Comparison) -> String {
    let headings: Vec<String> = comparison.results.iter().map(|column| in_table(&column.label)).collect();
    let rows = comparison.operations.iter().map(|row| {
        let cells = row.cells.iter().map(|tally| cell(tally.as_ref())).collect::<Vec<_>>();
        format!("| {} | {} |", in_table(&row.operation), cells.join(" | "))
    });
    let total: Vec<String> = comparison.results.iter().map(|column| format!("**{}**", cell(Some(&column.total)))).collect();
    let heading = format!("| operation | {} |", headings.join(" | "));
    let line = format!("| --- |{}", " ---: |".repeat(headings.len()));
    let last = format!("| **all** | {} |", total.join(" | "));
    let caption = format!("\nEach cell: {CELL}.");
    [heading, line].into_iter().chain(rows).chain([last, caption]).collect::<Vec<_>>().join("\n")
}

fn changes_section(changes: &Changes) -> String {
    let title = format!("### From {} to {}\n\n{}\n", code(&changes.from), code(&changes.to), counts(changes));
    std::iter::once(title).chain(Kind::ALL.into_iter().filter_map(|kind| kind_section(changes, kind))).collect()
}

fn kind_section(changes: &Changes, kind: Kind) -> Option<String> {
    let entries = entries(changes, kind);
    let lines = entries.iter().take(CHANGES).flat_map(|entry| {
        let details = entry.details.iter().map(|detail| format!("  - {}", code(detail)));
        std::iter::once(format!("- {} {}", code(&entry.name), entry.what)).chain(details).collect::<Vec<_>>()
    });
    let lines: Vec<String> = lines.chain(more(entries.len(), CHANGES)).collect();
    (!entries.is_empty()).then(|| format!("\n**{kind}**\n\n{}\n", lines.join("\n")))
}

fn suspects(comparison: &Comparison) -> Option<String> {
    let groups = alike(&comparison.suspects);
    let entries: String = groups.iter().take(GROUPS).map(|group| group_section(group)).collect();
    let more = more(groups.len(), GROUPS).unwrap_or_default();
    (!groups.is_empty()).then(|| format!("### {}\n\n{SUSPICION}\n{entries}\n{more}", title_of_suspects(comparison)))
}

fn group_section(group: &[&Suspect]) -> String {
    let Some(first) = group.first() else { return String::new() };
    let cases = group.iter().take(CASES).map(|suspect| format!("- {}: {}", code(&suspect.case), prose(&evidence(&suspect.evidence))));
    let answers = first.answers.iter().map(|answer| {
        let line = finding_line(&answer.observed);
        format!("- {} ({})", code(&line), prose(&agreement(answer, first)))
    });
    let dissent = dissent(first).map(|dissent| format!("- {}", prose(&dissent)));
    let told = cases.chain(more(group.len(), CASES)).chain(["\nanswered alike:\n".to_owned()]).chain(answers).chain(dissent);
    format!("\n{}\n\n---\n", told.collect::<Vec<_>>().join("\n"))
}

fn more(all: usize, told: usize) -> Option<String> {
    (all > told).then(|| format!("- … and {} more (see the JSON)", all - told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::samples;

    #[test]
    fn has_the_table_first_then_what_changed_and_what_is_suspect() {
        assert_eq!(render(&samples::comparison()), include_str!("sample.md"));
    }
}
