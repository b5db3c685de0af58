//! What cases read of a target beside its API: things that must exist beforehand.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Profile;

/// Stand for what a server that is not live never looks at. The account is the one of AWS's own examples.
const MADE_UP: [(&str, &str); 6] = [
    ("sms_role_arn", "arn:aws:iam::123456789012:role/cognito-conformance-sms"),
    ("sms_external_id", "cognito-conformance"),
    ("ses_identity_arn", "arn:aws:ses:us-east-1:123456789012:identity/conformance@example.com"),
    ("group_role_arn", "arn:aws:iam::123456789012:role/cognito-conformance-group"),
    ("other_group_role_arn", "arn:aws:iam::123456789012:role/cognito-conformance-other-group"),
    ("missing_role_arn", "arn:aws:iam::123456789012:role/cognito-conformance-missing"),
];

/// The functions of `targets/lambda`, and one that may not be called. The embedded server has them built in; elsewhere they must be deployed.
const FUNCTIONS: [&str; 7] = ["challenge", "claims", "confirm", "forbidden", "garble", "migrate", "refuse"];

/// `lambda_refuse_arn` and the like, where the embedded server has them.
pub(super) fn functions() -> BTreeMap<String, String> {
    let arn = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:cognito-conformance-{name}");
    FUNCTIONS.into_iter().map(|name| (format!("lambda_{name}_arn"), arn(name))).collect()
}

impl Profile {
    /// What expressions read as `$target.NAME`: what the profile names; where the target is not live, made-up values for the others.
    pub fn readable(&self) -> Map<String, Value> {
        let made_up = MADE_UP.iter().filter(|_| !self.live).map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        made_up.chain(self.resources.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())))).collect()
    }

    /// Why a case cannot read a resource; `None` where it can.
    pub fn lacks_resource(&self, name: &str) -> Option<String> {
        let has = self.resources.contains_key(name) || !self.live && MADE_UP.iter().any(|(known, _)| *known == name);
        (!has).then(|| format!("the profile of {} does not name `{name}`", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(live: bool) -> Profile {
        Profile { live, resources: [("sms_role_arn".to_owned(), "arn:own".to_owned())].into(), ..Profile::reference() }
    }

    #[test]
    fn what_the_profile_names_comes_before_what_is_made_up() {
        assert_eq!(profile(false).readable()["sms_role_arn"], "arn:own");
        assert_eq!(profile(false).readable()["sms_external_id"], "cognito-conformance");
    }

    #[test]
    fn nothing_is_made_up_for_a_live_target() {
        let live = profile(true);
        assert_eq!(live.readable().keys().collect::<Vec<_>>(), ["sms_role_arn"]);
        assert_eq!(live.lacks_resource("sms_role_arn"), None);
        assert_eq!(live.lacks_resource("ses_identity_arn"), Some("the profile of reference does not name `ses_identity_arn`".to_owned()));
        assert_eq!(profile(false).lacks_resource("ses_identity_arn"), None);
    }
}
