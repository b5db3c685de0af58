//! The YAML case format, expressions, generated cases, evidence.

pub mod document;
mod evidence;
mod place;
pub mod source;

pub use evidence::{Evidence, EvidenceError, Level, Source};
pub use place::Place;
