//! The terminal: what failed and why, root causes first, then the run in figures.
//!
//! - `causes`: what kept cases from being judged, each cause once
//! - `failures`: the failures of an operation
//! - `baseline`: stale entries of the baseline, and flaky cases
//! - `table`: the figures
//! - `paint`: colour, or none

mod baseline;
mod causes;
mod failures;
mod paint;
mod table;

pub use self::paint::{Paint, Style};
use super::run_result::{NOT_SEEN, RunResult};
use super::untrusted;
use crate::engine::RunStarted;

/// How the report for people looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Colour, or none.
    pub paint: Paint,
    /// Only failures and the last line.
    pub quiet: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { paint: Paint::Plain, quiet: false }
    }
}

/// The line that stands before all else.
pub(super) fn opening(run: &RunStarted, look: &Look) -> Option<String> {
    let cases = super::figures::count(run.selected, "case");
    let strict = if run.strict { ", strict" } else { "" };
    let via = run.via.as_ref().map_or_else(String::new, |via| format!(" via {via}; {NOT_SEEN}"));
    let line = format!("running {cases} against {} ({}){strict}{via}\n", run.target, untrusted::line(&run.endpoint));
    (!look.quiet).then_some(line)
}

/// What failed and why, then the figures.
pub(super) fn render(result: &RunResult, look: &Look) -> String {
    let sections = [
        causes::lines(result, look),
        failures::lines(result, look),
        baseline::stale(result, look),
        baseline::flaky(result, look),
        left_behind(result, look),
        table::lines(&result.summary, look),
        table::totals(result, look),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).map(|section| format!("\n{}\n", section.join("\n"))).collect()
}

fn left_behind(result: &RunResult, look: &Look) -> Vec<String> {
    let left = &result.left_behind;
    if left.is_empty() {
        return Vec::new();
    }
    let title = look.paint.apply("Left behind on the target (`cognito-conformance sweep` removes it)", Style::Warning);
    let causes = left.iter().map(|cause| format!("  {}", untrusted::line(cause)));
    std::iter::once(title).chain(causes).collect()
}

/// The first names of a list, and how many more there are.
fn some_of<'a>(names: impl ExactSizeIterator<Item = &'a str>, limit: usize) -> String {
    let left = names.len().saturating_sub(limit);
    let shown = names.take(limit).collect::<Vec<_>>().join(", ");
    if left == 0 { shown } else { format!("{shown}, {}", more(left)) }
}

fn more(left: usize) -> String {
    format!("… and {left} more (see --report)")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn report(look: Look) -> String {
        opening(&samples::started(), &look).unwrap_or_default() + &render(&samples::result(), &look)
    }

    /// `UPDATE_SAMPLES=1 cargo test report` writes it anew.
    #[test]
    fn tells_causes_then_failures_then_figures() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/human/sample.txt");
        let text = report(Look::default());
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            std::fs::write(path, &text).expect("write the sample");
        }
        assert_eq!(text, std::fs::read_to_string(path).expect("the sample"));
    }

    #[test]
    fn quiet_keeps_failures_and_figures() {
        let text = report(Look { quiet: true, ..Look::default() });
        assert!(!text.contains("running") && !text.contains("operation "), "{text}");
        assert!(text.contains("SetUserSettings::turns_sms_on") && text.ends_with("coverage 69.2% of 13 cases\n"), "{text}");
    }

    #[test]
    fn colour_is_only_ours() {
        let text = report(Look { paint: Paint::Colour, ..Look::default() });
        assert!(text.contains("\u{1b}["), "{text}");
        assert!(!text.contains("\u{1b}[2J"), "{text}");
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        assert_eq!(some_of(["a", "b", "c"].into_iter(), 2), "a, b, … and 1 more (see --report)");
        assert_eq!(some_of(["a", "b"].into_iter(), 2), "a, b");
    }
}
