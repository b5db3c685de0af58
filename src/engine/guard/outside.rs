//! Things outside the user pools, which a request names by their ARN: roles, functions, keys, buckets.

use crate::aws::is_account;

/// Accounts that AWS keeps for examples.
const EXAMPLES: [&str; 3] = ["123456789012", "111122223333", "444455556666"];

/// A bucket's name is at least so long.
const SHORTEST_BUCKET: usize = 3;

/// Whether an ARN may be that of something which exists. That of a user pool is looked at by the pool's id.
pub fn may_exist(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        [_, _, "cognito-idp", _, _, resource] if resource.starts_with("userpool/") => false,
        // No account: a bucket, or what is AWS's own.
        [_, _, _, _, "", name] => name.len() >= SHORTEST_BUCKET,
        [_, _, _, _, account, _] => *account == "aws" || is_account(account) && !EXAMPLES.contains(account),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("arn:aws:lambda:us-east-1:998877665544:function:production", true)]
    #[case("arn:aws:s3:::logs", true)]
    #[case("arn:aws-us-gov:iam::998877665544:role/x", true)]
    #[case("arn:aws:iam::aws:policy/x", true)]
    #[case("arn:aws:iam::123456789012:role/cognito-conformance-sms", false)]
    #[case("arn:aws:iam::1:a", false)]
    #[case("arn:aws:s3:::a", false)]
    #[case("arn:aws:cognito-idp:us-east-1:998877665544:userpool/us-east-1_AbCdEfGhI", false)]
    #[case("arn:nonsense", false)]
    fn knows_what_may_exist(#[case] arn: &str, #[case] expected: bool) {
        assert_eq!(may_exist(arn), expected);
    }
}
