//! Colour on a terminal.

use owo_colors::OwoColorize;

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Text as it is.
    Plain,
    /// With ANSI colours.
    Colour,
}

/// What a piece of text is; decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A heading or a name.
    Title,
    /// Something that is wrong.
    Bad,
    /// Something that is right.
    Good,
    /// Something to know.
    Warning,
    /// Something to pass over.
    Faint,
}

impl Paint {
    /// The text in its colour.
    pub fn apply(self, text: &str, style: Style) -> String {
        match (self, style) {
            (Self::Plain, _) => text.to_owned(),
            (Self::Colour, Style::Title) => text.bold().to_string(),
            (Self::Colour, Style::Bad) => text.red().to_string(),
            (Self::Colour, Style::Good) => text.green().to_string(),
            (Self::Colour, Style::Warning) => text.yellow().to_string(),
            (Self::Colour, Style::Faint) => text.dimmed().to_string(),
        }
    }
}
