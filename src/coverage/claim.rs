//! What is said of one answer of one operation.

use std::fmt;

use serde::Serialize;

use crate::case::{Evidence, Level};

/// How strongly a claim is held; the strongest sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Someone's recorded answer of the real service.
    AwsVerified,
    /// API reference or developer guide.
    Documented,
    /// The published service model.
    Model,
    /// Reasoning; does not gate.
    Inferred,
    /// Sources disagree; does not gate.
    Contested,
}

impl Strength {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::AwsVerified, Self::Documented, Self::Model, Self::Inferred, Self::Contested];

    /// That of a case's evidence.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        match evidence.level {
            _ if evidence.contested.is_some() => Self::Contested,
            Level::AwsVerified => Self::AwsVerified,
            Level::Documented => Self::Documented,
            Level::Model => Self::Model,
            Level::Inferred => Self::Inferred,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AwsVerified => "aws-verified",
            Self::Documented => "documented",
            Self::Model => "model",
            Self::Inferred => "inferred",
            Self::Contested => "contested",
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A case that claims it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claimant {
    /// The case.
    pub case: String,
    /// How strongly.
    pub strength: Strength,
    /// It accepts other errors as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub one_of_several: bool,
}

/// What is said of one answer of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Claim {
    /// Cases expect it.
    Claimed {
        /// The strongest evidence among them.
        strength: Strength,
        /// The cases, those with the strongest evidence first.
        cases: Vec<Claimant>,
    },
    /// Nothing that a caller can do brings it about.
    CannotBeProvoked {
        /// Why.
        reason: String,
    },
    /// Nothing is said.
    Unclaimed {
        /// Why.
        reason: String,
    },
}

impl Claim {
    /// What these cases claim together; nothing where there is none.
    #[must_use]
    pub fn by(mut cases: Vec<Claimant>) -> Option<Self> {
        cases.sort_by(|one, other| (one.strength, one.one_of_several, &one.case).cmp(&(other.strength, other.one_of_several, &other.case)));
        let strength = cases.first()?.strength;
        Some(Self::Claimed { strength, cases })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_case_speaks_for_all() {
        let claimant = |case: &str, strength| Claimant { case: case.into(), strength, one_of_several: false };
        let cases = vec![claimant("a", Strength::Contested), claimant("b", Strength::Documented), claimant("c", Strength::Inferred)];
        let Some(Claim::Claimed { strength, cases }) = Claim::by(cases) else { panic!("it is claimed") };
        assert_eq!((strength, cases[0].case.as_str()), (Strength::Documented, "b"));
    }
}
