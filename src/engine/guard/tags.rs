//! The tags by which a sweep knows a pool as ours.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::Refusal;
use crate::case::NAME_PREFIX;

/// The tag that holds the id of the run.
pub const RUN_TAG: &str = "cognito-conformance";

/// The tag that holds the time of the request, as RFC 3339 writes it. Both keep to the letters that every AWS tag allows.
pub const CREATED_TAG: &str = "cognito-conformance:created";

/// A pool has at most so many.
const MOST: usize = 50;

/// The tags of a run.
#[derive(Debug)]
pub struct Tags {
    run_id: String,
}

/// Whether an operation sets a pool's name or tags. UpdateUserPool sets anew whatever it can set, so it names them again.
pub fn concern(operation: &str) -> bool {
    matches!(operation, "CreateUserPool" | "UpdateUserPool" | "TagResource" | "UntagResource")
}

impl Tags {
    /// Those of a run.
    pub fn new(run_id: &str) -> Self {
        Self { run_id: run_id.to_owned() }
    }

    /// The body of a request with the tags put in; a tag that it has already stays as it is.
    ///
    /// # Errors
    /// The pool would be without our name or tags.
    pub fn put(&self, operation: &str, input: Value) -> Result<Vec<u8>, Refusal> {
        let Value::Object(mut input) = input else { return Err(Refusal::Unclear) };
        let is_ours = |key: &Value| key == RUN_TAG || key == CREATED_TAG;
        match operation {
            "UntagResource" if input.get("TagKeys").and_then(Value::as_array).is_some_and(|keys| keys.iter().any(is_ours)) => {
                return Err(Refusal::Tags);
            }
            "TagResource" if input.get("Tags").and_then(Value::as_object).is_some_and(|tags| tags.contains_key(RUN_TAG)) => {
                return Err(Refusal::Tags);
            }
            "CreateUserPool" | "UpdateUserPool" => {
                let wrong = input.get("PoolName").filter(|name| !name.is_null());
                if wrong.is_some_and(|name| name.as_str().is_none_or(|name| !name.starts_with(NAME_PREFIX))) {
                    return Err(Refusal::Name);
                }
                self.merge(&mut input)?;
            }
            _ => {}
        }
        Ok(Value::Object(input).to_string().into_bytes())
    }

    fn merge(&self, input: &mut Map<String, Value>) -> Result<(), Refusal> {
        let tags = input.entry("UserPoolTags").or_insert(Value::Null);
        if tags.is_null() {
            *tags = json!({});
        }
        // Anything but a map is refused by the service.
        let Value::Object(tags) = tags else { return Ok(()) };
        for (key, value) in [(RUN_TAG, self.run_id.clone()), (CREATED_TAG, now())] {
            tags.entry(key).or_insert(Value::String(value));
        }
        if tags.len() > MOST { Err(Refusal::Tags) } else { Ok(()) }
    }
}

fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    let (hour, minute, second) = time.as_hms();
    format!("{date}T{hour:02}:{minute:02}:{second:02}Z")
}

/// An answer without our tags: they are the suite's doing, not the target's, and differ from run to run.
pub fn without_ours(mut body: Value) -> Value {
    if let Some(Value::Object(pool)) = body.get_mut("UserPool")
        && let Some(Value::Object(tags)) = pool.get_mut("UserPoolTags")
        && tags.shift_remove(RUN_TAG).is_some() | tags.shift_remove(CREATED_TAG).is_some()
        && tags.is_empty()
    {
        pool.shift_remove("UserPoolTags");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn put(operation: &str, input: Value) -> Result<Value, Refusal> {
        let body = Tags::new("0a1b2c3d").put(operation, input)?;
        Ok(serde_json::from_slice(&body).expect("JSON"))
    }

    #[rstest]
    #[case("CreateUserPool")]
    #[case("UpdateUserPool")]
    fn a_pool_is_tagged_with_the_run_and_the_time(#[case] operation: &str) {
        let sent = put(operation, json!({"PoolName": "cognito-conformance-x", "UserPoolTags": {"own": "1"}})).expect("sent");
        let tags = sent["UserPoolTags"].as_object().expect("tags");
        assert_eq!((tags.len(), &tags["own"], &tags[RUN_TAG]), (3, &json!("1"), &json!("0a1b2c3d")));
        let created = tags[CREATED_TAG].as_str().expect("a text");
        let digits: String = created.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
        assert_eq!(digits, "0000-00-00T00:00:00Z");
    }

    /// Letters, digits, blanks and `_ . : / = + - @`; 128 of them in a key, 256 in a value.
    #[test]
    fn every_service_takes_the_tags() {
        let sent = put("CreateUserPool", json!({"PoolName": "cognito-conformance-x"})).expect("sent");
        for (key, value) in sent["UserPoolTags"].as_object().expect("tags") {
            for text in [key.as_str(), value.as_str().expect("a text")] {
                let fine = text.chars().all(|letter| letter.is_ascii_alphanumeric() || " _.:/=+-@".contains(letter));
                assert!(fine && text.len() <= 128 && !text.starts_with("aws:"), "{text}");
            }
        }
    }

    #[rstest]
    #[case::of_another_name("CreateUserPool", json!({"PoolName": "production"}), Refusal::Name)]
    #[case::of_no_text("CreateUserPool", json!({"PoolName": 7}), Refusal::Name)]
    #[case::renamed("UpdateUserPool", json!({"PoolName": "production"}), Refusal::Name)]
    #[case::no_object("CreateUserPool", json!(["PoolName"]), Refusal::Unclear)]
    #[case::untagged("UntagResource", json!({"TagKeys": ["a", "cognito-conformance"]}), Refusal::Tags)]
    #[case::retagged("TagResource", json!({"Tags": {"cognito-conformance": "x"}}), Refusal::Tags)]
    #[case::full("CreateUserPool", json!({"UserPoolTags": (0..49).map(|n| (n.to_string(), json!(""))).collect::<Map<_, _>>()}), Refusal::Tags)]
    fn a_sweep_would_not_find_it(#[case] operation: &str, #[case] input: Value, #[case] refusal: Refusal) {
        assert_eq!(put(operation, input), Err(refusal));
    }

    #[rstest]
    #[case(json!({"UserPool": {"UserPoolTags": {RUN_TAG: "r", CREATED_TAG: "t"}}}), json!({"UserPool": {}}))]
    #[case(json!({"UserPool": {"UserPoolTags": {RUN_TAG: "r", "own": "1"}}}), json!({"UserPool": {"UserPoolTags": {"own": "1"}}}))]
    #[case(json!({"UserPool": {"UserPoolTags": {}}}), json!({"UserPool": {"UserPoolTags": {}}}))]
    #[case(json!({"Username": "x"}), json!({"Username": "x"}))]
    fn our_tags_are_not_shown(#[case] body: Value, #[case] shown: Value) {
        assert_eq!(without_ours(body), shown);
    }
}
