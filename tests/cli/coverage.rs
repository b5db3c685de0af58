//! `coverage`: what is claimed, in each format.

use serde_json::Value;

use super::{ended, program, scratch};

#[test]
fn every_answer_of_an_operation_is_told_with_its_evidence() {
    let ended = ended(program(scratch().path()).args(["coverage", "GetUser"]));
    ended.must(0, &["NotAuthorizedException", "aws-verified", "ForbiddenException", "cannot be provoked: "]);
}

#[test]
fn the_json_form_names_cases_and_reasons() {
    let ended = ended(program(scratch().path()).args(["coverage", "GetUser", "GetSigningCertificate", "--as", "json"]));
    ended.must(0, &[]);
    let coverage: Value = serde_json::from_str(&ended.stdout).expect("a JSON document");
    let [silent, told] = [0, 1].map(|at| &coverage["operations"][at]);
    assert_eq!((&silent["operation"], &silent["errors"][0]["state"]), (&"GetSigningCertificate".into(), &"unclaimed".into()));
    assert!(told["success"]["cases"].as_array().is_some_and(|cases| !cases.is_empty()), "{told}");
    assert_eq!(coverage["figures"]["operations"], 2);
}

#[test]
fn an_operation_that_does_not_exist_is_an_error() {
    ended(program(scratch().path()).args(["coverage", "Getuser"])).must(2, &["no operation `Getuser`", "did you mean `GetUser`?"]);
}
