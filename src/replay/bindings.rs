//! What the placeholders of a recorded case stand for in the run that it is replayed to.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use fancy_regex::Regex;
use serde_json::{Map, Value};

use super::values::{self, Placeholder};

/// Values by placeholder. What a request says counts; what only answers say is made up, once.
#[derive(Default, Clone)]
pub struct Bindings(HashMap<String, String>);

/// Where a request is not the one that was recorded, as a JSON path.
#[derive(Debug, PartialEq, Eq)]
pub struct Mismatch(pub String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Bindings {
    /// Learns from a request what the placeholders of the recorded one stand for.
    ///
    /// # Errors
    /// It is another request.
    pub fn read(&mut self, recorded: &Value, sent: &Value) -> Result<(), Mismatch> {
        self.read_at("$", recorded, sent)
    }

    fn read_at(&mut self, path: &str, recorded: &Value, sent: &Value) -> Result<(), Mismatch> {
        match (recorded, sent) {
            (Value::Object(recorded), Value::Object(sent)) => self.read_members(path, recorded, sent),
            (Value::Array(recorded), Value::Array(sent)) if recorded.len() == sent.len() => {
                let pairs = recorded.iter().zip(sent).enumerate();
                pairs.into_iter().try_for_each(|(at, (recorded, sent))| self.read_at(&format!("{path}[{at}]"), recorded, sent))
            }
            (Value::String(recorded), Value::String(sent)) if self.read_text(recorded, sent) => Ok(()),
            (Value::String(text), Value::Number(_)) if values::unnumbered(text).is_some() => Ok(()),
            (recorded, sent) if recorded == sent => Ok(()),
            _ => Err(Mismatch(path.to_owned())),
        }
    }

    fn read_members(&mut self, path: &str, recorded: &Map<String, Value>, sent: &Map<String, Value>) -> Result<(), Mismatch> {
        if let Some(more) = sent.keys().find(|name| !recorded.contains_key(*name)) {
            return Err(Mismatch(format!("{path}.{more}")));
        }
        recorded.iter().try_for_each(|(name, member)| {
            let path = format!("{path}.{name}");
            let sent = sent.get(name).ok_or_else(|| Mismatch(path.clone()))?;
            self.read_at(&path, member, sent)
        })
    }

    /// Whether the text is the recorded one but for the placeholders, each of which stands for one value throughout the case.
    fn read_text(&mut self, recorded: &str, sent: &str) -> bool {
        let Some(found) = captures(recorded, sent) else { return false };
        found.into_iter().all(|(placeholder, value)| *self.0.entry(placeholder).or_insert_with(|| value.clone()) == value)
    }

    /// Learns what is not known yet from another answer to the same request, as far as the two are alike.
    pub fn glean(&mut self, recorded: &Value, answered: &Value) {
        match (recorded, answered) {
            (Value::Object(recorded), Value::Object(answered)) => {
                for (name, member) in recorded {
                    answered.get(name).into_iter().for_each(|answered| self.glean(member, answered));
                }
            }
            (Value::Array(recorded), Value::Array(answered)) => {
                for (at, recorded) in recorded.iter().enumerate() {
                    counterpart(recorded, at, answered).into_iter().for_each(|answered| self.glean(recorded, answered));
                }
            }
            (Value::String(recorded), Value::String(answered)) => {
                for (placeholder, value) in captures(recorded, answered).into_iter().flatten() {
                    self.0.entry(placeholder).or_insert(value);
                }
            }
            _ => {}
        }
    }

    /// A recorded answer as it would have come in this run.
    pub fn fill(&mut self, recorded: &Value) -> Value {
        match recorded {
            Value::String(text) => values::unnumbered(text).unwrap_or_else(|| Value::String(self.fill_text(text))),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(members) => members.iter().map(|(name, member)| (self.fill_text(name), self.fill(member))).collect(),
            other => other.clone(),
        }
    }

    /// The same for a text by itself, such as a header's.
    pub fn fill_text(&mut self, recorded: &str) -> String {
        let (mut filled, mut end) = (String::with_capacity(recorded.len()), 0);
        for found in placeholders().find_iter(recorded).filter_map(Result::ok) {
            filled.push_str(&recorded[end..found.start()]);
            filled.push_str(self.value_of(found.as_str()));
            end = found.end();
        }
        filled + &recorded[end..]
    }

    fn value_of(&mut self, placeholder: &str) -> &str {
        self.0.entry(placeholder.to_owned()).or_insert_with(|| values::make_up(&Placeholder::read(placeholder)))
    }
}

/// What an element of a list is to be compared with: what has the same name, or where nothing is named, the same place.
fn counterpart<'a>(recorded: &Value, at: usize, answered: &'a [Value]) -> Option<&'a Value> {
    match recorded.get("Name") {
        Some(name) => answered.iter().find(|answered| answered.get("Name") == Some(name)),
        None => answered.get(at),
    }
}

