//! The Authorization header, taken apart.
//!
//! The order of the checks and the first form of the texts were recorded on DynamoDB in 2013 (dynalite, `index.js`).
//! Since about 2022 the service answers with a hash of the header where it repeated it before (API Gateway and IAM).

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{
    HeaderMap, Uri,
    header::{AUTHORIZATION, DATE},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use url::form_urlencoded;

use super::{flaw::Flaw, instant::X_AMZ_DATE};

/// Query parameter of requests that are signed in the query string.
const IN_QUERY: &str = "X-Amz-Algorithm";

/// What the header says, unchecked.
#[derive(Debug, PartialEq, Eq)]
pub struct Authorization {
    /// `AWS4-HMAC-SHA256`, or another that begins with `AWS4-`.
    pub algorithm: String,
    /// Access key id and scope.
    pub credential: String,
    /// Names of headers, with semicolons between.
    pub signed_headers: String,
    /// The signature.
    pub signature: String,
}

/// The access key id and what it is good for: `keyid/20260101/us-east-1/cognito-idp/aws4_request`.
#[derive(Debug, PartialEq, Eq)]
pub struct Credential<'a> {
    /// Access key id.
    pub access_key_id: &'a str,
    /// Year, month and day.
    pub date: &'a str,
    /// Region.
    pub region: &'a str,
    /// Signing name of a service.
    pub service: &'a str,
    /// `aws4_request`.
    pub terminator: &'a str,
}

impl Authorization {
    /// Reads the header of a request.
    ///
    /// # Errors
    /// There is none of this kind, or it is not complete.
    pub fn read(uri: &Uri, headers: &HeaderMap) -> Result<Self, Flaw> {
        let header = headers.get(AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let query = uri.query().unwrap_or_default().as_bytes();
        let in_query = form_urlencoded::parse(query).any(|(name, _)| name == IN_QUERY);
        let text = match (header, in_query) {
            (Some(_), true) => {
                let text = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
                return Err(Flaw::Invalid(text.to_owned()));
            }
            (None, true) => return Err(Flaw::InQuery),
            (None, false) => return Err(Flaw::Missing),
            (Some(text), false) => text,
        };
        if !text.trim().starts_with("AWS4-") {
            return Err(Flaw::Missing);
        }
        let has_date = headers.contains_key(X_AMZ_DATE) || headers.contains_key(DATE);
        Self::parse(text.trim(), has_date)
    }

    fn parse(text: &str, has_date: bool) -> Result<Self, Flaw> {
        let mut words = text.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        let algorithm = words.next().unwrap_or_default().to_owned();
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        for word in words {
            let (name, value) = word.split_once('=').ok_or_else(|| {
                let problem = "Invalid key=value pair (missing equal-sign) in Authorization header";
                Flaw::Incomplete(format!("{problem} (hashed with SHA-256 and encoded with Base64): '{}'.", hashed(text)))
            })?;
            match name {
                "Credential" => credential = Some(value.to_owned()),
                "Signature" => signature = Some(value.to_owned()),
                "SignedHeaders" => signed_headers = Some(value.to_owned()),
                _ => {}
            }
        }
        match (credential, signature, signed_headers, has_date) {
            (Some(credential), Some(signature), Some(signed_headers), true) => {
                Ok(Self { algorithm, credential, signed_headers, signature })
            }
            (credential, signature, signed_headers, has_date) => {
                let parts = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
                let absent = parts.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name);
                Err(Flaw::Incomplete(lacking(absent, has_date, text)))
            }
        }
    }

    /// The parts of the credential.
    ///
    /// # Errors
    /// There are not five of them.
    pub fn credential(&self) -> Result<Credential<'_>, Flaw> {
        let parts: Vec<_> = self.credential.trim_end_matches('/').split('/').collect();
        match parts[..] {
            [access_key_id, date, region, service, terminator] => Ok(Credential { access_key_id, date, region, service, terminator }),
            // The service repeats what it got. People who mix up the two halves of a key see their secret there
            // (prometheus-community/yet-another-cloudwatch-exporter#169), so we do not.
            _ => Err(Flaw::Incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '…'".to_owned(),
            )),
        }
    }
}

