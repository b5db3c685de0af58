//! The name of a case, as text and as a link.

use serde::Serialize;

use super::visible;
use crate::engine::CaseResult;

/// The name of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Name {
    /// The full name; the id of the case on the page.
    pub(super) name: String,
    /// The name without its operation.
    pub(super) short: String,
    /// What follows `#` in a link to the case.
    anchor: String,
}

impl Name {
    /// A name that stands alone: of an operation, or of a case with its operation.
    pub(super) fn named(name: &str) -> Self {
        let name = visible::line(name);
        Self { anchor: anchor(&name), short: name.clone(), name }
    }

    /// The name of this case.
    pub(super) fn of(case: &CaseResult) -> Self {
        let name = visible::line(&case.name);
        let short = case.name.strip_prefix(&case.operation).and_then(|rest| rest.strip_prefix("::")).unwrap_or(&case.name);
        Self { anchor: anchor(&name), short: visible::line(short), name }
    }
}

/// `%` would begin an escape, and `?` would begin a filter.
fn anchor(name: &str) -> String {
    name.replace('%', "%25").replace('?', "%3F")
}

#[test]
fn an_anchor_is_read_back_as_the_name() {
    assert_eq!(anchor("GetUser::AccessToken::length[1]"), "GetUser::AccessToken::length[1]");
    assert_eq!(anchor("GetUser::50%_or_so?"), "GetUser::50%25_or_so%3F");
}
