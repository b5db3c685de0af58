//! ListUsers, and its filter of one attribute.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        pool::Pool,
        user::User,
    },
    Call,
    pools::{page_size, page_start},
};

/// ListUsers: oldest first; PaginationToken is the number of users already shown.
pub fn list_users(call: &mut Call) -> Answer {
    let filter = Filter::read(call.input.text("Filter").unwrap_or_default())?;
    let wanted = call.input.get("AttributesToGet").and_then(Value::as_array);
    check_attributes(call.pool, wanted.map_or(&[], Vec::as_slice))?;
    let start = page_start(call.input.text("PaginationToken"))?;
    let mut users: Vec<_> = call.pool.users.values().filter(|user| filter.as_ref().is_none_or(|filter| filter.fits(user))).collect();
    // Users of the same millisecond need an order too, or pages would overlap.
    users.sort_by(|one, other| one.created.total_cmp(&other.created).then_with(|| one.username.cmp(&other.username)));
    let page = users.iter().skip(start).take(page_size(call.input.number("Limit")));
    let shown: Vec<_> = page.map(|user| item(call.pool, user, wanted)).collect();
    let end = start.saturating_add(shown.len());
    let mut answer = json!({ "Users": shown });
    if end < users.len() {
        answer["PaginationToken"] = json!(end.to_string());
    }
    Ok(answer)
}

fn check_attributes(pool: &Pool, wanted: &[Value]) -> Result<(), ServiceError> {
    let known = wanted.iter().filter_map(Value::as_str).all(|name| pool.knows_attribute(name));
    known.then_some(()).ok_or_else(|| ServiceError::invalid("One or more requested attributes do not exist."))
}

fn item(pool: &Pool, user: &User, wanted: Option<&Vec<Value>>) -> Value {
    let mut members = user.administrative_members();
    let shows = |name: &str| wanted.is_none_or(|wanted| wanted.iter().any(|one| one == name));
    members.insert("Attributes".into(), user.attribute_list(shows));
    let options = pool.mfa_options(user);
    if !options.is_empty() {
        members.insert("MFAOptions".into(), json!(options));
    }
    Value::Object(members)
}

/// `name = "value"`, or `name ^= "value"` for the beginning of a value.
#[derive(Debug, PartialEq)]
struct Filter {
    name: String,
    prefix: bool,
    value: String,
}

/// Attributes that can be searched, beside `username`, `sub` and the two states.
const SEARCHABLE: [&str; 6] = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];

impl Filter {
    /// An empty filter is none.
    fn read(text: &str) -> Result<Option<Self>, ServiceError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let filter = Self::parse(text).ok_or_else(|| ServiceError::invalid("Error while parsing filter."))?;
        let special = ["username", "sub", "cognito:user_status", "status"];
        if !special.contains(&filter.name.as_str()) && !SEARCHABLE.contains(&filter.name.as_str()) {
            return Err(ServiceError::invalid(format!("Invalid search attribute: {}", filter.name)));
        }
        Ok(Some(filter))
    }

    fn parse(text: &str) -> Option<Self> {
        let (left, right) = text.split_once('=')?;
        let prefix = left.ends_with('^');
        let name = left.trim_end_matches('^').trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        let value = right.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some(Self { name: name.to_owned(), prefix, value: value.replace("\\\"", "\"") })
    }

    /// Only cognito:user_status is compared without regard to case.
    fn fits(&self, user: &User) -> bool {
        let status = if user.enabled { "Enabled" } else { "Disabled" };
        match self.name.as_str() {
            "username" => self.matches(&user.username, &self.value),
            "sub" => self.matches(&user.sub, &self.value),
            "status" => self.matches(status, &self.value),
            "cognito:user_status" => self.matches(user.status.name(), &self.value.to_uppercase()),
            name => user.attribute(name).is_some_and(|value| self.matches(value, &self.value)),
        }
    }

    fn matches(&self, value: &str, wanted: &str) -> bool {
        if self.prefix { value.starts_with(wanted) } else { value == wanted }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::reference::user::Status;

    #[rstest]
    #[case::exact(r#"username = "ann""#, true)]
    #[case::exact_is_whole(r#"username = "an""#, false)]
    #[case::prefix(r#"username ^= "an""#, true)]
    #[case::no_blanks(r#"email="ann@example.com""#, true)]
    #[case::quoted_name(r#""email"^="ann@""#, true)]
    #[case::case_counts(r#"username = "Ann""#, false)]
    #[case::state_in_any_case(r#"cognito:user_status = "confirmed""#, true)]
    #[case::enabled(r#"status = "Enabled""#, true)]
    #[case::absent_attribute(r#"name ^= """#, false)]
    fn finds(#[case] text: &str, #[case] found: bool) {
        let mut user = User::new("ann".into(), "s".into(), String::new(), Status::Confirmed, 0.0);
        user.attributes.insert("email".into(), "ann@example.com".into());
        let filter = Filter::read(text).expect("readable").expect("a filter");
        assert_eq!(filter.fits(&user), found);
    }

    #[rstest]
    #[case::no_quotes("username = ann")]
    #[case::no_operator("username")]
    #[case::not_searchable(r#"custom:team = "a""#)]
    fn refuses(#[case] text: &str) {
        assert_eq!(Filter::read(text).expect_err("refused").kind, "InvalidParameterException");
    }

    #[test]
    fn an_empty_filter_is_none() {
        assert_eq!(Filter::read(" ").expect("readable"), None);
    }
}
