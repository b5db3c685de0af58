//! An IAM policy that is just enough.

use serde::Serialize;
use serde_json::{Value, json};

use crate::engine::{Calls, RUN_TAG};

/// Operations that the Service Authorization Reference gives no resource type, so that only `*` can be named. All others take a user pool.
const OF_NO_POOL: [&str; 2] = ["DescribeUserPoolDomain", "ListUserPools"];

/// The service that sends a pool's mail from an identity of the account.
const MAILER: &str = "email.cognito-idp.amazonaws.com";

/// Where a policy is to hold.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub(super) partition: String,
    /// A region, or `*`.
    pub(super) region: String,
    /// An account, or `*`.
    pub(super) account: String,
    /// The role with which pools send SMS.
    pub(super) sms_role: String,
    /// The roles that groups have.
    pub(super) group_roles: Vec<String>,
    /// Any pool may be touched, not only those that carry our tag.
    pub(super) any_pool: bool,
}

/// A policy document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: Vec<String>,
    resource: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

impl Policy {
    /// The policy that allows these calls, and no others.
    pub(super) fn of(calls: &Calls, scope: &Scope) -> Self {
        let statements = [
            create(calls),
            of_no_pool(calls),
            own_pools(calls, scope),
            absent_pools(calls, scope),
            sms(calls, scope),
            groups(calls, scope),
            mail(calls, scope),
        ];
        Self { version: "2012-10-17", statement: statements.into_iter().flatten().collect() }
    }
}

impl Scope {
    fn pool(&self, id: &str) -> String {
        format!("arn:{}:cognito-idp:{}:{}:userpool/{id}", self.partition, self.region, self.account)
    }
}

/// A statement for some operations; `None` for none.
fn allow<'a>(
    sid: &'static str,
    operations: impl IntoIterator<Item = &'a String>,
    resource: Vec<String>,
    condition: Option<Value>,
) -> Option<Statement> {
    let action: Vec<_> = operations.into_iter().map(|operation| format!("cognito-idp:{operation}")).collect();
    (!action.is_empty()).then_some(Statement { sid, effect: "Allow", action, resource, condition })
}

/// A pool can only be made with our tag: else the role could not remove it.
fn create(calls: &Calls) -> Option<Statement> {
    let tagged = json!({ "Null": { format!("aws:RequestTag/{RUN_TAG}"): "false" } });
    let operations = calls.operations.iter().filter(|operation| *operation == "CreateUserPool");
    allow("CreateTaggedPools", operations, vec!["*".to_owned()], Some(tagged))
}

fn of_no_pool(calls: &Calls) -> Option<Statement> {
    let operations = calls.operations.iter().filter(|operation| OF_NO_POOL.contains(&operation.as_str()));
    allow("ListPools", operations, vec!["*".to_owned()], None)
}

fn own_pools(calls: &Calls, scope: &Scope) -> Option<Statement> {
    let is_of_a_pool = |operation: &&String| *operation != "CreateUserPool" && !OF_NO_POOL.contains(&operation.as_str());
    let tagged = json!({ "Null": { format!("aws:ResourceTag/{RUN_TAG}"): "false" } });
    let (sid, condition) = if scope.any_pool { ("UseAnyPool", None) } else { ("UseTaggedPools", Some(tagged)) };
    allow(sid, calls.operations.iter().filter(is_of_a_pool), vec![scope.pool("*")], condition)
}

/// A pool that is not there has no tag either; what the service says of it is to be seen.
fn absent_pools(calls: &Calls, scope: &Scope) -> Option<Statement> {
    if scope.any_pool {
        return None;
    }
    let pools = calls.absent_pools.keys().map(|id| scope.pool(id)).collect();
    let operations: std::collections::BTreeSet<_> = calls.absent_pools.values().flatten().collect();
    allow("AskForAbsentPools", operations, pools, None)
}

fn sms(calls: &Calls, scope: &Scope) -> Option<Statement> {
    let resource = vec![scope.sms_role.clone()];
    let action = vec!["iam:PassRole".to_owned()];
    calls.passes_sms_role.then_some(Statement { sid: "PassSmsRole", effect: "Allow", action, resource, condition: None })
}

fn groups(calls: &Calls, scope: &Scope) -> Option<Statement> {
    let resource = scope.group_roles.clone();
    let action = vec!["iam:PassRole".to_owned()];
    calls.passes_group_roles.then_some(Statement { sid: "PassGroupRoles", effect: "Allow", action, resource, condition: None })
}

