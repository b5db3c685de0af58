//! Requests signed by aws-sigv4 and by the published example, and all ways to be wrong.

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use axum::http::HeaderName;
use rstest::rstest;
use time::{Duration, OffsetDateTime, macros::datetime};

use super::*;

const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);
const TARGET: &str = "AWSCognitoIdentityProviderService.ListUserPools";

fn keys() -> KeyPair {
    KeyPair { access_key_id: "AKID".into(), secret_access_key: "secret".into(), session: None }
}

fn temporary(ends: Option<OffsetDateTime>) -> KeyPair {
    KeyPair { session: Some(Session { token: "token".into(), ends: ends.map(Into::into) }), ..keys() }
}

fn purpose() -> Purpose {
    Purpose { service: "cognito-idp", region: Some("us-east-1".into()), minutes: 5 }
}

/// What a client does, right unless told otherwise.
struct Client {
    uri: &'static str,
    id: &'static str,
    secret: &'static str,
    token: Option<&'static str>,
    region: &'static str,
    service: &'static str,
    time: OffsetDateTime,
    extra: Vec<(&'static str, &'static str)>,
}

impl Default for Client {
    fn default() -> Self {
        let (region, service) = ("us-east-1", "cognito-idp");
        Self { uri: "/", id: "AKID", secret: "secret", token: None, region, service, time: NOW, extra: Vec::new() }
    }
}

impl Client {
    fn request(&self) -> Received {
        let body = br#"{"MaxResults":1}"#;
        let identity = Credentials::new(self.id, self.secret, self.token.map(str::to_owned), None, "test").into();
        let parameters = v4::SigningParams::builder().identity(&identity).region(self.region).name(self.service).time(self.time.into());
        let parameters = parameters.settings(SigningSettings::default()).build().expect("parameters").into();
        let mut headers = vec![("host", "127.0.0.1:9239"), ("x-amz-target", TARGET)];
        headers.extend(&self.extra);
        let uri = format!("http://127.0.0.1:9239{}", self.uri);
        let signable = SignableRequest::new("POST", uri, headers.iter().copied(), SignableBody::Bytes(body)).expect("signable");
        let (instructions, _) = sign(signable, &parameters).expect("signed").into_parts();
        let request = headers
            .into_iter()
            .chain(instructions.headers())
            .fold(Request::post(self.uri), |request, (name, value)| request.header(name, value));
        request.body(Bytes::from_static(body)).expect("a request")
    }
}

fn check(request: &Received, keys: &KeyPair) -> Result<(), Flaw> {
    verify(request, &purpose(), keys, NOW.into())
}

#[rstest]
#[case::plain(Client::default())]
#[case::repeated_header(Client { extra: vec![("x-twice", "b"), ("x-twice", "a")], ..Client::default() })]
#[case::wide_header(Client { extra: vec![("x-wide", "  a   b ")], ..Client::default() })]
#[case::query(Client { uri: "/?b=2&a=%2F1&empty", ..Client::default() })]
#[case::path(Client { uri: "/a//b/../c%20d", ..Client::default() })]
#[case::a_little_late(Client { time: NOW - Duration::minutes(5), ..Client::default() })]
fn accepts_what_is_right(#[case] client: Client) {
    assert_eq!(check(&client.request(), &keys()), Ok(()));
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing \
                        method. Consult the service documentation for details.";
const REGION: &str = "Credential should be scoped to a valid region. ";
const SERVICE: &str = "Credential should be scoped to correct service: 'cognito-idp'. ";

#[rstest]
#[case::secret(Client { secret: "other", ..Client::default() }, MISMATCH)]
#[case::region(Client { region: "eu-west-1", ..Client::default() }, REGION)]
#[case::service(Client { service: "s3", ..Client::default() }, SERVICE)]
#[case::both(Client { service: "s3", region: "x", ..Client::default() }, &format!("{REGION}{SERVICE}"))]
#[case::old(
    Client { time: NOW - Duration::seconds(301), ..Client::default() },
    "Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)"
)]
#[case::new(
    Client { time: NOW + Duration::seconds(301), ..Client::default() },
    "Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)"
)]
fn refuses_what_is_wrong(#[case] client: Client, #[case] text: &str) {
    assert_eq!(check(&client.request(), &keys()), Err(Flaw::Invalid(text.to_owned())));
}

