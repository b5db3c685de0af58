//! All cases and fixtures, and choosing among them.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::fixture::Fixtures;
use super::plan::Case;

/// All cases and fixtures.
#[derive(Debug)]
pub struct Suite {
    cases: Vec<Case>,
    /// The fixtures.
    pub fixtures: Fixtures,
    /// Documented errors that no caller can bring about, by operation, each with the reason.
    pub cannot_provoke: BTreeMap<String, BTreeMap<String, String>>,
}

/// Which cases are meant, in libtest's words.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Cases whose name contains any of these; all when empty.
    pub filters: Vec<String>,
    /// The filters are whole names.
    pub exact: bool,
    /// Not the cases whose name contains any of these.
    pub skip: Vec<String>,
}

/// Nothing was selected, or a filter matches nothing: that is never a green run.
#[derive(Debug, Clone, PartialEq, Eq, Error, miette::Diagnostic)]
pub enum SelectError {
    /// A filter without a case.
    #[error("no case matches `{filter}`")]
    NoMatch {
        /// The filter.
        filter: String,
        /// What might be meant.
        #[help]
        help: String,
    },
    /// Everything was skipped.
    #[error("`--skip` leaves no case")]
    AllSkipped,
}

impl Suite {
    /// A suite of cases, sorted by name.
    pub fn new(mut cases: Vec<Case>, fixtures: Fixtures) -> Self {
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        Self { cases, fixtures, cannot_provoke: BTreeMap::new() }
    }

    /// All cases, by name.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The case of that name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.binary_search_by(|case| case.name.as_str().cmp(name)).ok().map(|at| &self.cases[at])
    }

    /// The cases that are meant.
    ///
    /// # Errors
    /// A filter matches no case, or nothing is left.
    pub fn select(&self, filter: &Filter) -> Result<Vec<&Case>, SelectError> {
        let unmatched = filter.filters.iter().find(|wanted| !self.cases.iter().any(|case| filter.hits(case, wanted)));
        if let Some(wanted) = unmatched {
            return Err(SelectError::NoMatch { filter: wanted.clone(), help: self.help(wanted) });
        }
        let selected: Vec<_> = self.cases.iter().filter(|case| filter.selects(case)).collect();
        if selected.is_empty() { Err(SelectError::AllSkipped) } else { Ok(selected) }
    }

    fn help(&self, wanted: &str) -> String {
        let operations: BTreeSet<&str> = self.cases.iter().map(|case| case.operation.as_str()).collect();
        let names = self.cases.iter().map(|case| case.name.as_str());
        match crate::model::closest(wanted, names.chain(operations)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cognito-conformance list` shows all names".to_owned(),
        }
    }
}

impl Filter {
    fn hits(&self, case: &Case, wanted: &str) -> bool {
        if self.exact { case.name == wanted } else { case.name.contains(wanted) }
    }

    fn selects(&self, case: &Case) -> bool {
        let wanted = self.filters.is_empty() || self.filters.iter().any(|wanted| self.hits(case, wanted));
        wanted && !self.skip.iter().any(|skip| self.hits(case, skip))
    }
}
