//! What a comparison of results found, in plain values for their page: who compares stands above who reports.

use serde::Serialize;

use super::name::Name;
use super::visible;

/// A text for the page. Wherever it came from, nothing in it is invisible, and it is not endless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text(String);

impl<T: AsRef<str>> From<T> for Text {
    fn from(text: T) -> Self {
        Self(visible::line(text.as_ref()))
    }
}

impl Text {
    /// The text, fit to be shown.
    pub(super) fn shown(&self) -> &str {
        &self.0
    }
}

/// The name of a case or of an operation, with a link to its place on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link(Name);

impl From<&str> for Link {
    fn from(name: &str) -> Self {
        Self(Name::named(name))
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Compared {
    /// Names of the columns, in the order of the results. A result without one goes by its target and version.
    pub labels: Vec<Text>,
    /// Why the figures may not be comparable.
    pub notes: Vec<Text>,
    /// What changed, for each pair of results that was compared.
    pub changes: Vec<Changes>,
    /// The claims that most targets contradict in the same way, where there are some.
    pub suspects: Option<Suspects>,
}

/// What changed between two results.
#[derive(Debug, Clone, Serialize)]
pub struct Changes {
    /// Label of the older result.
    pub from: Text,
    /// Label of the newer one.
    pub to: Text,
    /// How many changes of each kind there are, in words.
    pub counts: Text,
    /// The kinds that occur, the most telling first.
    pub kinds: Vec<Kind>,
}

/// The changes of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct Kind {
    /// The kind in words.
    pub word: Text,
    /// The changes.
    pub entries: Vec<Entry>,
}

/// A case or an operation that is not as it was.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: Link,
    /// How it ended before and how it ends now.
    pub what: Text,
    /// What is wrong, or why it was not judged: a line each.
    pub details: Vec<Text>,
}

/// The claims that most targets contradict in the same way.
#[derive(Debug, Clone, Serialize)]
pub struct Suspects {
    /// How many there are, in words.
    pub title: Text,
    /// What a reader must know of them.
    pub note: Text,
    /// One for each reason to suspect, the most suspect first.
    pub groups: Vec<Group>,
}

/// Claims that are suspect in the same way.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The claims.
    pub claims: Vec<Claim>,
    /// What most targets answer alike, as the first of the claims has it.
    pub answers: Vec<Answer>,
    /// Who passes, in words, where someone does.
    pub passed: Option<Text>,
}

/// A claim, and why it is believed.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// Name of the case.
    pub name: Link,
    /// The claim in a sentence.
    pub about: Option<Text>,
    /// The evidence in words.
    pub evidence: Text,
    /// Where the case stands.
    pub place: Option<Text>,
}

/// An answer that most targets give.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The kind of assertion.
    pub check: Text,
    /// Step and operation.
    pub at: Text,
    /// The place in the answer; empty for the whole of it.
    pub path: Text,
    /// What should have come.
    pub expected: Text,
    /// What came.
    pub actual: Text,
    /// Who agrees, of how many.
    pub agreement: Text,
}