#[test]
fn refuses_another_key() {
    let client = Client { id: "OTHER", ..Client::default() };
    assert_eq!(check(&client.request(), &keys()), Err(Flaw::UnknownKey));
}

#[rstest]
#[case::its_own(Some("token"), temporary(None), Ok(()))]
#[case::not_ended(Some("token"), temporary(Some(NOW)), Ok(()))]
#[case::ended(Some("token"), temporary(Some(NOW - Duration::SECOND)), Err(Flaw::ExpiredToken))]
#[case::another(Some("other"), temporary(None), Err(Flaw::BadToken))]
#[case::missing(None, temporary(None), Err(Flaw::UnknownKey))]
#[case::of_a_long_term_key(Some("token"), keys(), Err(Flaw::BadToken))]
fn a_temporary_key_has_its_token(#[case] token: Option<&'static str>, #[case] keys: KeyPair, #[case] expected: Result<(), Flaw>) {
    assert_eq!(check(&Client { token, ..Client::default() }.request(), &keys), expected);
}

#[test]
fn a_token_may_be_sent_unsigned() {
    let mut request = Client::default().request();
    request.headers_mut().insert(TOKEN, "token".parse().expect("a value"));
    assert_eq!(check(&request, &temporary(None)), Ok(()));
}

fn set(request: &mut Received, name: &'static str, value: &str) {
    request.headers_mut().insert(HeaderName::from_static(name), value.parse().expect("a value"));
}

/// Changes a request after it was signed.
#[rstest]
#[case::target(|request: &mut Received| set(request, "x-amz-target", "AWSCognitoIdentityProviderService.DeleteUserPool"))]
#[case::host(|request: &mut Received| set(request, "host", "elsewhere"))]
#[case::time(|request: &mut Received| set(request, "x-amz-date", "20260102T030406Z"))]
#[case::body(|request: &mut Received| *request.body_mut() = Bytes::from_static(b"{}"))]
#[case::one_more(|request: &mut Received| assert!(request.headers_mut().append("x-amz-target", "a".parse().expect("a value"))))]
#[case::one_less(|request: &mut Received| drop(request.headers_mut().remove("x-amz-target")))]
#[case::path(|request: &mut Received| *request.uri_mut() = "/other".parse().expect("a path"))]
#[case::method(|request: &mut Received| *request.method_mut() = axum::http::Method::PUT)]
fn refuses_what_was_changed(#[case] change: fn(&mut Received)) {
    let mut request = Client::default().request();
    change(&mut request);
    assert_eq!(check(&request, &keys()), Err(Flaw::mismatch()));
}

/// Changes the Authorization header after it was made.
#[rstest]
#[case::host_not_signed(
    "SignedHeaders=host;",
    "SignedHeaders=",
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
)]
#[case::algorithm("HMAC-SHA256", "HMAC-SHA25", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ")]
#[case::parts("AKID/", "", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '…'")]
#[case::terminator("aws4_request", "aws5_request", "Credential should be scoped with a valid terminator: 'aws4_request'. ")]
#[case::date(
    "AKID/20260102",
    "AKID/20260101",
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. "
)]
#[case::upper_case("SignedHeaders=host", "SignedHeaders=HOST", MISMATCH)]
#[case::absent_header("SignedHeaders=host", "SignedHeaders=a;host", MISMATCH)]
#[case::order("x-amz-date;x-amz-target", "x-amz-target;x-amz-date", MISMATCH)]
#[case::signature("Signature=", "Signature=0", MISMATCH)]
fn refuses_what_the_header_gets_wrong(#[case] from: &str, #[case] to: &str, #[case] text: &str) {
    let mut request = Client::default().request();
    let header = request.headers()[AUTHORIZATION].to_str().expect("text").replace(from, to);
    set(&mut request, "authorization", &header);
    assert_eq!(check(&request, &keys()).expect_err("refused").message(), text);
}

