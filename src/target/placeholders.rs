//! `{Member}` in the texts of a profile.

use serde_json::{Map, Value};

/// A text with its placeholders replaced, each value written by `write`. The error is the first name that `find` does not know.
pub(super) fn fill<'v>(template: &str, find: impl Fn(&str) -> Option<&'v Value>, write: impl Fn(&str) -> String) -> Result<String, String> {
    let (mut result, mut rest) = (String::new(), template);
    while let Some((start, name, end)) = placeholder(rest) {
        let value = find(name).ok_or_else(|| name.to_owned())?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        result.push_str(&rest[..start]);
        result.push_str(&write(&text));
        rest = &rest[end..];
    }
    Ok(result + rest)
}

/// A JSON template with its placeholders replaced, in texts at any depth. The error is the name of a member that the request lacks.
pub(super) fn filled(template: &Value, request: &Value) -> Result<Value, String> {
    let find = |name: &str| request.get(name);
    match template {
        Value::String(text) => match placeholder(text) {
            Some((0, name, end)) if end == text.len() => find(name).cloned().ok_or_else(|| name.to_owned()),
            _ => fill(text, find, str::to_owned).map(Value::String),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, request)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| Ok((name.clone(), filled(item, request)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

/// The first `{Member}` of a text: where it starts, its name, where it ends. Other braces are text, as are those of `\d{6}`.
pub(super) fn placeholder(text: &str) -> Option<(usize, &str, usize)> {
    text.match_indices('{').find_map(|(start, _)| {
        let name = text[start + 1..].split_once('}')?.0;
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_name.then_some((start, name, start + name.len() + 2))
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("{A}/{B}", Ok("[x]/[7]"))]
    #[case(r"\d{6} {not one} {} {", Ok(r"\d{6} {not one} {} {"))]
    #[case("{A} {C}", Err("C"))]
    fn names_are_replaced_and_other_braces_stay(#[case] template: &str, #[case] expected: Result<&str, &str>) {
        let request = json!({"A": "x", "B": 7});
        let actual = fill(template, |name| request.get(name), |value| format!("[{value}]"));
        assert_eq!(actual, expected.map(str::to_owned).map_err(str::to_owned));
    }
}
