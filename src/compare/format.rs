//! The formats that a comparison is rendered to.

use clap::ValueEnum;

use super::Comparison;
use super::render::{human, markdown};
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
}

impl Format {
    /// The comparison in this format. `look` is the terminal's and matters to [`Format::Human`] alone.
    ///
    /// # Errors
    /// The comparison holds what the format cannot express.
    pub fn render(self, comparison: &Comparison, look: &Look) -> std::io::Result<String> {
        Ok(match self {
            Self::Human => human::render(comparison, look),
            Self::Markdown => markdown::render(comparison),
            Self::Json => comparison.to_json()?,
        })
    }
}