/// The signature of `host` alone is enough: neither the date nor the target must be signed.
#[test]
fn only_the_host_must_be_signed() {
    let signed = SigningSettings::default();
    let request = Request::post("/").header("host", "h").header("x-amz-date", "20260102T030405Z").header("x-amz-target", TARGET);
    let identity = Credentials::new("AKID", "secret", None, None, "test").into();
    let mut settings = signed;
    settings.excluded_headers = Some(vec!["x-amz-date".into()]);
    let parameters = v4::SigningParams::builder().identity(&identity).region("us-east-1").name("cognito-idp").time(NOW.into());
    let parameters = parameters.settings(settings).build().expect("parameters").into();
    let signable = SignableRequest::new("POST", "http://h/", [("host", "h")].into_iter(), SignableBody::Bytes(b"")).expect("signable");
    let signature = sign(signable, &parameters).expect("signed").signature().to_owned();
    let header =
        format!("AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature={signature}");
    let request = request.header(AUTHORIZATION, header).body(Bytes::new()).expect("a request");
    assert_eq!(check(&request, &keys()), Ok(()));
}

/// `get-vanilla` of the published test suite of Signature Version 4: not signed by the crate that verifies it.
#[rstest]
#[case::right("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", Ok(()))]
#[case::wrong("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf30", Err(Flaw::mismatch()))]
fn verifies_the_published_example(#[case] signature: &str, #[case] expected: Result<(), Flaw>) {
    let keys = KeyPair {
        access_key_id: "AKIDEXAMPLE".into(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
        session: None,
    };
    let scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
    let header = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
    let request = Request::get("/").header("host", "example.amazonaws.com").header("x-amz-date", "20150830T123600Z");
    let request = request.header(AUTHORIZATION, header).body(Bytes::new()).expect("a request");
    let purpose = Purpose { service: "service", region: Some("us-east-1".into()), minutes: 5 };
    assert_eq!(verify(&request, &purpose, &keys, datetime!(2015-08-30 12:36:00 UTC).into()), expected);
}

/// None of these may pass, and none may end the server.
#[test]
fn survives_hostile_headers() {
    let good = "AKID/20260102/us-east-1/cognito-idp/aws4_request";
    let hostile: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"AWS4-".to_vec(),
        b"AWS4-HMAC-SHA256".to_vec(),
        b"AWS4-HMAC-SHA256 =".to_vec(),
        b"AWS4-HMAC-SHA256 ====,,,,=".to_vec(),
        b"AWS4-\xff\xfe\xfd Credential=\xff".to_vec(),
        b"AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=".to_vec(),
        b"AWS4-HMAC-SHA256 Credential=////, SignedHeaders=host, Signature=".to_vec(),
        b"AWS4-HMAC-SHA256 Credential=/////////, SignedHeaders=host, Signature=".to_vec(),
        [b"AWS4-HMAC-SHA256 ".as_slice(), &b"Credential=a,".repeat(10_000)].concat(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=host, Signature={}", "f".repeat(100_000)).into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders={}host, Signature=0", "a;".repeat(10_000)).into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=;;host;;, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=host;x y, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=authorization;host, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=h\u{f6}st;host, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=host;x-amz-security-token, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=host;x-odd, Signature=0").into_bytes(),
        format!("AWS4-HMAC-SHA256 Credential={good}, SignedHeaders=host, Signature=\u{20ac}").into_bytes(),
    ];
    for header in hostile {
        for date in ["20260102T030405Z", "00000101T000000Z", "99991231T235959Z", "-99990101T000000Z", "\u{661}", ""] {
            let request = Request::post("/").header("host", "h").header("x-amz-date", date).header("x-odd", b"\xff\xfe".as_slice());
            let request = request.header(AUTHORIZATION, header.as_slice()).body(Bytes::new()).expect("a request");
            check(&request, &keys()).expect_err("refused");
            check(&request, &temporary(None)).expect_err("refused");
        }
    }
}

#[test]
fn survives_odd_targets() {
    for uri in ["*", "/?%zz&&==", "/%", "http://[::1]:1/", "/\u{7e}?\u{7e}"] {
        let mut request = Client::default().request();
        *request.uri_mut() = uri.parse().expect("a target");
        *request.method_mut() = axum::http::Method::OPTIONS;
        check(&request, &keys()).expect_err("refused");
    }
}
