//! What kept cases from being judged. A cause that many cases share is told once, with the cases that it holds up.

use std::collections::BTreeMap;

use super::paint::Style;
use super::{Look, some_of};
use crate::engine::{CaseResult, Outcome};
use crate::report::figures::count;
use crate::report::run_result::{FixtureFailed, RunResult};
use crate::report::untrusted;

/// Names of cases that are listed under one cause.
const NAMES: usize = 4;

/// The causes that are told, the worst first.
const TOLD: [Outcome; 4] = [Outcome::Indeterminate, Outcome::Blocked, Outcome::Unsupported, Outcome::Skipped];

/// Cases that one cause kept from being judged.
struct Cause<'a> {
    outcome: Outcome,
    name: String,
    reason: String,
    cases: Vec<&'a CaseResult>,
}

/// The section on causes; empty where every case was judged.
pub(super) fn lines(result: &RunResult, look: &Look) -> Vec<String> {
    let causes = gather(&result.cases);
    let lone = result.fixtures_failed.iter().filter(|failed| !causes.iter().any(|cause| cause.is_of(failed)));
    let mut lines: Vec<String> = lone.map(fixture_line).collect();
    let told = causes.iter().filter(|cause| !look.quiet || matches!(cause.outcome, Outcome::Blocked | Outcome::Indeterminate));
    lines.extend(told.flat_map(|cause| cause.lines(result, look)));
    if !lines.is_empty() {
        lines.insert(0, look.paint.apply("Not judged, by cause", Style::Title));
    }
    lines
}

fn gather(results: &[CaseResult]) -> Vec<Cause<'_>> {
    let mut causes: BTreeMap<(usize, String), Cause<'_>> = BTreeMap::new();
    for result in results {
        let Some(rank) = TOLD.iter().position(|outcome| *outcome == result.outcome) else { continue };
        let reason = untrusted::line(result.reason.as_deref().unwrap_or_default());
        let name = result.cause.as_deref().map_or_else(|| reason.clone(), untrusted::line);
        let cause = causes.entry((rank, name.clone()));
        cause.or_insert_with(|| Cause { outcome: result.outcome, name, reason, cases: Vec::new() }).cases.push(result);
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|((rank, _), cause)| (*rank, std::cmp::Reverse(cause.cases.len())));
    causes.into_iter().map(|(_, cause)| cause).collect()
}

impl Cause<'_> {
    fn is_of(&self, failed: &FixtureFailed) -> bool {
        self.name.contains(&failed.fixture)
    }

    fn lines(&self, result: &RunResult, look: &Look) -> Vec<String> {
        let style = if self.outcome == Outcome::Skipped { Style::Faint } else { Style::Warning };
        let outcome = look.paint.apply(&format!("{:<13}", self.outcome), style);
        let reason = if self.reason == self.name || self.reason.is_empty() { String::new() } else { format!(": {}", self.reason) };
        let cases = count(self.cases.len(), "case");
        let names = some_of(self.cases.iter().map(|case| case.name.as_str()), NAMES);
        let mut lines = vec![format!("  {outcome} {}{reason}", self.name), format!("  {:13} {cases}: {names}", "")];
        lines.extend(self.reproduce(result));
        lines
    }

    /// A capability that is missing and an operation that is not there need no second look; the others do.
    fn reproduce(&self, result: &RunResult) -> Option<String> {
        let worth = matches!(self.outcome, Outcome::Blocked | Outcome::Indeterminate);
        let case = self.cases.first().filter(|_| worth)?;
        Some(format!("  {:13} reproduce: {}", "", result.reproduce(&case.name)))
    }
}

fn fixture_line(failed: &FixtureFailed) -> String {
    format!("  {:13} fixture {}: {}", Outcome::Blocked, failed.fixture, untrusted::line(&failed.cause))
}
