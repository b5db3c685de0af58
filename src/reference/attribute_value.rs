//! Whether a value is one that the schema allows.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is wrong with a value, by the attribute's entry in the schema. Only the text about a short string is a recorded one.
pub fn fault(entry: &Value, value: &str) -> Option<String> {
    let bound = |path: &str| entry.pointer(path)?.as_str()?.parse::<f64>().ok();
    match entry["AttributeDataType"].as_str() {
        Some("String") => {
            let length = value.chars().count() as f64;
            let shortest = bound("/StringAttributeConstraints/MinLength").filter(|shortest| length < *shortest);
            let longest = bound("/StringAttributeConstraints/MaxLength").filter(|longest| length > *longest);
            let short = shortest.map(|shortest| format!("String must be no shorter than {shortest} characters"));
            short.or_else(|| longest.map(|longest| format!("String must be no longer than {longest} characters")))
        }
        Some("Number") => {
            let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
                return Some("Value must be a number".into());
            };
            let least = bound("/NumberAttributeConstraints/MinValue").filter(|least| number < *least);
            let most = bound("/NumberAttributeConstraints/MaxValue").filter(|most| number > *most);
            let small = least.map(|least| format!("Number must be no less than {least}"));
            small.or_else(|| most.map(|most| format!("Number must be no greater than {most}")))
        }
        Some("Boolean") if !["true", "false"].contains(&value.to_ascii_lowercase().as_str()) => Some("Value must be true or false".into()),
        _ => None,
    }
}

/// Whether a Boolean is set. It is kept as it was written, and `True` counts as true.
pub fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// Whether attributes say of an address that it is verified, be it among them or not.
pub fn is_flagged(attributes: &BTreeMap<String, String>, name: &str) -> bool {
    attributes.get(&format!("{name}_verified")).is_some_and(|flag| is_true(flag))
}

/// Something before and after one `@`, without blanks.
pub fn is_email(value: &str) -> bool {
    let parts = value.split_once('@');
    let whole = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
    parts.is_some_and(|(name, domain)| whole(name) && whole(domain))
}

/// A plus and up to 15 digits (E.164).
pub fn is_phone(value: &str) -> bool {
    let digits = value.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::short("a", true)]
    #[case::shortest("ab", false)]
    #[case::longest("abcd", false)]
    #[case::long("abcde", true)]
    fn a_string_has_a_length(#[case] value: &str, #[case] refused: bool) {
        let entry = json!({ "AttributeDataType": "String", "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "4" } });
        assert_eq!(fault(&entry, value).is_some(), refused);
    }

    #[rstest]
    #[case::no_number("two", true)]
    #[case::small("1", true)]
    #[case::least("2", false)]
    #[case::most("4", false)]
    #[case::great("5", true)]
    fn a_number_has_bounds(#[case] value: &str, #[case] refused: bool) {
        let entry = json!({ "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "2", "MaxValue": "4" } });
        assert_eq!(fault(&entry, value).is_some(), refused);
    }

    #[rstest]
    #[case::number(json!({ "AttributeDataType": "Number", "NumberAttributeConstraints": {} }), "-1", false)]
    #[case::string(json!({ "AttributeDataType": "String", "StringAttributeConstraints": {} }), "", false)]
    #[case::boolean(json!({ "AttributeDataType": "Boolean" }), "yes", true)]
    #[case::true_boolean(json!({ "AttributeDataType": "Boolean" }), "true", false)]
    fn without_bounds_the_type_counts(#[case] entry: Value, #[case] value: &str, #[case] refused: bool) {
        assert_eq!(fault(&entry, value).is_some(), refused);
    }
}
