//! The forms in which a list or a table is printed.

use clap::ValueEnum;

/// The forms in which a list or a table is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Human,
    /// One JSON document.
    Json,
}
