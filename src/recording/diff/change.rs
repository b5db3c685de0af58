//! What is not as it was in the exchanges of one case.

use std::fmt;

use serde::Serialize;

/// What kind of thing moved, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request was accepted before and is refused now.
    Refused,
    /// A request was refused before and is accepted now.
    Accepted,
    /// Refused or accepted as before, with another error type or status.
    OtherError,
    /// A member of an answer is gone.
    Dropped,
    /// A member of an answer is new.
    Added,
    /// A member of an answer is of another JSON type.
    Retyped,
    /// A value is another one.
    Value,
    /// Two values of a case were the same and are not any more, or the reverse.
    Relation,
    /// A list has the same elements in another order.
    Order,
    /// An error says the same in other words.
    Message,
    /// A header came, went, or changed.
    Header,
    /// The case asks something else, so that its answers cannot be compared.
    Request,
    /// Only the older recording has exchanges of the case.
    OnlyBefore,
    /// Only the newer recording has exchanges of the case.
    OnlyAfter,
}

impl Kind {
    /// All of them, the most telling first.
    pub const ALL: [Self; 14] = [
        Self::Refused,
        Self::Accepted,
        Self::OtherError,
        Self::Dropped,
        Self::Added,
        Self::Retyped,
        Self::Value,
        Self::Relation,
        Self::Order,
        Self::Message,
        Self::Header,
        Self::Request,
        Self::OnlyBefore,
        Self::OnlyAfter,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Refused => "accepted before, refused now",
            Self::Accepted => "refused before, accepted now",
            Self::OtherError => "another error type or status",
            Self::Dropped => "members that are gone",
            Self::Added => "members that are new",
            Self::Retyped => "members of another type",
            Self::Value => "other values",
            Self::Relation => "values that were the same, or are now",
            Self::Order => "lists in another order",
            Self::Message => "messages in other words",
            Self::Header => "headers",
            Self::Request => "asked in another way",
            Self::OnlyBefore => "only in the older recording",
            Self::OnlyAfter => "only in the newer recording",
        })
    }
}

/// One thing that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) kind: Kind,
    /// The operation that was called.
    pub(super) operation: String,
    /// JSON path into the answer, a header's name, or empty for the whole answer.
    pub(super) path: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}
