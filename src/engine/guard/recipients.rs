//! Numbers and addresses that belong to nobody, so that no message reaches anybody even where messages are allowed.

use std::sync::OnceLock;

use fancy_regex::Regex;
use serde_json::Value;

/// Secrets are no addresses, whatever they contain; who sends is not who receives.
const OTHERS: [&str; 5] = ["password", "token", "session", "secret", "emailconfiguration"];

/// The first member that carries a number or address which may be somebody's.
pub fn strange(input: &Value) -> Option<&str> {
    strange_at("", input)
}

fn strange_at<'v>(member: &'v str, value: &'v Value) -> Option<&'v str> {
    match value {
        Value::String(text) => is_strange(text.trim()).then_some(member),
        Value::Array(items) => items.iter().find_map(|item| strange_at(member, item)),
        Value::Object(members) => {
            let looked_at = members.iter().filter(|(name, _)| !OTHERS.iter().any(|other| name.to_lowercase().contains(other)));
            // An attribute is better known by its name than as `Value`.
            let shown = |name: &'v str| if name == "Value" { members.get("Name").and_then(Value::as_str).unwrap_or(name) } else { name };
            looked_at.into_iter().find_map(|(name, value)| strange_at(shown(name), value))
        }
        _ => None,
    }
}

fn is_strange(text: &str) -> bool {
    static NUMBER: OnceLock<Regex> = OnceLock::new();
    static RESERVED: OnceLock<Regex> = OnceLock::new();
    let number = NUMBER.get_or_init(|| Regex::new(r"\A\+[\d\s().-]{5,}\z").expect("a constant"));
    // 555-0100 to 555-0199 of every area are kept for fiction.
    let reserved = RESERVED.get_or_init(|| Regex::new(r"\A\+1[2-9]\d{2}55501\d{2}\z").expect("a constant"));
    let fits = |regex: &Regex| regex.is_match(text).unwrap_or(false);
    match text.rsplit_once('@') {
        _ if text.contains(char::is_whitespace) && !fits(number) => false,
        Some((name, domain)) => !name.is_empty() && domain.contains('.') && !is_reserved(domain),
        None => fits(number) && !fits(reserved),
    }
}

/// Domains of RFC 2606.
fn is_reserved(domain: &str) -> bool {
    let domain = domain.to_lowercase();
    let labels: Vec<&str> = domain.rsplit('.').collect();
    matches!(labels.as_slice(), ["com" | "net" | "org", "example", ..] | ["test" | "example" | "invalid" | "localhost", ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Suite;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("+12065550100", false)]
    #[case("+12065550200", true)]
    #[case("+491711234567", true)]
    #[case("+49 171 1234567", true)]
    #[case("carlos@example.com", false)]
    #[case("carlos@mail.example.org", false)]
    #[case("carlos@x.test", false)]
    #[case("carlos@company.com", true)]
    #[case("carlos@notexample.com", true)]
    #[case("Your code is {####} @ company.com", false)]
    #[case("+1", false)]
    #[case("plain", false)]
    fn knows_whose_it_is(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_strange(text), expected);
    }

    #[test]
    fn names_the_attribute_and_passes_over_secrets() {
        let input = json!({"Password": "p@ss.word", "UserAttributes": [{"Name": "email", "Value": "a@company.com"}]});
        assert_eq!(strange(&input), Some("email"));
        assert_eq!(strange(&json!({"Password": "p@ss.word", "EmailConfiguration": {"From": "us@company.com"}})), None);
    }

    /// So that nobody is messaged even with `--allow-messages`.
    #[test]
    fn the_cases_name_nobody() {
        let suite = Suite::embedded().expect("the cases are right");
        let steps = suite.cases().iter().flat_map(|case| &case.steps).chain(suite.fixtures.iter().flat_map(|fixture| &fixture.create));
        let written = steps.map(|step| step.action.input().written());
        let parameters = suite.fixtures.iter().map(|fixture| Value::Object(fixture.with.clone()));
        let given = suite.cases().iter().flat_map(|case| &case.given).map(|used| Value::Object(used.with.clone()));
        for value in written.chain(parameters).chain(given) {
            assert_eq!(strange(&value), None, "{value}");
        }
    }
}
