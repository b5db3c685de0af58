//! The run in figures.

use super::paint::Style;
use super::{Look, baseline};
use crate::engine::{CaseResult, Outcome, Summary, Tally};
use crate::report::figures::{self, count, percent};
use crate::report::run_result::RunResult;

const HEADINGS: [&str; 9] = ["operation", "pass", "fail", "unsupported", "blocked", "skipped", "indeterminate", "divergence", "coverage"];

/// A row for each operation; nothing when quiet.
pub(super) fn lines(summary: &Summary, look: &Look) -> Vec<String> {
    if look.quiet || summary.operations.is_empty() {
        return Vec::new();
    }
    let rows: Vec<_> = summary.operations.iter().map(|(name, tally)| row(name, tally)).collect();
    let name_width = rows.iter().map(|row| row[0].len()).chain([HEADINGS[0].len()]).max().unwrap_or(0);
    let heading = look.paint.apply(&line(&HEADINGS.map(str::to_owned), name_width), Style::Title);
    std::iter::once(heading).chain(rows.iter().map(|row| line(row, name_width))).collect()
}

fn row(name: &str, tally: &Tally) -> [String; 9] {
    let number = |outcome| tally.count(outcome).to_string();
    [
        name.to_owned(),
        tally.passed().to_string(),
        tally.failed().to_string(),
        number(Outcome::Unsupported),
        number(Outcome::Blocked),
        number(Outcome::Skipped),
        number(Outcome::Indeterminate),
        percent(tally.divergence()),
        percent(tally.coverage()),
    ]
}

fn line(row: &[String; 9], name_width: usize) -> String {
    let cells = row.iter().zip(HEADINGS).skip(1).map(|(cell, heading)| format!("  {cell:>width$}", width = heading.len().max(6)));
    format!("{:name_width$}{}", row[0], cells.collect::<String>())
}

/// How many cases ended how, what does not gate, and, last, the two figures.
pub(super) fn totals(result: &RunResult, look: &Look) -> Vec<String> {
    let summary = &result.summary;
    let tally = &summary.total;
    let mut lines = Vec::new();
    if summary.interrupted {
        lines.push(look.paint.apply("interrupted; cases that had not begun are not counted", Style::Warning));
    }
    if !look.quiet {
        lines.extend(soft_findings(&result.cases));
        lines.extend(baseline::known(&result.cases));
        lines.push(figures::outcomes(result));
        lines.extend(figures::weather(&summary.weather).map(|met| format!("on the way, and not counted: {met}")));
    }
    let style = if tally.gating > 0 { Style::Bad } else { Style::Good };
    lines.push(look.paint.apply(&figures::both(tally), style));
    lines
}

/// Cases that passed with findings of checks that do not gate; the findings are in the other formats.
fn soft_findings(results: &[CaseResult]) -> Option<String> {
    let passed = results.iter().filter(|result| matches!(result.outcome, Outcome::Pass) && !result.findings.is_empty());
    let passed = passed.count();
    (passed > 0)
        .then(|| format!("{} passed with findings that do not gate (see --report; --strict makes them count)", count(passed, "case")))
}
