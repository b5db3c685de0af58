//! The formats that a result is rendered to, once the run is over. Adding one touches this file and its own.

use std::fmt;
use std::str::FromStr;

use super::human::{self, Look};
use super::run_result::RunResult;
use super::{badge, github, html, junit, markdown, tap};
use crate::engine::RunStarted;

/// A format that a result is rendered to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For the terminal: failures, root causes first, and figures
    #[default]
    Human,
    /// The whole result as one JSON object
    Json,
    /// JUnit XML, for CI systems
    Junit,
    /// GitHub annotations at the cases' files and lines
    Github,
    /// Markdown, for a GitHub step summary or a comment
    Markdown,
    /// The Test Anything Protocol, version 14
    Tap,
    /// JSON for a badge of shields.io
    Badge,
    /// One self-contained HTML page
    Html,
}

impl Format {
    /// What stands before all else, while the run goes on: people want to see that something happens.
    pub(super) fn opening(self, run: &RunStarted, look: &Look) -> Option<String> {
        (self == Self::Human).then(|| human::opening(run, look)).flatten()
    }

    /// The result in this format. `look` is the terminal's and matters to [`Format::Human`] alone.
    ///
    /// # Errors
    /// The result holds what the format cannot express.
    pub fn render(self, result: &RunResult, look: &Look) -> std::io::Result<String> {
        Ok(match self {
            Self::Human => human::render(result, look),
            Self::Json => result.to_json()?,
            Self::Junit => junit::render(result)?,
            Self::Github => github::render(result),
            Self::Markdown => markdown::render(result),
            Self::Tap => tap::render(result),
            Self::Badge => badge::render(result)?,
            Self::Html => html::render(result)?,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = clap::ValueEnum::to_possible_value(self);
        f.pad(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        clap::ValueEnum::from_str(text, false)
    }
}
