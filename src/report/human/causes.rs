//! What kept cases from being judged. A cause that many cases share is told once.

use super::paint::Style;
use super::{Look, some_of};
use crate::engine::Outcome;
use crate::report::cause::{Cause, causes};
use crate::report::figures::count;
use crate::report::run_result::{FixtureFailed, RunResult};
use crate::report::untrusted;

/// Names of cases that are listed under one cause.
const NAMES: usize = 4;

/// The section on causes; empty where every case was judged.
pub(super) fn lines(result: &RunResult, look: &Look) -> Vec<String> {
    let causes = causes(&result.cases);
    let lone = result.fixtures_failed.iter().filter(|failed| !causes.iter().any(|cause| is_of(cause, failed)));
    let mut lines: Vec<String> = lone.map(fixture_line).collect();
    let told = causes.iter().filter(|cause| !look.quiet || cause.is_defect());
    lines.extend(told.flat_map(|cause| cause_lines(cause, result, look)));
    if !lines.is_empty() {
        lines.insert(0, look.paint.apply("Not judged, by cause", Style::Title));
    }
    lines
}

fn is_of(cause: &Cause<'_>, failed: &FixtureFailed) -> bool {
    cause.name.contains(&failed.fixture)
}

fn cause_lines(cause: &Cause<'_>, result: &RunResult, look: &Look) -> Vec<String> {
    let style = if cause.outcome == Outcome::Skipped { Style::Faint } else { Style::Warning };
    let outcome = look.paint.apply(&format!("{:<13}", cause.outcome), style);
    let cases = count(cause.cases.len(), "case");
    let names = some_of(cause.cases.iter().map(|case| case.name.as_str()), NAMES);
    let reproduce = cause.cases.first().filter(|_| cause.is_defect());
    let reproduce = reproduce.map(|case| format!("  {:13} reproduce: {}", "", result.reproduce(&case.name)));
    [format!("  {outcome} {}", cause.line()), format!("  {:13} {cases}: {names}", "")].into_iter().chain(reproduce).collect()
}

fn fixture_line(failed: &FixtureFailed) -> String {
    format!("  {:13} fixture {}: {}", Outcome::Blocked, failed.fixture, untrusted::line(&failed.cause))
}
