//! AWS Signature Version 4, by aws-sigv4.

use std::fmt;
use std::time::SystemTime;

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use thiserror::Error;

use super::Request;

/// Signing name of the service.
const SERVICE: &str = "cognito-idp";

/// A request could not be signed.
#[derive(Debug, Error)]
#[error("sign the request: {0}")]
pub struct SigningError(String);

/// The headers that make `request` to `url` a signed one.
pub(super) fn signature_headers(
    request: &Request,
    url: &str,
    region: &str,
    identity: &Identity,
) -> Result<Vec<(String, String)>, SigningError> {
    let failed = |error: &dyn fmt::Display| SigningError(error.to_string());
    let params = v4::SigningParams::builder()
        .identity(identity)
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
    use aws_credential_types::Credentials;

    use super::*;

    #[test]
    fn signs_with_the_services_name_and_region() {
        let request = Request::new("ListUserPools", &serde_json::json!({"MaxResults": 1}), true);
        let identity = Credentials::new("AKID", "secret", None, None, "test").into();
        let headers = signature_headers(&request, "http://127.0.0.1:9/", "eu-west-1", &identity).expect("signed");
        let authorization = headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| value.as_str());
        let authorization = authorization.expect("an authorization header");
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{authorization}");
        assert!(authorization.contains("/eu-west-1/cognito-idp/aws4_request"), "{authorization}");
        assert!(authorization.contains("x-amz-target"), "the target is signed: {authorization}");
    }
}
