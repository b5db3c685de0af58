//! AWS Signature Version 4, by aws-sigv4.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials as AwsCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use thiserror::Error;

use super::Request;

/// Signing name of the service.
const SERVICE: &str = "cognito-idp";

/// What requests are signed with. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
    /// Session token of temporary credentials.
    pub session_token: Option<String>,
}

impl Credentials {
    /// Credentials that no account has, for servers that only look for a signature.
    pub fn made_up() -> Self {
        Self { access_key_id: "testing".to_owned(), secret_access_key: "testing".to_owned(), session_token: None }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A request could not be signed.
#[derive(Debug, Error)]
#[error("sign the request: {0}")]
pub struct SigningError(String);

/// The headers that make `request` to `url` a signed one.
pub fn signature_headers(
    request: &Request,
    url: &str,
    region: &str,
    credentials: &Credentials,
) -> Result<Vec<(String, String)>, SigningError> {
    let failed = |error: &dyn fmt::Display| SigningError(error.to_string());
    let identity = AwsCredentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "cognito-conformance",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(SERVICE)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| failed(&error))?
        .into();
    let headers = request.headers();
    let signable = SignableRequest::new(&request.method, url, headers.into_iter(), SignableBody::Bytes(&request.body));
    let output = sign(signable.map_err(|error| failed(&error))?, &params).map_err(|error| failed(&error))?;
    let (instructions, _) = output.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_with_the_services_name_and_region() {
        let request = Request::new("ListUserPools", &serde_json::json!({"MaxResults": 1}), true);
        let credentials = Credentials { access_key_id: "AKID".into(), secret_access_key: "secret".into(), session_token: None };
        let headers = signature_headers(&request, "http://127.0.0.1:9/", "eu-west-1", &credentials).expect("signed");
        let authorization = headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
        let authorization = authorization.expect("an authorization header");
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{authorization}");
        assert!(authorization.contains("/eu-west-1/cognito-idp/aws4_request"), "{authorization}");
        assert!(authorization.contains("x-amz-target"), "the target is signed: {authorization}");
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let credentials = Credentials { access_key_id: "AKID".into(), secret_access_key: "hush".into(), session_token: None };
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
