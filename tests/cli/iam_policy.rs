//! `iam-policy`: just enough for what a run sends.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cognito_conformance::engine::SWEEP;
use cognito_conformance::model::Model;
use cognito_conformance::reference::{Response, Tamper};
use rstest::rstest;
use serde_json::Value;

use super::engine::Stage;
use super::{ended, program, scratch};

/// Notes every operation that is asked for.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<BTreeSet<String>>>);

impl Tamper for Noted {
    fn after(&self, operation: &str, _: &Value, _: &mut Response) {
        self.0.lock().expect("no panic before").insert(operation.to_owned());
    }
}

fn policy(arguments: &[&str]) -> Value {
    let ended = ended(program(scratch().path()).arg("iam-policy").args(arguments));
    ended.must(0, &[]);
    serde_json::from_str(&ended.stdout).expect("a JSON document")
}

/// The operations of the service that a policy allows.
fn allowed(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().expect("statements");
    let actions = statements.iter().flat_map(|statement| statement["Action"].as_array().expect("actions"));
    actions.filter_map(|action| action.as_str()?.strip_prefix("cognito-idp:").map(str::to_owned)).collect()
}

#[rstest]
#[case::users("SetUserSettings::")]
#[case::administrators("AdminGetUser::")]
#[case::pools("SetUserPoolMfaConfig::")]
#[case::all("::")]
fn allows_what_a_run_sends_and_a_sweep_and_no_more(#[case] filter: &str) {
    let noted = Noted::default();
    let stage = Stage::set(noted.clone());
    let gathered = stage.run(&stage.named(filter), |_| {});
    assert_eq!(gathered.summary.total.failed(), 0);
    let is_signed = |operation: &&String| Model::embedded().operation(operation).is_some_and(|facts| !facts.unsigned);
    let sent: BTreeSet<String> = noted.0.lock().expect("no panic").iter().filter(is_signed).cloned().collect();
    let swept = SWEEP.map(str::to_owned).into();
    assert_eq!(allowed(&policy(&[filter])), &sent | &swept);
}

#[test]
fn the_document_is_one_that_iam_reads() {
    let policy = policy(&["--region", "eu-west-1", "--account", "123456789012"]);
    assert_eq!(policy["Version"], "2012-10-17");
    let statements = policy["Statement"].as_array().expect("statements");
    let sids: BTreeSet<_> = statements.iter().map(|statement| statement["Sid"].as_str().expect("a Sid")).collect();
    assert_eq!(sids.len(), statements.len(), "each Sid once");
    for statement in statements {
        let members: Vec<_> = statement.as_object().expect("an object").keys().map(String::as_str).collect();
        assert!(matches!(members[..], ["Sid", "Effect", "Action", "Resource"] | ["Sid", "Effect", "Action", "Resource", "Condition"]));
        assert_eq!(statement["Effect"], "Allow");
        let actions: Vec<_> = statement["Action"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert!(!actions.is_empty() && actions.is_sorted() && actions.iter().all(|action| !action.contains('*')), "{actions:?}");
        for resource in statement["Resource"].as_array().expect("a list").iter().filter_map(Value::as_str) {
            let is_of_the_account = resource.split(':').nth(4) == Some("123456789012");
            assert!(resource == "*" || is_of_the_account, "{resource}");
        }
    }
    // What may be done to any pool of the account: nothing.
    let bare = statements.iter().filter(|statement| statement.get("Condition").is_none());
    let bare: Vec<_> = bare.filter_map(|statement| statement["Sid"].as_str()).collect();
    assert_eq!(bare, ["ListPools", "AskForAbsentPools", "PassSmsRole", "PassGroupRoles"]);
    assert!(policy.to_string().len() < 6144, "a managed policy has room for 6144 characters");
}

#[rstest]
#[case(&["Nothing::"], "no case matches")]
#[case(&["--account", "1"], "not the 12 digits")]
#[case(&["--partition", "*"], "not a partition")]
fn wrong_arguments_are_refused(#[case] arguments: &[&str], #[case] message: &str) {
    ended(program(scratch().path()).arg("iam-policy").args(arguments)).must(2, &[message]);
}
