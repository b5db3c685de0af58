use rstest::rstest;
use serde_json::json;

use super::*;
use crate::engine::messages::Medium;

const OURS: &str = "us-east-1_Ours00000";
const THEIRS: &str = "us-east-1_Theirs000";
const CLIENT: &str = "1ours5urk1ft4fl3mg5e62d9ad";
const FOREIGN_CLIENT: &str = "3n4b5urk1ft4fl3mg5e62d9ado";

fn request(operation: &str, input: Value) -> Request {
    Request::new(operation, &input, true)
}

fn answer(body: Value) -> Response {
    Response::new(200, Vec::new(), body.to_string().into_bytes(), false)
}

/// A guard of a run that has made a pool and an app client.
fn guard(messages_allowed: bool) -> Guard {
    let guard = Guard::new("0a1b2c3d", ["arn:aws:iam::998877665544:role/own".to_owned()], messages_allowed);
    guard.learn(&request("CreateUserPool", json!({"PoolName": "cognito-conformance-x"})), &answer(json!({"UserPool": {"Id": OURS}})));
    let client = json!({"UserPoolClient": {"ClientId": CLIENT, "UserPoolId": OURS}});
    guard.learn(&request("CreateUserPoolClient", json!({"UserPoolId": OURS})), &answer(client));
    guard
}

fn sent(operation: &str, input: Value) -> Result<Vec<String>, Refusal> {
    let (guard, request) = (guard(false), request(operation, input));
    let asked = guard.examine(&request)?;
    guard.prepare(&request)?;
    Ok(asked)
}

#[rstest]
#[case("DeleteUserPool", json!({"UserPoolId": OURS}))]
#[case("SignUp", json!({"ClientId": CLIENT}))]
#[case("SignUp", json!({"ClientId": "00000000000000000000000000"}))]
#[case("ListUserPools", json!({"MaxResults": 1}))]
#[case("DescribeUserPoolDomain", json!({"Domain": "x"}))]
#[case("ConformanceProbeOperation", json!({}))]
#[case("AssociateSoftwareToken", json!({"Session": "nonsense"}))]
#[case("CreateUserPool", json!({"PoolName": "cognito-conformance-y", "LambdaConfig": {"X": "arn:aws:iam::998877665544:role/own"}}))]
fn is_the_runs_own_business(#[case] operation: &str, #[case] input: Value) {
    assert_eq!(sent(operation, input), Ok(Vec::new()));
}

#[rstest]
#[case("DeleteUserPool", json!({"UserPoolId": THEIRS}))]
#[case("DescribeUserPool", json!({"UserPoolId": THEIRS}))]
#[case("TagResource", json!({"ResourceArn": format!("arn:aws:cognito-idp:us-east-1:998877665544:userpool/{THEIRS}"), "Tags": {}}))]
fn somebodys_pool_is_asked_for_first(#[case] operation: &str, #[case] input: Value) {
    assert_eq!(sent(operation, input), Ok(vec![THEIRS.to_owned()]));
}

#[rstest]
#[case(format!("/{OURS}/.well-known/jwks.json"), Ok(Vec::new()))]
#[case(format!("/{THEIRS}/.well-known/jwks.json"), Ok(vec![THEIRS.to_owned()]))]
#[case(format!("/{OURS}/.well-known/other"), Err(Refusal::Path))]
#[case("/oauth2/token".to_owned(), Err(Refusal::Path))]
fn a_document_is_one_of_a_pool(#[case] path: String, #[case] expected: Result<Vec<String>, Refusal>) {
    let (guard, request) = (guard(false), Request::get("GET x", path));
    assert_eq!(guard.examine(&request), expected);
    assert_eq!(guard.prepare(&request), Ok(Cow::Borrowed(&request)));
}

#[test]
fn a_pool_that_does_not_exist_is_asked_for_once() {
    let (guard, request) = (guard(false), request("DeleteUserPool", json!({"UserPoolId": THEIRS})));
    guard.is_free(THEIRS.to_owned());
    assert_eq!(guard.examine(&request), Ok(Vec::new()));
}

