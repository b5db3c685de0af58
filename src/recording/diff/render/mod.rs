//! A difference for people: the lines that the terminal and Markdown share.

mod human;
mod markdown;

use clap::ValueEnum;

use super::change::Kind;
use super::{Diff, Entry, Side};
use crate::report::figures::count;
use crate::report::{Look, untrusted};

/// A form of a difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For the terminal
    #[default]
    Human,
    /// Markdown, for the body of a pull request
    Markdown,
    /// One JSON object
    Json,
}

impl Form {
    /// The difference in this form. `look` is the terminal's and matters to [`Form::Human`] alone.
    ///
    /// # Errors
    /// Never, for a difference of recordings.
    pub fn render(self, diff: &Diff, look: &Look) -> serde_json::Result<String> {
        Ok(match self {
            Self::Human => human::render(diff, look),
            Self::Markdown => markdown::render(diff),
            Self::Json => untrusted::json(&serde_json::to_string_pretty(diff)?) + "\n",
        })
    }
}

/// Characters of a request or an answer that are shown.
const SHORT: usize = 160;

fn side(side: &Side) -> String {
    let version = side.target_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let figures = format!("{}, {} not observed", count(side.figures.recorded, "case"), side.figures.not_observed);
    let recorded = format!("recorded {} by suite {}", side.recorded, side.suite_version);
    format!("{}{version} in {}, {recorded}: {figures} ({})", side.target, side.region, side.directory)
}

/// What moved, in a line.
fn line(entry: &Entry) -> String {
    let operations = match entry.operations.len() {
        0 => String::new(),
        1..=2 => entry.operations.iter().cloned().collect::<Vec<_>>().join(" and "),
        many => count(many, "operation"),
    };
    let (before, after) = (entry.before.as_deref().map(short), entry.after.as_deref().map(short));
    let moved = match (entry.kind, before, after) {
        (Kind::OnlyBefore, _, Some(reason)) | (Kind::OnlyAfter, Some(reason), _) => return format!("{operations}: {reason}"),
        (_, Some(before), Some(after)) => format!("{before} → {after}"),
        (_, Some(before), None) => format!("gone: {before}"),
        (_, None, Some(after)) => format!("new: {after}"),
        (_, None, None) => String::new(),
    };
    let path = if entry.path.is_empty() { String::new() } else { format!("{}: ", entry.path) };
    format!("{operations}, {path}{moved}")
}

/// What was asked and answered, where the line does not say it: a name and a text.
fn details(entry: &Entry) -> Vec<(&'static str, String)> {
    let Some(example) = &entry.example else { return Vec::new() };
    let request = ("request", short(&example.request));
    let says_it_all = !matches!(entry.kind, Kind::Refused | Kind::Accepted | Kind::OtherError | Kind::Request);
    if says_it_all {
        return vec![request];
    }
    vec![request, ("before", short(&example.before)), ("after", short(&example.after))]
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(SHORT).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// `159 differences, in 512 of the 644 cases that both have`.
fn figures(diff: &Diff) -> String {
    if diff.is_empty() {
        return format!("nothing moved in the {} that both have", count(diff.compared, "case"));
    }
    let differences = count(diff.entries.len(), "difference");
    format!("{differences}, in {} of the {} that both have", diff.moved(), count(diff.compared, "case"))
}

/// `12 cases: GetUser::a, GetUser::b, and 10 more`.
fn cases(entry: &Entry, named: usize) -> String {
    let names = entry.cases.iter().take(named).cloned().collect::<Vec<_>>().join(", ");
    let left = entry.cases.len().saturating_sub(named);
    let more = if left == 0 { String::new() } else { format!(", and {left} more") };
    format!("{}: {names}{more}", count(entry.cases.len(), "case"))
}

fn more(all: usize, told: usize) -> Option<String> {
    (all > told).then(|| format!("… and {} more (see --format json)", all - told))
}
