//! The formats that a coverage is rendered to.

use clap::ValueEnum;

use super::Coverage;
use super::render::{human, markdown};
use crate::report::Look;

/// A format that a coverage is rendered to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For the terminal: a line for each operation, or one for each answer where operations are named
    #[default]
    Human,
    /// Markdown: a table of the operations, and one of the answers of each
    Markdown,
    /// The whole as one JSON object, with the names of the cases
    Json,
}

impl Format {
    /// The coverage in this format. `look` and `details`, a line for each answer, matter to [`Format::Human`] alone.
    ///
    /// # Errors
    /// Never, for what cases bring.
    pub fn render(self, coverage: &Coverage, details: bool, look: &Look) -> std::io::Result<String> {
        Ok(match self {
            Self::Human => human::render(coverage, details, look),
            Self::Markdown => markdown::render(coverage),
            Self::Json => format!("{}\n", serde_json::to_string_pretty(coverage)?),
        })
    }
}