fn lacking<'a>(absent: impl Iterator<Item = &'a str>, has_date: bool, text: &str) -> String {
    let mut sentences: Vec<_> = absent.map(|name| format!("Authorization header requires '{name}' parameter.")).collect();
    if !has_date {
        sentences.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned());
    }
    format!("{} (Hashed with SHA-256 and encoded with Base64) Authorization={}", sentences.join(" "), hashed(text))
}

fn hashed(text: &str) -> String {
    STANDARD.encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(header: &str) -> Result<Authorization, Flaw> {
        let headers = [(AUTHORIZATION, header.parse().expect("a header")), (DATE, "today".parse().expect("a header"))];
        Authorization::read(&Uri::from_static("/"), &headers.into_iter().collect())
    }

    #[rstest]
    #[case::as_sdks_write_it("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00")]
    #[case::another_order("AWS4-HMAC-SHA256 Signature=00,Credential=a/b/c/d/e,SignedHeaders=host")]
    #[case::wide("  AWS4-HMAC-SHA256   Credential=a/b/c/d/e ,,  SignedHeaders=host, Signature=00,")]
    #[case::trailing_slash("AWS4-HMAC-SHA256 Credential=a/b/c/d/e/, SignedHeaders=host, Signature=00")]
    fn reads_what_is_complete(#[case] header: &str) {
        let authorization = read(header).expect("complete");
        let credential = authorization.credential().expect("five parts");
        assert_eq!(credential, Credential { access_key_id: "a", date: "b", region: "c", service: "d", terminator: "e" });
        assert_eq!((&*authorization.signed_headers, &*authorization.signature), ("host", "00"));
    }

    #[rstest]
    #[case::bearer("Bearer abc", "Missing Authentication Token")]
    #[case::nothing("", "Missing Authentication Token")]
    #[case::older("AWS3 a=b", "Missing Authentication Token")]
    #[case::space_in_the_key_id(
        "AWS4-HMAC-SHA256 Credential= a/b/c/d/e, SignedHeaders=host, Signature=00",
        "Invalid key=value pair (missing equal-sign)"
    )]
    #[case::all(
        "AWS4-",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization="
    )]
    #[case::one("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host", "Authorization header requires 'Signature' parameter. (Hashed")]
    fn says_what_is_missing(#[case] header: &str, #[case] text: &str) {
        let flaw = read(header).expect_err("incomplete");
        assert!(flaw.message().starts_with(text), "{flaw:?}");
    }

    #[test]
    fn says_that_the_date_is_missing() {
        let headers = [(AUTHORIZATION, "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0".parse().expect("a header"))];
        let flaw = Authorization::read(&Uri::from_static("/"), &headers.into_iter().collect()).expect_err("incomplete");
        let text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed";
        assert!(flaw.message().starts_with(text), "{flaw:?}");
    }

    #[test]
    fn does_not_repeat_a_credential() {
        let authorization = read("AWS4-HMAC-SHA256 Credential=hush/hush, SignedHeaders=host, Signature=0").expect("complete");
        let flaw = authorization.credential().expect_err("two parts");
        assert!(!flaw.message().contains("hush"), "{flaw:?}");
    }

    #[rstest]
    #[case::both(true, "Found both 'X-Amz-Algorithm'")]
    #[case::in_the_query_only(false, "the reference server does not verify")]
    fn refuses_signatures_in_the_query(#[case] header: bool, #[case] text: &str) {
        let uri = Uri::from_static("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0");
        let headers = header.then(|| (AUTHORIZATION, "AWS4-HMAC-SHA256".parse().expect("a header")));
        let flaw = Authorization::read(&uri, &headers.into_iter().collect()).expect_err("refused");
        assert!(flaw.message().starts_with(text), "{flaw:?}");
    }
}
