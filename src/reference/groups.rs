//! Groups of a pool, and what they put into the tokens of their members.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{error::ServiceError, pool::Pool, user::User};

/// A group of users.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// For people.
    pub description: Option<String>,
    /// ARN of the IAM role that members may take.
    pub role: Option<String>,
    /// Lower goes first; none goes last.
    pub precedence: Option<i64>,
    /// Seconds since 1970 by the pool's clock.
    pub created: f64,
    /// As `created`.
    pub modified: f64,
    /// Members by sub.
    pub members: BTreeSet<String>,
}

impl Group {
    /// GroupType: what was never given is not in it.
    pub fn describe(&self, pool_id: &str, name: &str) -> Value {
        let optional = [
            ("Description", self.description.as_ref().map(|text| json!(text))),
            ("RoleArn", self.role.as_ref().map(|arn| json!(arn))),
            ("Precedence", self.precedence.map(|number| json!(number))),
        ];
        let mut members = Map::from_iter([
            ("GroupName".to_owned(), json!(name)),
            ("UserPoolId".to_owned(), json!(pool_id)),
            ("LastModifiedDate".to_owned(), json!(self.modified)),
            ("CreationDate".to_owned(), json!(self.created)),
        ]);
        members.extend(optional.into_iter().filter_map(|(member, value)| Some((member.to_owned(), value?))));
        Value::Object(members)
    }

    fn rank(&self) -> i64 {
        self.precedence.unwrap_or(i64::MAX)
    }
}

impl Pool {
    /// A group by name.
    pub fn group(&self, name: &str) -> Result<&Group, ServiceError> {
        self.groups.get(name).ok_or_else(no_group)
    }

    /// A group by name, to be changed.
    pub fn group_mut(&mut self, name: &str) -> Result<&mut Group, ServiceError> {
        self.groups.get_mut(name).ok_or_else(no_group)
    }

    /// The groups of a user: those that go first in order of precedence come first.
    pub fn groups_of(&self, sub: &str) -> Vec<(&String, &Group)> {
        let mut groups: Vec<_> = self.groups.iter().filter(|(_, group)| group.members.contains(sub)).collect();
        groups.sort_by_key(|(_, group)| group.rank());
        groups
    }

    /// The claim that both tokens have of a user's groups; nothing for a user without any.
    pub fn group_names_claim(&self, user: &User) -> Option<(String, Value)> {
        let names: Vec<_> = self.groups_of(&user.sub).into_iter().map(|(name, _)| name).collect();
        (!names.is_empty()).then(|| ("cognito:groups".to_owned(), json!(names)))
    }

    /// What the ID token has of a user's groups: their names, their roles, and the one role that goes before the others.
    pub fn group_claims(&self, user: &User) -> Map<String, Value> {
        let mut claims: Map<_, _> = self.group_names_claim(user).into_iter().collect();
        let groups = self.groups_of(&user.sub);
        let roles: BTreeSet<_> = groups.iter().filter_map(|(_, group)| group.role.as_deref()).collect();
        if !roles.is_empty() {
            claims.insert("cognito:roles".into(), json!(roles));
        }
        if let Some(role) = preferred(&groups) {
            claims.insert("cognito:preferred_role".into(), json!(role));
        }
        claims
    }
}

/// The role of the group that goes first; none where several go first and disagree.
fn preferred<'a>(groups: &[(&String, &'a Group)]) -> Option<&'a str> {
    let with_role = || groups.iter().filter(|(_, group)| group.role.is_some());
    let first = with_role().map(|(_, group)| group.rank()).min()?;
    let roles: BTreeSet<_> =
        with_role().filter(|(_, group)| group.rank() == first).filter_map(|(_, group)| group.role.as_deref()).collect();
    roles.first().copied().filter(|_| roles.len() == 1)
}

fn no_group() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", "Group not found.")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::lowest_number(&[(Some(2), "a"), (Some(1), "b")], Some("b"))]
    #[case::zero_goes_first(&[(Some(1), "a"), (Some(0), "b")], Some("b"))]
    #[case::none_goes_last(&[(None, "a"), (Some(9), "b")], Some("b"))]
    #[case::none_alone(&[(None, "a")], Some("a"))]
    #[case::tie_of_one_role(&[(Some(1), "a"), (Some(1), "a")], Some("a"))]
    #[case::tie_of_two_roles(&[(Some(1), "a"), (Some(1), "b"), (Some(2), "c")], None)]
    #[case::tie_further_down(&[(Some(0), "c"), (Some(1), "a"), (Some(1), "b")], Some("c"))]
    #[case::no_role(&[], None)]
    fn prefers_the_role_that_goes_first(#[case] roles: &[(Option<i64>, &str)], #[case] expected: Option<&str>) {
        let name = String::new();
        let group = |(precedence, role): &(Option<i64>, &str)| Group {
            role: Some((*role).to_owned()),
            precedence: *precedence,
            ..Group::default()
        };
        let groups: Vec<_> = roles.iter().map(group).collect();
        let named: Vec<_> = groups.iter().map(|group| (&name, group)).collect();
        assert_eq!(preferred(&named), expected);
    }
}
