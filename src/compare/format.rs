//! The formats that a comparison is rendered to.

use clap::ValueEnum;

use super::render::{html, human, markdown};
use super::{Comparison, Input};
use crate::report::Look;

/// A format that a comparison is rendered to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For the terminal: what changed, what is suspect, and figures
    #[default]
    Human,
    /// Markdown, for a GitHub step summary or a comment
    Markdown,
    /// The whole comparison as one JSON object
    Json,
    /// One self-contained HTML page: a column for each result, what changed, and what is suspect
    Html,
}

impl Format {
    /// The comparison of these results in this format. `look` is the terminal's and matters to [`Format::Human`] alone.
    ///
    /// # Errors
    /// The results hold what the format cannot express.
    pub fn render(self, comparison: &Comparison, inputs: &[Input], look: &Look) -> std::io::Result<String> {
        Ok(match self {
            Self::Human => human::render(comparison, look),
            Self::Markdown => markdown::render(comparison),
            Self::Json => comparison.to_json()?,
            Self::Html => html::render(comparison, inputs)?,
        })
    }
}