#[rstest]
#[case("SignUp", json!({"ClientId": FOREIGN_CLIENT}), Refusal::Client(FOREIGN_CLIENT.to_owned()))]
#[case("DeleteUserPoolClient", json!({"UserPoolId": OURS, "ClientId": FOREIGN_CLIENT}), Refusal::Client(FOREIGN_CLIENT.to_owned()))]
#[case(
    "CreateUserPool",
    json!({"PoolName": "cognito-conformance-y", "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:998877665544:function:x"}}),
    Refusal::Outside
)]
#[case("CreateUserPool", json!({"PoolName": "production"}), Refusal::Name)]
#[case("UpdateProvisionedLimit", json!({"RequestedLimitValue": 999}), Refusal::Beyond("UpdateProvisionedLimit".to_owned()))]
#[case(
    "VerifySoftwareToken",
    json!({"Session": (0..200u16).map(|index| char::from(b'A' + (index * 7 % 50) as u8)).collect::<String>(), "UserCode": "1"}),
    Refusal::Session
)]
#[case("ForgotPassword", json!({"ClientId": CLIENT, "Username": "x"}), Refusal::Message(Medium::Either))]
#[case(
    "AdminCreateUser",
    json!({"UserPoolId": OURS, "MessageAction": "SUPPRESS", "UserAttributes": [{"Name": "email", "Value": "a@company.com"}]}),
    Refusal::Recipient("email".to_owned())
)]
fn is_refused(#[case] operation: &str, #[case] input: Value, #[case] refusal: Refusal) {
    assert_eq!(sent(operation, input), Err(refusal));
}

/// The operation that counts is the one that the service reads, not only the one that the case means.
#[test]
fn the_target_header_counts() {
    let target = |target: &str| Some(format!("AWSCognitoIdentityProviderService.{target}"));
    let forged = Request { target: target("ForgotPassword"), ..request("GetUser", json!({"ClientId": CLIENT})) };
    assert_eq!(guard(false).prepare(&forged), Err(Refusal::Message(Medium::Either)));
    assert_eq!(guard(true).prepare(&forged), Ok(Cow::Borrowed(&forged)));
    let forged = Request { target: target("CreateUserPool"), ..request("GetUser", json!({"PoolName": "production"})) };
    assert_eq!(guard(false).prepare(&forged), Err(Refusal::Name));
}

#[test]
fn only_an_answer_to_the_operation_itself_makes_a_pool_ours() {
    let guard = guard(false);
    let forged = Request { target: Some("X.DescribeUserPool".to_owned()), ..request("CreateUserPool", json!({})) };
    guard.learn(&forged, &answer(json!({"UserPool": {"Id": THEIRS}})));
    assert_eq!(guard.examine(&request("DeleteUserPool", json!({"UserPoolId": THEIRS}))), Ok(vec![THEIRS.to_owned()]));
}

#[rstest]
#[case("InitiateAuth")]
#[case("SignUp")]
fn a_session_of_the_run_may_be_sent_back_even_with_something_before_it(#[case] operation: &str) {
    let (guard, session) = (guard(false), (0..200u16).map(|index| char::from(b'A' + (index * 7 % 50) as u8)).collect::<String>());
    guard.learn(&request(operation, json!({})), &answer(json!({"Session": session})));
    assert_eq!(guard.examine(&request("VerifySoftwareToken", json!({"Session": format!("AAAA{session}")}))), Ok(Vec::new()));
}

/// An operation of a later model that says in another way what it is about must be thought of here.
#[test]
fn every_operation_that_changes_something_says_of_what() {
    let model = Model::embedded();
    let beyond: Vec<_> = model.operations.keys().filter(|operation| reaches_beyond(operation)).collect();
    assert_eq!(beyond, ["UpdateProvisionedLimit"]);
    let read = model.operations.keys().filter(|name| {
        let mut members = model.input_members(name).into_iter().flatten();
        !members.any(|(name, _)| NAMING.contains(&name.as_str()))
    });
    let allowed: Vec<_> = read.filter(|operation| !reaches_beyond(operation)).collect();
    assert_eq!(allowed, ["CreateUserPool", "DescribeUserPoolDomain", "GetProvisionedLimit", "ListUserPools"]);
}
