//! The terminal: what failed and why, root causes first, then the run in figures.
//!
//! - `causes`: what kept cases from being judged, each cause once
//! - `group`: findings that have one cause brought together
//! - `failures`: the failures of an operation
//! - `table`: the figures
//! - `paint`: colour, or none

mod causes;
mod failures;
mod group;
mod paint;
mod table;

use std::io::{self, Write};

pub use self::paint::{Paint, Style};
use super::collected::Collected;
use super::reproduce::Reproduce;
use super::untrusted;
use crate::engine::{Event, Reporter, Summary};

/// How the report for people looks.
#[derive(Debug, Clone)]
pub struct Look {
    /// Colour, or none.
    pub paint: Paint,
    /// Only failures and the last line.
    pub quiet: bool,
    /// Ends each failure.
    pub reproduce: Reproduce,
    /// Folder of the case files, as a person types it; stands before places.
    pub cases: String,
}

impl Default for Look {
    fn default() -> Self {
        Self { paint: Paint::Plain, quiet: false, reproduce: Reproduce::default(), cases: "cases".to_owned() }
    }
}

/// Writes one line when the run starts and all else when it ends.
#[derive(Debug)]
pub struct Human<W> {
    output: W,
    look: Look,
    collected: Collected,
}

impl<W: Write + Send> Human<W> {
    /// A report to `output`.
    pub fn new(output: W, look: Look) -> Self {
        Self { output, look, collected: Collected::default() }
    }

    fn greet(&mut self, event: &Event) -> io::Result<()> {
        let Event::RunStarted(run) = event else { return Ok(()) };
        if self.look.quiet {
            return Ok(());
        }
        let cases = super::figures::count(run.selected, "case");
        let strict = if run.strict { ", strict" } else { "" };
        writeln!(self.output, "running {cases} against {} ({}){strict}", run.target, untrusted::line(&run.endpoint))?;
        self.output.flush()
    }

    fn conclude(&mut self, summary: &Summary) -> io::Result<()> {
        let sections = [
            causes::lines(&self.collected, &self.look),
            failures::lines(&self.collected, &self.look),
            self.left_behind(),
            table::lines(summary, &self.look),
            table::totals(&self.collected.results, summary, &self.look),
        ];
        for section in sections.into_iter().filter(|section| !section.is_empty()) {
            writeln!(self.output, "\n{}", section.join("\n"))?;
        }
        self.output.flush()
    }

    fn left_behind(&self) -> Vec<String> {
        let left = &self.collected.left_behind;
        if left.is_empty() {
            return Vec::new();
        }
        let title = self.look.paint.apply("Left behind on the target (`cognito-conformance sweep` removes it)", Style::Warning);
        let causes = left.iter().map(|cause| format!("  {}", untrusted::line(cause)));
        std::iter::once(title).chain(causes).collect()
    }
}

impl<W: Write + Send> Reporter for Human<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.greet(event)?;
        match self.collected.take(event) {
            Some(summary) => self.conclude(summary),
            None => Ok(()),
        }
    }
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
        let mut text = Vec::new();
        samples::play(&mut Human::new(&mut text, look));
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn tells_causes_then_failures_then_figures() {
        let reproduce = Reproduce::new(["--target", "moto"]);
        assert_eq!(report(Look { reproduce, ..Look::default() }), include_str!("sample.txt"));
    }

    #[test]
    fn quiet_keeps_failures_and_figures() {
        let text = report(Look { quiet: true, ..Look::default() });
        assert!(!text.contains("running") && !text.contains("operation "), "{text}");
        assert!(text.contains("SetUserSettings::turns_sms_on") && text.ends_with("coverage 60.0% of 10 cases\n"), "{text}");
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