/// The first pool of an account that mails by itself makes a role for it.
fn mail(calls: &Calls, scope: &Scope) -> Option<Statement> {
    let role = format!(
        "arn:{}:iam::{}:role/aws-service-role/{MAILER}/AWSServiceRoleForAmazonCognitoIdpEmailService*",
        scope.partition, scope.account
    );
    let condition = json!({ "StringEquals": { "iam:AWSServiceName": MAILER } });
    let action = vec!["iam:CreateServiceLinkedRole".to_owned()];
    let statement = Statement { sid: "LinkMailRole", effect: "Allow", action, resource: vec![role], condition: Some(condition) };
    calls.mails_by_itself.then_some(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn scope(any_pool: bool) -> Scope {
        let text = str::to_owned;
        let role = |name: &str| format!("arn:aws:iam::*:role/{name}");
        let (sms_role, group_roles) = (role("x"), vec![role("y"), role("z")]);
        Scope { partition: text("aws"), region: text("eu-west-1"), account: text("*"), sms_role, group_roles, any_pool }
    }

    fn written(calls: &Calls, any_pool: bool) -> Value {
        serde_json::to_value(Policy::of(calls, &scope(any_pool))).expect("JSON")
    }

    fn calls(operations: &[&str]) -> Calls {
        Calls { operations: operations.iter().map(|name| (*name).to_owned()).collect(), ..Calls::default() }
    }

    #[test]
    fn pools_are_made_with_the_tag_and_used_by_it() {
        let policy = written(&calls(&["AdminGetUser", "CreateUserPool", "DeleteUserPool", "ListUserPools"]), false);
        let expected = json!({
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "CreateTaggedPools", "Effect": "Allow", "Action": ["cognito-idp:CreateUserPool"], "Resource": ["*"],
                    "Condition": { "Null": { "aws:RequestTag/cognito-conformance": "false" } }
                },
                { "Sid": "ListPools", "Effect": "Allow", "Action": ["cognito-idp:ListUserPools"], "Resource": ["*"] },
                {
                    "Sid": "UseTaggedPools", "Effect": "Allow", "Action": ["cognito-idp:AdminGetUser", "cognito-idp:DeleteUserPool"],
                    "Resource": ["arn:aws:cognito-idp:eu-west-1:*:userpool/*"],
                    "Condition": { "Null": { "aws:ResourceTag/cognito-conformance": "false" } }
                }
            ]
        });
        assert_eq!(policy, expected);
    }

    #[test]
    fn absent_pools_and_roles_are_named_one_by_one() {
        let absent = [("us-east-1_A".to_owned(), ["AdminGetUser".to_owned()].into())].into();
        let calls = Calls {
            absent_pools: absent,
            passes_sms_role: true,
            passes_group_roles: true,
            mails_by_itself: true,
            ..calls(&["AdminGetUser"])
        };
        let policy = written(&calls, false);
        let named: Vec<_> =
            policy["Statement"].as_array().expect("statements").iter().map(|one| (&one["Sid"], &one["Resource"][0])).collect();
        let mailer = "arn:aws:iam::*:role/aws-service-role/email.cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdpEmailService*";
        let expected = [
            (json!("UseTaggedPools"), json!("arn:aws:cognito-idp:eu-west-1:*:userpool/*")),
            (json!("AskForAbsentPools"), json!("arn:aws:cognito-idp:eu-west-1:*:userpool/us-east-1_A")),
            (json!("PassSmsRole"), json!("arn:aws:iam::*:role/x")),
            (json!("PassGroupRoles"), json!("arn:aws:iam::*:role/y")),
            (json!("LinkMailRole"), json!(mailer)),
        ];
        assert_eq!(named, expected.iter().map(|(sid, resource)| (sid, resource)).collect::<Vec<_>>());
    }

    #[rstest]
    #[case::nothing(&[], &[])]
    #[case::only_unscoped(&["ListUserPools"], &["ListPools"])]
    #[case::only_pools(&["AdminGetUser"], &["UseAnyPool"])]
    fn what_is_not_needed_is_not_there(#[case] operations: &[&str], #[case] sids: &[&str]) {
        let policy = written(&calls(operations), true);
        let found: Vec<_> = policy["Statement"].as_array().expect("statements").iter().map(|one| one["Sid"].as_str()).collect();
        assert_eq!(found, sids.iter().copied().map(Some).collect::<Vec<_>>());
        assert!(!policy.to_string().contains("Tag/"), "{policy}");
    }
}
