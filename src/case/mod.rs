//! The YAML case format, expressions, generated cases, evidence.

mod evidence;
mod place;
pub mod source;

pub use evidence::{Evidence, EvidenceError, Level, Source};
pub use place::Place;
