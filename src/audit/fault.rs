//! One thing wrong with one operation, and its stable name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::documents::Misprint;
use super::member::{Change, MemberPath};
use super::token::Flaw;
use crate::model::Model;

/// One thing wrong with one operation: `GetUser:member-dropped:UserMFASettingList`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fault {
    /// The operation.
    pub operation: String,
    /// What is wrong with it.
    pub kind: Kind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Refusals for one reason have another error type.
    ErrorType(Refusals),
    /// Refusals for one reason are successes with an empty body; nothing is written.
    Accepted(Refusals),
    /// All refusals have this HTTP status.
    RefusalStatus(u16),
    /// All successes have this HTTP status.
    SuccessStatus(u16),
    /// All successes are refusals, although the operation was carried out.
    Refused,
    /// The messages of all refusals are others.
    Message,
    /// All successes have a member that the model lacks.
    MemberAdded,
    /// A member of successes is wrong.
    Member(Change, MemberPath),
    /// The answer is right, what it wrote is lost.
    LostWrite,
    /// The answer is that of the state before the last write.
    StaleRead,
    /// A header is wrong.
    Header(Header),
    /// The tokens of successes are wrong.
    Token(Flaw),
    /// What a pool shows everybody is wrong.
    Document(Misprint),
}

/// Refusals for one reason: an error type and what their messages have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refusals {
    /// The error type.
    pub error: String,
    /// The message without what varies; `None` where there is no message.
    pub message: Option<String>,
}

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Header {
    /// `content-type` says a charset too.
    Charset,
    /// `content-type` is that of plain JSON.
    PlainJson,
    /// There is no `x-amzn-requestid`.
    NoRequestId,
    /// There is no `x-amzn-errortype` on refusals.
    NoErrorType,
}

impl Header {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::Charset, "content-type-charset"),
        (Self::PlainJson, "content-type-json"),
        (Self::NoRequestId, "no-request-id"),
        (Self::NoErrorType, "no-error-type"),
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().map(|(header, _)| header)
    }

    /// The header, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Charset | Self::PlainJson => "content-type",
            Self::NoRequestId => "x-amzn-requestid",
            Self::NoErrorType => "x-amzn-errortype",
        }
    }
}

impl Refusals {
    /// The kind of refusal that an answer is, by its error type and message.
    pub fn of(error: &str, message: Option<&str>) -> Self {
        Self { error: error.to_owned(), message: message.map(without_what_varies) }
    }

    fn parse(text: &str) -> Self {
        let (error, message) = text.split_once(':').map_or((text, None), |(error, message)| (error, Some(message)));
        Self { error: error.to_owned(), message: message.map(str::to_owned) }
    }
}

