//! What a run of some cases asks the service for, with a signature: the permissions that it needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::sender::is_signed;
use crate::case::{Action, Case, Step, Suite};

/// What a sweep asks for: which pools there are, which of them are ours, and to remove these with what stands in the way.
pub const SWEEP: [&str; 5] = ["DeleteUserPool", "DeleteUserPoolDomain", "DescribeUserPool", "ListUserPools", "UpdateUserPool"];

/// What a run of some cases asks the service for. Requests that go unsigned need no permission, and are not in here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Signed operations.
    pub operations: BTreeSet<String>,
    /// Pools that are asked for by an id that is written in the case, and are not there; with the operations.
    pub absent_pools: BTreeMap<String, BTreeSet<String>>,
    /// A role is handed over with which the service sends SMS.
    pub passes_sms_role: bool,
    /// Roles are handed over that members of a group may take.
    pub passes_group_roles: bool,
    /// A pool is told to send mail from an identity of the account.
    pub mails_by_itself: bool,
}

impl Calls {
    /// Those of a run of these cases, with their controls, their fixtures, the removal of these, and a sweep.
    pub fn of(suite: &Suite, cases: &[&Case]) -> Self {
        let mut calls = Self::default();
        let controls = cases.iter().filter_map(|case| suite.case(case.control.as_deref()?));
        for case in cases.iter().copied().chain(controls) {
            calls.add(&case.steps);
            for fixture in case.given.iter().filter_map(|used| suite.fixtures.get(&used.name)) {
                calls.add(&fixture.create);
                calls.add(&fixture.destroy);
            }
        }
        if calls.operations.contains("CreateUserPool") {
            calls.operations.extend(SWEEP.map(str::to_owned));
        }
        calls
    }

    fn add(&mut self, steps: &[Step]) {
        for step in steps {
            let Action::Call { operation, input, wire } = &step.action else { continue };
            // Of operations that SDKs send unsigned IAM knows nothing, even where a case signs one.
            if wire.sign == Some(false) || !is_signed(operation) {
                continue;
            }
            let input = input.written();
            self.operations.insert(operation.clone());
            self.passes_sms_role |= has(&input, &|name, _| name == "SnsCallerArn");
            self.passes_group_roles |= has(&input, &|name, _| name == "RoleArn");
            self.mails_by_itself |= has(&input, &|name, value| name == "EmailSendingAccount" && value == "DEVELOPER");
            if let Some(pool) = input["UserPoolId"].as_str().filter(|id| is_pool_id(id)) {
                self.absent_pools.entry(pool.to_owned()).or_default().insert(operation.clone());
            }
        }
    }
}

/// A whole id, rather than an expression or something that is none: `us-east-1_AAAAAAAAA`.
fn is_pool_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(region, id)| {
        let is_region =
            region.contains('-') && region.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        is_region && !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric())
    })
}

fn has(value: &Value, is_meant: &dyn Fn(&str, &Value) -> bool) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| is_meant(name, value) || has(value, is_meant)),
        Value::Array(items) => items.iter().any(|item| has(item, is_meant)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Filter;
    use rstest::rstest;

    fn calls(filter: &str) -> Calls {
        let suite = Suite::embedded().expect("the embedded cases load");
        let filter = Filter { filters: vec![filter.to_owned()], exact: filter.contains("::"), ..Filter::default() };
        Calls::of(&suite, &suite.select(&filter).expect("cases"))
    }

    #[test]
    fn one_case_needs_what_its_fixtures_and_their_removal_need() {
        let calls = calls("SetUserSettings::turns_sms_on");
        let operations: Vec<_> = calls.operations.iter().map(String::as_str).collect();
        // SetUserSettings, GetUser and InitiateAuth go unsigned.
        let expected = [
            "AdminCreateUser",
            "AdminSetUserPassword",
            "CreateUserPool",
            "CreateUserPoolClient",
            "DeleteUserPool",
            "DeleteUserPoolDomain",
            "DescribeUserPool",
            "ListUserPools",
            "SetUserPoolMfaConfig",
            "UpdateUserPool",
        ];
        assert_eq!(operations, expected);
        assert!(calls.passes_sms_role && !calls.mails_by_itself && calls.absent_pools.is_empty(), "{calls:?}");
    }

    #[test]
    fn pools_that_are_not_there_are_named() {
        let calls = calls("GetUserPoolMfaConfig");
        let absent: Vec<_> = calls.absent_pools.iter().map(|(id, operations)| (id.as_str(), operations.len())).collect();
        assert_eq!(absent, [("us-east-1_AAAAAAAAA", 1)]);
    }

    #[rstest]
    #[case("us-east-1_AAAAAAAAA", true)]
    #[case("eu-west-3_x1", true)]
    #[case("$pool.id", false)]
    #[case("YOUR_USER_POOL-ID", false)]
    #[case("us-east-1_", false)]
    #[case("nonsense", false)]
    fn knows_a_pool_id(#[case] text: &str, #[case] is_one: bool) {
        assert_eq!(is_pool_id(text), is_one);
    }
}
