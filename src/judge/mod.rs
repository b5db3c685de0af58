//! Judging exchanges: one file per check.

mod finding;

pub use finding::{Check, Fault, Finding};
