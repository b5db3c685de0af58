//! What was not judged, and what was judged in two ways.

use super::command::{Annotation, At, Level};
use super::failures::some;
use crate::engine::{CaseResult, Outcome};
use crate::report::cause::{Cause, causes};
use crate::report::figures::count;
use crate::report::plain;
use crate::report::run_result::RunResult;
use crate::report::verdict::Verdict;

/// Causes that are told of cases of which nothing was observed.
const CAUSES: usize = 5;

/// An error where too little was observed to blame the target for anything.
pub(super) fn no_result(result: &RunResult) -> Option<Annotation> {
    let Verdict::NoResult(lines) = Verdict::of(result) else { return None };
    Some(Annotation { level: Level::Error, place: None, title: "Too little was observed to call this a result".to_owned(), lines })
}

/// A warning for all cases of which nothing was observed (a lost endpoint has many causes), and one for each cause of blocked ones.
pub(super) fn of(result: &RunResult) -> Vec<Annotation> {
    let causes = causes(&result.cases);
    let (lost, blocked): (Vec<_>, Vec<_>) =
        causes.iter().filter(|cause| cause.is_defect()).partition(|cause| cause.outcome == Outcome::Indeterminate);
    indeterminate(&lost).into_iter().chain(blocked.iter().map(|cause| blocked_by(cause, result))).collect()
}

fn indeterminate(causes: &[&Cause<'_>]) -> Option<Annotation> {
    let number: usize = causes.iter().map(|cause| cause.cases.len()).sum();
    let lines = causes.iter().take(CAUSES).map(|cause| format!("{}: {}", cause.line(), names(cause)));
    let lines = lines.chain(["Nothing was observed of them, so nothing is said of them.".to_owned()]).collect();
    (number > 0).then(|| warning(None, format!("{} indeterminate", count(number, "case")), lines))
}

fn blocked_by(cause: &Cause<'_>, result: &RunResult) -> Annotation {
    let title = format!("{} blocked", count(cause.cases.len(), "case"));
    let reproduce = cause.cases.first().map(|case| format!("reproduce: {}", result.reproduce(&case.name)));
    warning(None, title, [format!("by {}", cause.line()), names(cause)].into_iter().chain(reproduce).collect())
}

/// A warning for each case that passed, but not at the first try.
pub(super) fn flaky(result: &RunResult) -> Vec<Annotation> {
    result.cases.iter().filter_map(|case| flaky_case(case, result)).collect()
}

fn flaky_case(case: &CaseResult, result: &RunResult) -> Option<Annotation> {
    let flaky = case.flaky.as_ref()?;
    let place = flaky.findings.first().and_then(|finding| finding.place.as_ref()).or(case.place.as_ref());
    let lines = vec![plain::flaky_line(flaky), format!("reproduce: {}", result.reproduce(&case.name))];
    Some(warning(place.map(|place| At::case(place, result)), format!("{} (flaky)", case.name), lines))
}

fn names(cause: &Cause<'_>) -> String {
    some(&cause.cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>())
}

fn warning(place: Option<At>, title: String, lines: Vec<String>) -> Annotation {
    Annotation { level: Level::Warning, place, title, lines }
}
