//! `iam-policy`: the permissions that a run needs, and no more.

mod policy;

use std::io::Write;

use clap::Args;

use self::policy::{Policy, Scope};
use super::case_sources::Selection;
use super::{Failure, Global};
use crate::aws::is_account;
use crate::engine::Calls;
use crate::exit;

/// Arguments of `iam-policy`.
#[derive(Debug, Args)]
pub struct IamPolicy {
    /// Which cases.
    #[command(flatten)]
    pub selection: Selection,
    /// Only in this region; `*` for any
    #[arg(long, default_value = "*", value_parser = region)]
    pub region: String,
    /// Only in this account: its 12 digits; `*` for any
    #[arg(long, default_value = "*", value_parser = account)]
    pub account: String,
    /// Partition of the account: aws, aws-cn, aws-us-gov
    #[arg(long, default_value = "aws", value_parser = partition)]
    pub partition: String,
    /// The role with which pools send SMS, as the target's profile names it; left out: the account's role cognito-conformance-sms
    #[arg(long, value_name = "ARN")]
    pub sms_role: Option<String>,
    /// A role of a group, as the target's profile names it; may be given several times. Left out: the account's roles
    /// cognito-conformance-group and cognito-conformance-other-group
    #[arg(long, value_name = "ARN")]
    pub group_role: Vec<String>,
    /// Let any pool be touched, not only tagged ones: for an account that holds nothing else. Cases about a pool that they deleted
    /// themselves need it: such a pool has no tag any more
    #[arg(long)]
    pub any_pool: bool,
}

impl IamPolicy {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let suite = global.sources.load()?;
        let cases = suite.select(&self.selection.filter())?;
        let policy = Policy::of(&Calls::of(&suite, &cases), &self.scope());
        let text = serde_json::to_string_pretty(&policy).map_err(std::io::Error::from)?;
        writeln!(out, "{text}")?;
        Ok(exit::CONFORMS)
    }

    fn scope(&self) -> Scope {
        let role = |name: &str| format!("arn:{}:iam::{}:role/cognito-conformance-{name}", self.partition, self.account);
        let group_roles = match self.group_role.as_slice() {
            [] => ["group", "other-group"].map(role).to_vec(),
            named => named.to_vec(),
        };
        Scope {
            partition: self.partition.clone(),
            region: self.region.clone(),
            account: self.account.clone(),
            sms_role: self.sms_role.clone().unwrap_or_else(|| role("sms")),
            group_roles,
            any_pool: self.any_pool,
        }
    }
}

fn region(text: &str) -> Result<String, String> {
    let is_one = text.contains('-') && text.chars().all(is_name);
    if text == "*" || is_one { Ok(text.to_owned()) } else { Err("not a region, as `us-east-1`, or `*`".to_owned()) }
}

fn account(text: &str) -> Result<String, String> {
    if text == "*" || is_account(text) { Ok(text.to_owned()) } else { Err("not the 12 digits of an account, or `*`".to_owned()) }
}

/// IAM takes no `*` in its place.
fn partition(text: &str) -> Result<String, String> {
    let is_one = text.starts_with("aws") && text.chars().all(is_name);
    if is_one { Ok(text.to_owned()) } else { Err("not a partition, as `aws` or `aws-cn`".to_owned()) }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(region, "us-east-1", true)]
    #[case(region, "*", true)]
    #[case(region, "us east", false)]
    #[case(region, "us-east-1:*", false)]
    #[case(account, "123456789012", true)]
    #[case(account, "*", true)]
    #[case(account, "1234", false)]
    #[case(account, "12345678901a", false)]
    #[case(partition, "aws-us-gov", true)]
    #[case(partition, "*", false)]
    fn refuses_what_iam_would(#[case] parse: fn(&str) -> Result<String, String>, #[case] text: &str, #[case] fine: bool) {
        assert_eq!(parse(text).is_ok(), fine);
    }
}
