//! ListUsers, and its filter of one attribute.

use serde_json::{Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        pool::Pool,
        user::User,
    },
    Call, paging,
};

/// ListUsers: oldest first, or by the attribute of the filter.
pub fn list_users(call: &mut Call) -> Answer {
    let filter = Filter::read(call.input.text("Filter").unwrap_or_default())?;
    let wanted = call.input.list("AttributesToGet");
    check_attributes(call.pool, wanted)?;
    let mut users = call.pool.oldest_first();
    users.retain(|user| filter.as_ref().is_none_or(|filter| filter.fits(user)));
    if let Some(filter) = &filter {
        users.sort_by_key(|user| filter.value_of(user).map(str::to_owned));
    }
    let items = users.into_iter().map(|user| item(call.pool, user, call.input.get("AttributesToGet").map(|_| wanted)));
    paging::LIMIT_AND_PAGINATION_TOKEN.page(call.input, "Users", items)
}

// What cannot be searched is not in the index that a list is made from, so each user must have it.
fn check_attributes(pool: &Pool, wanted: &[Value]) -> Result<(), ServiceError> {
    let lacks = |name: &str| {
        let indexed = name == "sub" || SEARCHABLE.contains(&name);
        !pool.knows_attribute(name) || !indexed && pool.users.values().any(|user| user.attribute(name).is_none())
    };
    if wanted.iter().filter_map(Value::as_str).any(lacks) {
        return Err(ServiceError::invalid("One or more requested attributes do not exist."));
    }
    Ok(())
}

/// UserType, with the attributes that are wanted, or all.
pub(super) fn item(pool: &Pool, user: &User, wanted: Option<&[Value]>) -> Value {
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
            return Err(ServiceError::invalid("Input fails to satisfy the constraints."));
        }
        Ok(Some(filter))
    }

    fn parse(text: &str) -> Option<Self> {
        let (left, right) = text.split_once('=')?;
        let left = left.trim_end();
        let prefix = left.ends_with('^');
        let name = left.strip_suffix('^').unwrap_or(left).trim();
        let name = name.strip_prefix('"').map_or(Some(name), |name| name.strip_suffix('"'))?;
        let whole = !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || "\"^".contains(letter));
        whole.then_some(Self { name: name.to_owned(), prefix, value: quoted(right.trim())? })
    }

    /// Case matters for the two of which the API reference says so; of the others the developer guide says that it does not.
    fn fits(&self, user: &User) -> bool {
        let exact = ["username", "status"].contains(&self.name.as_str());
        let fold = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let wanted = fold(&self.value);
        self.value_of(user).map(fold).is_some_and(|value| if self.prefix { value.starts_with(&wanted) } else { value == wanted })
    }

    fn value_of<'a>(&self, user: &'a User) -> Option<&'a str> {
        match self.name.as_str() {
            "username" => Some(&user.username),
            "sub" => Some(&user.sub),
            "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }),
            "cognito:user_status" => Some(user.status.name()),
            name => user.attribute(name),
        }
    }
}

/// A text in quotation marks; those inside, and backslashes, stand behind a backslash.
fn quoted(text: &str) -> Option<String> {
    let mut letters = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut value = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => value.push(letters.next()?),
            other => value.push(other),
        }
    }
    Some(value)
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
    #[case::state_by_its_beginning(r#"cognito:user_status ^= "conf""#, true)]
    #[case::absent_attribute(r#"name ^= """#, false)]
    #[case::escaped_quotes(r#"given_name = "An\"n""#, true)]
    fn finds(#[case] text: &str, #[case] found: bool) {
        let mut user = User::new("ann".into(), "s".into(), String::new(), Status::Confirmed, 0.0);
        user.attributes.insert("email".into(), "ann@example.com".into());
        user.attributes.insert("given_name".into(), "An\"n".into());
        let filter = Filter::read(text).expect("readable").expect("a filter");
        assert_eq!(filter.fits(&user), found);
    }

    #[rstest]
    #[case::no_quotes("username = ann", false)]
    #[case::no_operator("username", false)]
    #[case::no_name(r#"= "ann""#, false)]
    #[case::two_conditions(r#"name = "a" and name = "b""#, false)]
    #[case::bare_quotes_inside(r#"email ^= ""."@example.com""#, false)]
    #[case::open_quotes(r#"username = "ann"#, false)]
    #[case::only_one_quote(r#"username = ""#, false)]
    #[case::half_quoted_name(r#""username = "ann""#, false)]
    #[case::not_searchable(r#"custom:team = "a""#, true)]
    fn refuses(#[case] text: &str, #[case] readable: bool) {
        let error = Filter::read(text).expect_err("refused");
        let expected = if readable { "Input fails to satisfy the constraints." } else { "Error while parsing filter." };
        assert_eq!((error.kind, error.message.as_deref()), ("InvalidParameterException", Some(expected)));
    }

    #[test]
    fn an_empty_filter_is_none() {
        assert_eq!(Filter::read(" ").expect("readable"), None);
    }
}
