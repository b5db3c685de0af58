//! The signature that a received request should have.

use std::{borrow::Cow, time::SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};

use super::{Received, TOKEN, authorization::Credential, instant::X_AMZ_DATE, keys::KeyPair};

/// Signs a received request with the headers that it names as signed. Nothing where that cannot be done: a signed header
/// is absent or not text, or the names are not in the order and the letters that the standard wants.
pub fn signature(request: &Received, signed: &str, credential: &Credential, keys: &KeyPair, time: SystemTime) -> Option<String> {
    let names: Vec<_> = signed.split(';').collect();
    let is_canonical = names.is_sorted_by(|one, next| one < next) && !signed.contains(|letter: char| letter.is_ascii_uppercase());
    if !is_canonical {
        return None;
    }
    let identity = Credentials::new(&keys.access_key_id, &keys.secret_access_key, signed_token(request, &names)?, None, "sent").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(credential.region)
        .name(credential.service)
        .time(time)
        .settings(settings(&names))
        .build()
        .ok()?
        .into();
    let headers = headers(request, &names)?;
    // The host counts as the client sent it, in its header; what stands here is replaced by it.
    let uri = format!("http://host{}", request.uri().path_and_query()?);
    let request = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), SignableBody::Bytes(request.body())).ok()?;
    Some(sign(request, &parameters).ok()?.signature().to_owned())
}

/// aws-sigv4 signs all headers that it is given, and the date, which clients may leave unsigned.
fn settings(names: &[&str]) -> SigningSettings {
    let mut settings = SigningSettings::default();
    let has_date = names.contains(&X_AMZ_DATE);
    settings.excluded_headers = Some(if has_date { Vec::new() } else { vec![Cow::Borrowed(X_AMZ_DATE)] });
    settings
}

/// The session token, if it is signed. It is given to aws-sigv4 as what it is, so that its logs hide it.
fn signed_token(request: &Received, names: &[&str]) -> Option<Option<String>> {
    if !names.contains(&TOKEN) {
        return Some(None);
    }
    Some(Some(request.headers().get(TOKEN)?.to_str().ok()?.to_owned()))
}

/// Names and values of the signed headers, a repeated one as often as it was sent.
fn headers<'a>(request: &'a Received, names: &[&'a str]) -> Option<Vec<(&'a str, &'a str)>> {
    let mut headers = Vec::new();
    for name in names {
        let values: Vec<_> = request.headers().get_all(*name).iter().collect();
        if values.is_empty() {
            return None;
        }
        if *name == TOKEN {
            continue;
        }
        for value in values {
            headers.push((*name, value.to_str().ok()?));
        }
    }
    Some(headers)
}
