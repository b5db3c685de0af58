use rstest::rstest;
use serde_json::{Value, json};

use super::{
    authenticator::{Algorithm, Deviations, Passkey},
    cose::PublicKey,
    relying_party::{Expected, Refusal, assertion, registration},
    to_text,
};

const RP: &str = "example.com";
const ORIGIN: &str = "https://example.com";

fn creation() -> Value {
    json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAA", "rp": { "id": RP } })
}

fn request() -> Value {
    json!({ "challenge": "BBBBBBBBBBBBBBBBBBBBBA", "rpId": RP })
}

fn expected(options: &Value) -> Expected<'_> {
    Expected { challenge: options["challenge"].as_str().expect("text"), relying_party: RP, verified: true }
}

fn registered(passkey: &Passkey, deviations: &Deviations, origin: &str) -> Result<PublicKey, Refusal> {
    let options = creation();
    let credential = passkey.attest(&options, origin, deviations).expect("a credential");
    let registered = registration(&credential, expected(&options))?;
    assert_eq!(registered.id, passkey.id);
    Ok(registered.key)
}

#[rstest]
#[case(Algorithm::Es256)]
#[case(Algorithm::Rs256)]
fn what_the_authenticator_makes_the_relying_party_accepts(#[case] algorithm: Algorithm) {
    let passkey = Passkey::generate(algorithm).expect("a passkey");
    let key = registered(&passkey, &Deviations::default(), ORIGIN).expect("accepted");
    let options = request();
    let credential = passkey.assert(&options, ORIGIN, &Deviations::default()).expect("a credential");
    assert_eq!(assertion(&credential, expected(&options), &key), Ok(0));
}

#[rstest]
#[case::challenge(Deviations { challenge: Some("CCCC".into()), ..Deviations::default() }, ORIGIN, Refusal::Challenge)]
#[case::relying_party(Deviations { relying_party: Some("example.org".into()), ..Deviations::default() }, ORIGIN, Refusal::RelyingParty)]
#[case::unverified(Deviations { unverified: true, ..Deviations::default() }, ORIGIN, Refusal::User)]
#[case::other_site(Deviations::default(), "https://example.org", Refusal::Origin)]
#[case::lookalike(Deviations::default(), "https://notexample.com", Refusal::Origin)]
#[case::insecure(Deviations::default(), "http://example.com", Refusal::Origin)]
#[case::no_origin(Deviations::default(), "example.com", Refusal::Origin)]
fn refuses_what_is_spoiled(#[case] deviations: Deviations, #[case] origin: &str, #[case] refusal: Refusal) {
    let passkey = Passkey::generate(Algorithm::Es256).expect("a passkey");
    assert_eq!(registered(&passkey, &deviations, origin), Err(refusal));
    let key = registered(&passkey, &Deviations::default(), ORIGIN).expect("accepted");
    let options = request();
    let credential = passkey.assert(&options, origin, &deviations).expect("a credential");
    assert_eq!(assertion(&credential, expected(&options), &key), Err(refusal));
}

#[rstest]
#[case("https://app.example.com")]
#[case("https://example.com:8443")]
fn a_page_below_the_domain_may_act_for_it(#[case] origin: &str) {
    let passkey = Passkey::generate(Algorithm::Es256).expect("a passkey");
    assert!(registered(&passkey, &Deviations::default(), origin).is_ok());
}

#[test]
fn another_key_signs_in_vain() {
    let [passkey, other] = [(); 2].map(|()| Passkey::generate(Algorithm::Es256).expect("a passkey"));
    let key = registered(&passkey, &Deviations::default(), ORIGIN).expect("accepted");
    let options = request();
    let forged = Deviations { signer: Some(other), ..Deviations::default() };
    let credential = passkey.assert(&options, ORIGIN, &forged).expect("a credential");
    assert_eq!(assertion(&credential, expected(&options), &key), Err(Refusal::Signature));
}

#[test]
fn one_ceremony_is_not_the_other() {
    let passkey = Passkey::generate(Algorithm::Es256).expect("a passkey");
    let key = registered(&passkey, &Deviations::default(), ORIGIN).expect("accepted");
    let options = creation();
    let credential = passkey.attest(&options, ORIGIN, &Deviations::default()).expect("a credential");
    assert_eq!(assertion(&credential, expected(&options), &key), Err(Refusal::Malformed));
}

#[test]
fn a_key_of_another_algorithm_is_not_taken() {
    let passkey = Passkey::generate(Algorithm::EdDsa).expect("a passkey");
    assert_eq!(registered(&passkey, &Deviations::default(), ORIGIN), Err(Refusal::Algorithm));
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")).collect()
}

// Made by others, so that a mistake which both sides here share shows.
#[rstest]
#[case("none_es256")]
#[case("packed_rs256")]
fn accepts_the_vectors_of_the_specification(#[case] name: &str) {
    let file: Value = serde_json::from_str(include_str!("vectors.json")).expect("JSON");
    let vector = file["vectors"].as_array().into_iter().flatten().find(|vector| vector["name"] == name).expect("a vector");
    let text = |member: &str| to_text(&hex(vector[member].as_str().expect("a member")));
    let expect = |challenge| Expected { challenge, relying_party: "example.org", verified: false };
    let credential = |response: Value| json!({ "id": text("id"), "type": "public-key", "response": response });
    let response = json!({ "clientDataJSON": text("registration_data"), "attestationObject": text("attestation") });
    let challenge = text("registration_challenge");
    let registered = registration(&credential(response), expect(&challenge)).expect("accepted");
    assert_eq!(registered.id, text("id"));
    let mut response = json!({
        "clientDataJSON": text("client_data"),
        "authenticatorData": text("authenticator_data"),
        "signature": text("signature"),
    });
    let challenge = text("challenge");
    assert_eq!(assertion(&credential(response.clone()), expect(&challenge), &registered.key), Ok(0));
    let verified = Expected { verified: true, ..expect(&challenge) };
    assert_eq!(assertion(&credential(response.clone()), verified, &registered.key), Err(Refusal::User));
    // The same client data written otherwise is other client data.
    let written = hex(vector["client_data"].as_str().expect("a member"));
    response["clientDataJSON"] = json!(to_text(&[written.as_slice(), b" "].concat()));
    assert_eq!(assertion(&credential(response), expect(&challenge), &registered.key), Err(Refusal::Signature));
}
