//! Recorded answers as evidence: the cases that a recording of the real service confirms, and those that it contradicts.
//!
//! - `bind`: what the values of a case's expressions are in a recording
//! - `decide`: which expectations can be judged by values that were normalised
//! - `ruling`: what a recording says of a case, by the same checks as in a run

mod bind;
mod decide;
mod ruling;

use std::collections::BTreeMap;

use miette::Diagnostic;
use thiserror::Error;

use super::about::State;
use super::{About, Recording};
use crate::case::{Case, Level, Origin, Source, Suite};
use crate::judge::Finding;

pub use ruling::Ruling;

/// What a recording says of the cases that were written by hand.
#[derive(Debug)]
pub struct Promotion<'s> {
    /// Cases that it confirms, each with the evidence that it is.
    pub confirmed: Vec<(&'s Case, Source)>,
    /// Cases that it contradicts, and how.
    pub contradicted: Vec<(&'s Case, Vec<Finding>)>,
    /// Cases that cannot be judged by it, by reason.
    pub undecided: BTreeMap<String, Vec<&'s Case>>,
}

/// A recording is no evidence.
#[derive(Debug, Error, Diagnostic)]
pub enum NoEvidence {
    /// It is not of the real service.
    #[error("a recording of {target} is no evidence of what the real service answers")]
    #[diagnostic(help("record the real service: `cognito-conformance record --target aws --out DIR`"))]
    NotLive {
        /// What was recorded.
        target: String,
    },
    /// It was not written to its end.
    #[error("this recording was not written to its end: which of its exchanges are of which day is not known")]
    #[diagnostic(help("record again into the same folder"))]
    Unfinished,
}

impl<'s> Promotion<'s> {
    /// Judges the recorded exchanges of all cases that were written by hand.
    ///
    /// # Errors
    /// The recording is not of the real service, or was not written to its end.
    pub fn new(recording: &Recording, suite: &'s Suite) -> Result<Self, NoEvidence> {
        let about = &recording.about;
        if !about.live {
            return Err(NoEvidence::NotLive { target: about.target.clone() });
        }
        if about.state == State::Unfinished {
            return Err(NoEvidence::Unfinished);
        }
        let mut promotion = Self { confirmed: Vec::new(), contradicted: Vec::new(), undecided: BTreeMap::new() };
        for case in suite.cases().iter().filter(|case| case.origin == Origin::Written) {
            match ruling::rule(case, recording) {
                Ruling::Confirmed => promotion.confirmed.push((case, source(about, &case.name))),
                Ruling::Contradicted(findings) => promotion.contradicted.push((case, findings)),
                Ruling::Undecided(reason) => promotion.undecided.entry(reason).or_default().push(case),
            }
        }
        Ok(promotion)
    }
}

/// The evidence that a recorded case is.
fn source(about: &About, case: &str) -> Source {
    let (recorded, suite) = about.origin_of(case);
    let year = recorded.get(..4).and_then(|year| year.parse().ok());
    Source { level: Level::AwsVerified, year, source: format!("recorded in {}, suite {suite}", about.region) }
}
