//! One self-contained HTML page: of one result, or of several side by side, a column for each target.
//!
//! What can be read without a script (figures, scoreboard, defects, causes, the list of cases) is HTML that a template writes. What
//! a person opens case by case (evidence, findings, exchanges) lies beside it as JSON, and the page's script shows it.
//!
//! - `visible`: text from a target made fit for a page
//! - `merged`: each case with what every target made of it
//! - `targets`, `scoreboard`, `defects`, `causes`, `listing`: the sections of the page, ready for the template
//! - `island`: the JSON beside them
//! - `document`: all of it in one file, under a policy that lets nothing else run

mod causes;
mod defects;
mod document;
mod island;
mod listing;
mod merged;
mod scoreboard;
mod targets;
mod texts;
mod visible;

use std::io;

use self::document::View;
use super::run_result::RunResult;

/// The page of one result.
///
/// # Errors
/// Never, for a result that a run brought.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    page(std::slice::from_ref(result))
}

/// The page of several results side by side, in the order given: one column for each. With one result, that result's page.
///
/// # Errors
/// Never, for results that runs brought.
pub fn page(results: &[RunResult]) -> io::Result<String> {
    let labels = targets::labels(results);
    let cases = merged::merge(results);
    let view = View {
        several: results.len() > 1,
        scoreboard: scoreboard::rows(results),
        defects: if let [result] = results { defects::find(result) } else { Vec::new() },
        causes: causes::of_all(results, &labels),
        sections: listing::sections(&cases),
        filters: listing::filters(&cases),
        targets: targets::all(results, &labels),
        suite: env!("CARGO_PKG_VERSION"),
    };
    document::assemble(&view, &island::of(results, &labels, &cases))
}
