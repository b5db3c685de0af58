//! No message goes out in a live run, seen from the server's side; and with `--allow-messages` a live run finds what any run finds.

use std::sync::{Arc, Mutex};

use cognito_conformance::case::Case;
use cognito_conformance::engine::{Config, Outcome};
use cognito_conformance::reference::{Response, Tamper};
use cognito_conformance::target::Profile;
use serde_json::Value;

use super::engine::Stage;

/// Notes every answer that tells of a code that was sent, and every request that asks for a message whatever its answer says.
#[derive(Clone, Default)]
struct Postbox(Arc<Mutex<Vec<String>>>);

/// Answers name the way that a code went by these members.
const SIGNS: [&str; 4] = ["CodeDeliveryDetails", "CodeDeliveryDetailsList", "CODE_DELIVERY_DESTINATION", "CODE_DELIVERY_DELIVERY_MEDIUM"];

/// The service sends something where these succeed.
const SENDERS: [&str; 4] = ["ForgotPassword", "ResendConfirmationCode", "AdminResetUserPassword", "GetUserAttributeVerificationCode"];

impl Tamper for Postbox {
    fn after(&self, operation: &str, request: &Value, response: &mut Response) {
        let body = response.body.to_string();
        let invites = operation == "AdminCreateUser" && request["MessageAction"] != "SUPPRESS";
        let sent = SIGNS.iter().any(|sign| body.contains(sign)) || SENDERS.contains(&operation) || invites;
        if response.status == 200 && sent {
            self.0.lock().expect("not poisoned").push(format!("{operation}: {body}"));
        }
    }
}

fn live(config: &mut Config) {
    let profile = Profile::reference();
    let resources = ["sms_role_arn", "sms_external_id", "ses_identity_arn", "group_role_arn", "other_group_role_arn", "missing_role_arn"];
    let made_up = profile.readable();
    let resources = resources.map(|name| (name.to_owned(), made_up[name].as_str().expect("a text").to_owned())).into();
    config.profile = Profile { live: true, resources, ..profile };
}

#[test]
fn none_goes_out_unless_it_is_allowed() {
    let postbox = Postbox::default();
    let stage = Stage::set(postbox.clone());
    // The target has no functions, so that cases that need them are skipped anyhow.
    let needs = |case: &Case| stage.suite.resources(case).iter().any(|name| name.starts_with("lambda_"));
    let control = |case: &Case| case.control.as_deref().and_then(|name| stage.suite.case(name));
    let can_run = |case: &&Case| !needs(case) && !control(case).is_some_and(needs);
    let names: Vec<_> = stage.suite.cases().iter().filter(can_run).map(|case| case.name.clone()).collect();
    let gathered = stage.run(&names, live);
    assert_eq!(*postbox.0.lock().expect("not poisoned"), [] as [String; 0]);
    for result in &gathered.results {
        let says_why =
            result.reason.as_ref().is_some_and(|reason| reason.starts_with("sends a message (") && reason.contains("--allow-messages"));
        assert!(result.outcome == Outcome::Pass || result.outcome == Outcome::Skipped && says_why, "{}: {:?}", result.name, result.reason);
    }
    let skipped = gathered.results.iter().filter(|result| result.outcome == Outcome::Skipped).count();
    assert!((20..600).contains(&skipped), "{skipped} of {} are skipped", names.len());

    let allowed = stage.run(&names, |config| {
        live(config);
        config.allow_messages = true;
    });
    assert!(!postbox.0.lock().expect("not poisoned").is_empty(), "the postbox sees messages");
    for result in &allowed.results {
        assert_eq!(result.outcome, Outcome::Pass, "as in a run that is not live: {} {:?}", result.name, result.reason);
    }
}
