//! What is wrong with a signature, and how services say it.
//!
//! No recorded answer of cognito-idp tells most of these texts; the front end that says them is the same for all
//! services of its protocol. Where they come from:
//!
//! | flaw | evidence |
//! | --- | --- |
//! | [`Missing`](Flaw::Missing) | recorded on cognito-idp: aws/aws-sdk-cpp#1622 (2021); status as its siblings' |
//! | [`Incomplete`](Flaw::Incomplete) | type and 400: iann0036/cloud9-sync#10 (Cloud9, 2018). Texts: see `authorization` |
//! | [`Invalid`](Flaw::Invalid) | type, 400 and the text of a mismatch recorded on cognito-idp: ArranJacques/laravel-aws-cognito-auth#18 (2018) |
//! | [`UnknownKey`](Flaw::UnknownKey) | recorded on cognito-idp: aws/aws-sdk-php#2444 (2022) |
//! | [`BadToken`](Flaw::BadToken) | DynamoDB, measured in 2013 (dynalite) and 2026 (extenddb): without the full stop |
//! | [`ExpiredToken`](Flaw::ExpiredToken) | Kinesis: awslabs/amazon-kinesis-producer#49 (2016), 400 |
//!
//! For the query protocol: STS and IAM, aws-azure-login#251 (2022), jrl84/amazon-sp-api#218 (2023), and the common
//! error table of the documentation, which has 403 for all of them.

use super::super::error::ServiceError;

/// What is wrong with a request's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is none.
    Missing,
    /// It is in the query string, which this server does not verify.
    InQuery,
    /// It is not complete or not well-formed; the text says where.
    Incomplete(String),
    /// It is well-formed and wrong; the text says how.
    Invalid(String),
    /// Nobody has this access key.
    UnknownKey,
    /// The session token is not the access key's.
    BadToken,
    /// The session token was the access key's.
    ExpiredToken,
}

impl Flaw {
    /// A signature that is not the one that we calculate.
    pub fn mismatch() -> Self {
        Self::Invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
             method. Consult the service documentation for details."
                .to_owned(),
        )
    }

    /// Error code and status of the query protocol, which STS speaks.
    pub fn of_query_protocol(&self) -> (&'static str, u16) {
        match self {
            Self::Missing => ("MissingAuthenticationToken", 403),
            Self::InQuery => ("NotImplemented", 501),
            Self::Incomplete(_) => ("IncompleteSignature", 403),
            Self::Invalid(_) => ("SignatureDoesNotMatch", 403),
            Self::UnknownKey | Self::BadToken => ("InvalidClientTokenId", 403),
            Self::ExpiredToken => ("ExpiredToken", 403),
        }
    }

    /// What people are told.
    pub fn message(&self) -> &str {
        match self {
            Self::Missing => "Missing Authentication Token",
            Self::InQuery => "the reference server does not verify signatures in the query string: sign with the Authorization header",
            Self::Incomplete(text) | Self::Invalid(text) => text,
            Self::UnknownKey => "The security token included in the request is invalid.",
            Self::BadToken => "The security token included in the request is invalid",
            Self::ExpiredToken => "The security token included in the request is expired",
        }
    }
}

impl From<Flaw> for ServiceError {
    fn from(flaw: Flaw) -> Self {
        let kind = match flaw {
            Flaw::Missing => "MissingAuthenticationTokenException",
            Flaw::InQuery => return Self::new("NotImplementedException", flaw.message()).with_status(501),
            Flaw::Incomplete(_) => "IncompleteSignatureException",
            Flaw::Invalid(_) => "InvalidSignatureException",
            Flaw::UnknownKey | Flaw::BadToken => "UnrecognizedClientException",
            Flaw::ExpiredToken => "ExpiredTokenException",
        };
        Self::new(kind, flaw.message())
    }
}