/// What stands in a text where a recorded one has placeholders.
fn captures(recorded: &str, sent: &str) -> Option<Vec<(String, String)>> {
    let (mut pattern, mut names, mut end) = (String::from("(?s)^"), Vec::new(), 0);
    for found in placeholders().find_iter(recorded).filter_map(Result::ok) {
        pattern.push_str(&fancy_regex::escape(&recorded[end..found.start()]));
        pattern.push_str("(.+?)");
        names.push(found.as_str().to_owned());
        end = found.end();
    }
    if names.is_empty() {
        return (recorded == sent).then(Vec::new);
    }
    pattern.push_str(&fancy_regex::escape(&recorded[end..]));
    pattern.push('$');
    let found = Regex::new(&pattern).ok()?.captures(sent).ok().flatten()?;
    let values = (1..=names.len()).filter_map(|at| Some(found.get(at)?.as_str().to_owned())).collect::<Vec<_>>();
    Some(names.into_iter().zip(values).collect())
}

fn placeholders() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r"\[(?:[a-z-]+:\d+|request-id)(?: of another form)?\]").expect("a constant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn what_a_request_says_comes_back_in_the_answer() {
        let mut bindings = Bindings::default();
        let recorded = json!({"UserPoolId": "[pool:1]", "Username": "[user:1]", "MFAOptions": [{"DeliveryMedium": "SMS"}]});
        let sent = json!({"UserPoolId": "eu-west-1_AbC", "Username": "ann", "MFAOptions": [{"DeliveryMedium": "SMS"}]});
        assert_eq!(bindings.read(&recorded, &sent), Ok(()));
        let answer = bindings.fill(&json!({"message": "User pool [pool:1] has no [user:1], nor [user:2].", "Count": 2}));
        assert_eq!(answer["Count"], 2);
        let message = answer["message"].as_str().expect("a text");
        assert!(message.starts_with("User pool eu-west-1_AbC has no ann, nor "), "{message}");
        assert!(!message.contains('['), "{message}");
    }

    #[rstest]
    #[case::another_value(json!({"A": "x"}), json!({"A": "y"}), "$.A")]
    #[case::another_type(json!({"A": "x"}), json!({"A": 1}), "$.A")]
    #[case::one_more(json!({}), json!({"A": "y"}), "$.A")]
    #[case::one_less(json!({"A": "x"}), json!({}), "$.A")]
    #[case::a_longer_list(json!({"A": [1]}), json!({"A": [1, 2]}), "$.A")]
    #[case::two_for_one(json!({"A": "[user:1]", "B": "[user:1]"}), json!({"A": "ann", "B": "bob"}), "$.B")]
    #[case::around_it(json!({"A": "x [user:1]"}), json!({"A": "y ann"}), "$.A")]
    fn another_request_is_told_by_place(#[case] recorded: Value, #[case] sent: Value, #[case] path: &str) {
        assert_eq!(Bindings::default().read(&recorded, &sent), Err(Mismatch(path.to_owned())));
    }

    #[test]
    fn what_no_request_says_is_gleaned_from_an_answer_as_far_as_it_is_alike() {
        let mut bindings = Bindings::default();
        bindings.read(&json!({"ClientId": "[client:1]"}), &json!({"ClientId": "abcdefgh"})).expect("the same request");
        let recorded = json!({"Username": "[user:1]", "UserAttributes": [{"Name": "sub", "Value": "[sub:1]"}], "ClientId": "[client:1]"});
        let attributes = json!([{"Name": "email", "Value": "a@b"}, {"Name": "sub", "Value": 1}]);
        bindings.glean(&recorded, &json!({"Username": "ann", "UserAttributes": attributes, "ClientId": "another"}));
        let filled = bindings.fill(&recorded);
        assert_eq!((&filled["Username"], &filled["ClientId"]), (&json!("ann"), &json!("abcdefgh")));
        let sub = filled["UserAttributes"][0]["Value"].as_str().expect("made up");
        assert_ne!(sub, "a@b");
    }

    #[test]
    fn what_is_made_up_stays_the_same_and_differs_from_others() {
        let mut bindings = Bindings::default();
        let filled = bindings.fill(&json!(["[sub:1]", "[sub:2]", "[sub:1]"]));
        assert_eq!(filled[0], filled[2]);
        assert_ne!(filled[0], filled[1]);
        // A later request repeats what an earlier answer gave.
        assert_eq!(bindings.read(&json!({"Username": "[sub:1]"}), &json!({"Username": filled[0]})), Ok(()));
    }
}
