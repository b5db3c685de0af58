//! Judging exchanges: one file per check.

mod answer;
mod body;
mod diff;
mod error;
mod finding;
mod headers;
mod kinds;
mod matching;
mod message;
mod normalise;
pub mod shape;
mod snapshot;
mod status;
mod token;
mod tool;

pub use answer::Answer;
pub use error::is_validation;
pub use finding::{Check, Fault, Finding};
pub use normalise::{Normaliser, Secrets};
pub use snapshot::{Recorded, SnapshotError, Snapshots};

/// Everything that is wrong with an answer but its shape, which is judged apart because it is reported apart.
pub fn judge(answer: &Answer<'_>) -> Vec<Finding> {
    // What a tool cannot show rightly cannot be judged by what it shows.
    if let Some(finding) = tool::check(answer) {
        return vec![finding];
    }
    let single = [status::check(answer), error::check(answer), message::check(answer)];
    single.into_iter().flatten().chain(body::check(answer)).chain(headers::check(answer)).collect()
}
