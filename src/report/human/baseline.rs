//! What the baseline says that is not so any more, and cases that did not pass at the first try.

use super::Look;
use super::paint::Style;
use crate::engine::{CaseResult, Outcome};
use crate::report::figures::count;
use crate::report::plain;
use crate::report::run_result::RunResult;

/// Entries that list what does not fail any more: they are to go, so that baselines shrink.
pub(super) fn stale(result: &RunResult, look: &Look) -> Vec<String> {
    let passed = result.cases.iter().filter(|case| case.outcome == Outcome::UnexpectedPass);
    let lines: Vec<_> = passed.flat_map(|case| stale_lines(case, look)).collect();
    titled("Stale entries of the baseline (`--update-baseline` takes them out)", lines, look)
}

fn stale_lines(case: &CaseResult, look: &Look) -> Vec<String> {
    let style = if case.gates { Style::Bad } else { Style::Warning };
    let mark = if case.gates { "" } else { " (does not gate)" };
    let entry = case.known.as_ref().map(|entry| format!("    listed: {}", plain::known(entry)));
    let head = format!("  {}{mark}", look.paint.apply(&case.name, style));
    [head, format!("    {}", plain::headline(case))].into_iter().chain(entry).collect()
}

/// Cases that passed, but not at the first try.
pub(super) fn flaky(result: &RunResult, look: &Look) -> Vec<String> {
    let lines: Vec<_> = result.cases.iter().flat_map(|case| flaky_lines(case, result, look)).collect();
    titled("Flaky: passed, but not at the first try", lines, look)
}

fn flaky_lines(case: &CaseResult, result: &RunResult, look: &Look) -> Vec<String> {
    let Some(flaky) = &case.flaky else { return Vec::new() };
    let name = look.paint.apply(&case.name, Style::Warning);
    let reproduce = look.paint.apply("reproduce:", Style::Faint);
    vec![format!("  {name}"), format!("    {}", plain::flaky_line(flaky)), format!("  {reproduce} {}", result.reproduce(&case.name))]
}

/// How many failures the baseline covers, and which baseline it is. The failures themselves are in the other formats.
pub(super) fn known(cases: &[CaseResult]) -> Option<String> {
    let known = cases.iter().filter(|case| case.outcome == Outcome::KnownFailure);
    let number = known.clone().count();
    let file = known.clone().find_map(|case| case.known.as_ref()).map(|entry| format!(", listed in {}", entry.file));
    (number > 0).then(|| count(number, "known failure") + &file.unwrap_or_default())
}

fn titled(title: &str, mut lines: Vec<String>, look: &Look) -> Vec<String> {
    if !lines.is_empty() {
        lines.insert(0, look.paint.apply(title, Style::Title));
    }
    lines
}
