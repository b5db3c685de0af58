//! One entry of a baseline, and what it says of a case.

use std::collections::BTreeSet;
use std::fmt;

use time::Date;

use super::source::Listed;
use crate::judge::Check;

/// Ends the name of an entry for all cases of an operation.
pub(super) const WILDCARD: &str = "::*";

/// The cases that an entry is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cases {
    /// Every case of an operation.
    Operation(String),
    /// The case of that name.
    One(String),
}

impl Cases {
    /// As it is written; whether it is a good name is not asked.
    pub(super) fn written(text: &str) -> Self {
        match text.strip_suffix(WILDCARD) {
            Some(operation) => Self::Operation(operation.to_owned()),
            None => Self::One(text.to_owned()),
        }
    }
}

impl fmt::Display for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => write!(f, "{operation}{WILDCARD}"),
            Self::One(name) => f.write_str(name),
        }
    }
}

/// One entry of a baseline.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The cases that it is for.
    pub(super) cases: Cases,
    /// The checks whose findings are known; `None`: all.
    pub(super) checks: Option<BTreeSet<Check>>,
    /// Why the failure is known.
    pub(super) reason: String,
    /// Where more is said.
    pub(super) link: Option<String>,
    /// The day from which on it does not count.
    pub(super) expires: Option<Date>,
    /// Its line in the file, from 1; 0 for one that is in no file yet.
    pub(super) line: u32,
}

impl Entry {
    /// Whether the day has come from which on it does not count.
    pub(super) fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day <= today)
    }

    /// Whether findings of this check are known.
    pub(super) fn covers(&self, check: Check) -> bool {
        self.checks.as_ref().is_none_or(|checks| checks.contains(&check))
    }

    /// Whether there is a check that both entries are for.
    pub(super) fn shares_checks_with(&self, other: &Self) -> bool {
        Check::ALL.into_iter().any(|check| self.covers(check) && other.covers(check))
    }

    /// Of the listed checks those that found nothing; all of them `None` where the whole case is listed.
    pub(super) fn without_finding(&self, found: &BTreeSet<Check>) -> Option<BTreeSet<Check>> {
        self.checks.as_ref().map(|checks| checks.difference(found).copied().collect())
    }

    /// As it is written in a file.
    pub(super) fn listed(&self) -> Listed {
        Listed {
            case: self.cases.to_string(),
            checks: self.checks.as_ref().map(|checks| checks.iter().copied().collect()),
            reason: self.reason.clone(),
            link: self.link.clone(),
            expires: self.expires.map(|day| day.to_string()),
        }
    }
}