/// Ids and names that a run makes up are long and have digits; the values of constraint cases are longer than any word; and where
/// people are to read a message, placeholders in brackets stand for both.
fn without_what_varies(message: &str) -> String {
    let has_digit = |word: &str| word.contains(|letter: char| letter.is_ascii_digit());
    let varies = |word: &str| word.len() > 32 || has_digit(word) && (word.len() > 8 || word.starts_with('['));
    let words = message.split_whitespace().map(|word| if varies(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)?;
        self.message.as_ref().map_or(Ok(()), |message| write!(f, ":{message}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.operation, self.kind)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorType(refusals) => write!(f, "error-type:{refusals}"),
            Self::Accepted(refusals) => write!(f, "accepted:{refusals}"),
            Self::RefusalStatus(status) => write!(f, "refusal-status:{status}"),
            Self::SuccessStatus(status) => write!(f, "success-status:{status}"),
            Self::Refused => f.write_str("refused"),
            Self::Message => f.write_str("message"),
            Self::MemberAdded => f.write_str("member-added"),
            Self::Member(change, path) => write!(f, "{}:{path}", named(&Change::NAMES, change)),
            Self::LostWrite => f.write_str("lost-write"),
            Self::StaleRead => f.write_str("stale-read"),
            Self::Header(header) => write!(f, "header:{}", named(&Header::NAMES, header)),
            Self::Token(flaw) => write!(f, "token:{flaw}"),
            Self::Document(misprint) => write!(f, "document:{}", named(&Misprint::NAMES, misprint)),
        }
    }
}

pub(super) fn named<T: PartialEq>(names: &[(T, &'static str)], wanted: &T) -> &'static str {
    names.iter().find(|(value, _)| value == wanted).map_or("", |(_, name)| name)
}

/// A name that is no fault's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultError {
    /// No such operation.
    #[error("there is no operation `{0}`; a fault is called like `GetUser:member-dropped:Username`")]
    Operation(String),
    /// No such kind, or not with this argument.
    #[error("`{0}` is no kind of fault; `audit --format json` has the names of all")]
    Kind(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (operation, kind) = text.split_once(':').unwrap_or((text, ""));
        if Model::embedded().operation(operation).is_none() {
            return Err(FaultError::Operation(operation.to_owned()));
        }
        let kind = parse_kind(kind).ok_or_else(|| FaultError::Kind(kind.to_owned()))?;
        Ok(Self { operation: operation.to_owned(), kind })
    }
}

fn parse_kind(text: &str) -> Option<Kind> {
    let (name, argument) = text.split_once(':').map_or((text, None), |(name, argument)| (name, Some(argument)));
    Some(match (name, argument) {
        ("error-type", Some(refusals)) => Kind::ErrorType(Refusals::parse(refusals)),
        ("accepted", Some(refusals)) => Kind::Accepted(Refusals::parse(refusals)),
        ("refusal-status", Some(status)) => Kind::RefusalStatus(status.parse().ok()?),
        ("success-status", Some(status)) => Kind::SuccessStatus(status.parse().ok()?),
        ("header", Some(header)) => Kind::Header(Header::NAMES.iter().find(|(_, name)| *name == header)?.0),
        ("token", Some(flaw)) => Kind::Token(flaw.parse().ok()?),
        ("document", Some(misprint)) => Kind::Document(Misprint::NAMES.iter().find(|(_, name)| *name == misprint)?.0),
        ("refused", None) => Kind::Refused,
        ("message", None) => Kind::Message,
        ("member-added", None) => Kind::MemberAdded,
        ("lost-write", None) => Kind::LostWrite,
        ("stale-read", None) => Kind::StaleRead,
        (change, Some(path)) => Kind::Member(Change::NAMES.iter().find(|(_, name)| *name == change)?.0, path.parse().ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("GetUser:member-dropped:UserMFASettingList")]
    #[case("GetUser:list-shortened:MFAOptions[].DeliveryMedium")]
    #[case("GetUser:absent-as-null:MFAOptions")]
    #[case("GetUser:error-type:NotAuthorizedException:Value at 'x': no")]
    #[case("GetUser:accepted:UnknownOperationException")]
    #[case("SetUserSettings:lost-write")]
    #[case("GetUser:refusal-status:403")]
    #[case("GetUser:header:no-request-id")]
    #[case("InitiateAuth:token:id:claim-dropped:cognito:username")]
    #[case("InitiateAuth:token:access:foreign-key")]
    #[case("InitiateAuth:token:swapped")]
    #[case("InitiateAuth:document:other-keys")]
    fn a_name_leads_to_its_fault(#[case] name: &str) {
        assert_eq!(name.parse::<Fault>().expect("a fault").to_string(), name);
    }

    #[rstest]
    #[case("GetUsr:refused", FaultError::Operation("GetUsr".into()))]
    #[case("GetUser", FaultError::Kind(String::new()))]
    #[case("GetUser:member-lost:Username", FaultError::Kind("member-lost:Username".into()))]
    #[case("GetUser:refusal-status:often", FaultError::Kind("refusal-status:often".into()))]
    fn other_names_are_refused(#[case] name: &str, #[case] error: FaultError) {
        assert_eq!(name.parse::<Fault>(), Err(error));
    }

    #[test]
    fn ids_do_not_make_another_reason() {
        let of = |message| Refusals::of("ResourceNotFoundException", Some(message));
        assert_eq!(of("User pool us-east-1_abc does not exist."), of("User pool us-east-1_xyz does not exist."));
        assert_eq!(of("User pool us-east-1_abc does not exist."), of("User pool [pool:1] does not exist."));
        assert_ne!(of("User pool us-east-1_abc does not exist."), of("User pool client us-east-1_abc does not exist."));
    }
}
