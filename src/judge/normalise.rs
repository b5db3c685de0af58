//! Making what varies from run to run the same, and what is secret invisible.
//!
//! Each value is replaced by its kind and a number. The same value gets the same number wherever it occurs, inside longer
//! texts too, so that what is left shows relations instead of noise. A value that has not the form of its kind says so.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use fancy_regex::Regex;
use serde_json::{Map, Number, Value};

use super::kinds::{
    NO_SECRETS, SECRET, SECRET_MAPS, SHOWN_KEYS, TOKEN_ID, TOKEN_IDS, any_uuid, form, is_worth_hiding, kind_of, unique_names,
};
use crate::identity::jwt;

/// Values by the placeholder that stands for them. Most are secrets, so that it is not to be printed.
#[derive(Default)]
pub struct Normaliser {
    placeholders: HashMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
    secrets: Secrets,
}

impl Normaliser {
    /// Learns which values vary. Everything that will be normalised is learned from first, in order.
    pub fn learn(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                self.learn_pair(members.get("Name"), members.get("Value"));
                self.learn_id(members);
                // By name: JSON gives its members no order, and a server that shuffles them must not shuffle the numbers.
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| name.as_str());
                for (name, member) in members {
                    match (kind_of(name), member) {
                        (Some(kind), Value::String(text)) => self.add(kind, text),
                        // Its members are called like tokens, and say whether they live for hours or days.
                        (_, Value::Object(_)) if name == "TokenValidityUnits" => {}
                        // JSON in a text.
                        (None, Value::String(text)) if name == "CREDENTIAL_REQUEST_OPTIONS" => {
                            serde_json::from_str(text).iter().for_each(|options| self.learn(options));
                        }
                        (_, Value::Object(inner)) if SECRET_MAPS.contains(&name.as_str()) => self.learn_secrets(inner),
                        _ => self.learn(member),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::String(text) => self.learn_text(text),
            _ => {}
        }
    }

    /// Attributes come as `{"Name": "sub", "Value": "…"}`.
    fn learn_pair(&mut self, name: Option<&Value>, value: Option<&Value>) {
        if name.is_some_and(|name| name == "identities") {
            value.and_then(Value::as_str).into_iter().for_each(|text| self.learn_identities(text));
        }
        if let (Some(Value::String(name)), Some(Value::String(value))) = (name, value)
            && let Some(kind) = kind_of(name)
        {
            self.add(kind, value);
        }
    }

    /// Links to identity providers are JSON in a text, with the milliseconds at which each was made.
    fn learn_identities(&mut self, text: &str) {
        let identities: Value = serde_json::from_str(text).unwrap_or_default();
        let dates = identities.as_array().into_iter().flatten().filter_map(|identity| identity.get("dateCreated")?.as_u64());
        for date in dates.filter(|date| (1_400_000_000_000..10_000_000_000_000).contains(date)) {
            self.placeholders.insert(date.to_string(), "[time in milliseconds]".to_owned());
        }
    }

    /// An `id` is of a passkey, or of the user to whom one will belong, by what stands beside it.
    fn learn_id(&mut self, members: &Map<String, Value>) {
        let kind = match (members.get("type").and_then(Value::as_str), members.get("displayName")) {
            (Some("public-key"), _) => "passkey",
            (_, Some(_)) => "user-handle",
            _ => return,
        };
        if let Some(Value::String(id)) = members.get("id") {
            self.add(kind, id);
        }
    }

    fn learn_secrets(&mut self, members: &Map<String, Value>) {
        for (name, member) in members {
            match member {
                Value::String(text) if !SHOWN_KEYS.contains(&name.as_str()) => self.add(kind_of(name).unwrap_or(SECRET), text),
                Value::String(text) => kind_of(name).into_iter().for_each(|kind| self.add(kind, text)),
                other => self.learn(other),
            }
        }
    }

    /// Names that the run made, tokens, and the account in a resource's name are known by their form wherever they stand.
    fn learn_text(&mut self, text: &str) {
        for found in account().captures_iter(text).filter_map(Result::ok).filter_map(|found| found.get(1)) {
            self.add("account", found.as_str());
        }
        for found in jwt::anywhere().find_iter(text).filter_map(Result::ok) {
            self.add("token", found.as_str());
        }
        for found in unique_names().find_iter(text).filter_map(Result::ok) {
            self.add("name", found.as_str());
        }
        for found in any_uuid().find_iter(text).filter_map(Result::ok).filter(|found| stands_alone(text, found.range())) {
            self.add("id", found.as_str());
        }
    }

    fn add(&mut self, kind: &'static str, text: &str) {
        // A short or fixed text ("", a mask, a literal of the case) tells more as it is.
        if text.is_empty() || self.placeholders.contains_key(text) || !is_worth_hiding(kind, text) {
            return;
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let odd = if form(kind).is_some_and(|form| form.is_match(text).unwrap_or(false)) { "" } else { " of another form" };
        self.placeholders.insert(text.to_owned(), format!("[{kind}:{count}{odd}]"));
        if !NO_SECRETS.contains(&kind) {
            self.secrets.0.push((kind, text.to_owned()));
        }
        if ["access-token", "id-token"].contains(&kind) {
            self.learn_token(text);
        }
    }

    /// What a token says of itself is only ever shown by findings, and varies.
    fn learn_token(&mut self, text: &str) {
        let Ok(token) = jwt::Jwt::read(text) else { return };
        if let Some(kid) = token.header.get("kid").and_then(Value::as_str) {
            self.add("key-id", kid);
        }
        token.text("sub").into_iter().for_each(|sub| self.add("sub", sub));
        for name in TOKEN_IDS {
            token.text(name).into_iter().for_each(|id| self.add(TOKEN_ID, id));
        }
    }

    /// The secrets among what was learned.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Learns secrets that passed elsewhere: this text may repeat them.
    pub fn hide(&mut self, secrets: &Secrets) {
        secrets.0.iter().for_each(|(kind, text)| self.add(kind, text));
    }

    /// A text by itself, with what is known by its form replaced: the same for every case that it is said of.
    pub fn scrub(text: &str) -> String {
        let mut normaliser = Self::default();
        normaliser.learn_text(text);
        normaliser.text(text)
    }

    /// The value with everything learned replaced.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, member)| (self.name(name), self.member(name, member))).collect())
            }
            other => other.clone(),
        }
    }

    /// A member's name. One of a few letters is a name, also where a value is the same.
    fn name(&self, name: &str) -> String {
        if name.len() < 8 { name.to_owned() } else { self.text(name) }
    }

    fn member(&self, name: &str, value: &Value) -> Value {
        match value {
            Value::Number(number) if name.ends_with("Date") || name == "CreatedAt" => time(number),
            // Of a pool that cases share, it depends on which of them came first.
            Value::Number(_) if name == "EstimatedNumberOfUsers" => "[count]".into(),
            Value::String(text) if (name.ends_with("Date") || name == "CreatedAt") && iso_time().is_match(text).unwrap_or(false) => {
                "[time as text]".into()
            }
            _ => self.value(value),
        }
    }

    /// The text with everything learned replaced, longest first.
    pub fn text(&self, text: &str) -> String {
        if let Some(placeholder) = self.placeholders.get(text) {
            return placeholder.clone();
        }
        let mut known: Vec<_> = self.placeholders.iter().filter(|(known, _)| known.len() >= 6 && text.contains(known.as_str())).collect();
        known.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(b.0)));
        known.into_iter().fold(text.to_owned(), |text, (known, placeholder)| replace(&text, known, placeholder))
    }
}

/// What is shorter than eight characters, such as a code, is only replaced where it stands alone.
fn replace(text: &str, known: &str, placeholder: &str) -> String {
    if known.len() >= 8 {
        return text.replace(known, placeholder);
    }
    let (mut replaced, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(known) {
        let (before, after) = (&rest[..at], &rest[at + known.len()..]);
        let joins = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let alone = !joins(before.chars().next_back().or_else(|| replaced.chars().next_back())) && !joins(after.chars().next());
        replaced.push_str(before);
        replaced.push_str(if alone { placeholder } else { known });
        rest = after;
    }
    replaced + rest
}

/// Secrets that passed in exchanges that nobody will be shown, in the order in which they came.
#[derive(Default, Clone)]
pub struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    /// Learns which values of a request or an answer are secret.
    pub fn learn(&mut self, value: &Value) {
        let mut normaliser = Normaliser::default();
        normaliser.learn(value);
        self.extend(&normaliser.secrets);
    }

    /// Takes over those of others.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// These and others.
    pub fn and(&self, others: &Self) -> Self {
        let mut all = self.clone();
        all.extend(others);
        all
    }

    /// The text without them.
    pub fn out_of(&self, text: &str) -> String {
        let mut normaliser = Normaliser::default();
        normaliser.hide(self);
        normaliser.text(text)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

/// A time of this century in seconds. Another unit is told without the number, which varies; what is no time is left to be seen.
fn time(number: &Number) -> Value {
    let value = number.as_f64().unwrap_or_default();
    if (1.4e9..1e10).contains(&value) {
        "[time]".into()
    } else if (1.4e12..1e13).contains(&value) {
        "[time of another form: milliseconds]".into()
    } else {
        format!("[time of another form: {number}]").into()
    }
}

/// Looked at here, since a pattern that looks around is searched for ten times as long.
fn stands_alone(text: &str, place: std::ops::Range<usize>) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
    !joins(text[..place.start].chars().next_back()) && !joins(text[place.end..].chars().next())
}

/// The account in the name of a resource: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/…`.
fn account() -> &'static Regex {
    static ACCOUNT: OnceLock<Regex> = OnceLock::new();
    ACCOUNT.get_or_init(|| Regex::new(r"arn:[\w-]*:[\w-]*:[\w-]*:([0-9]{12})\b").expect("a constant"))
}

fn iso_time() -> &'static Regex {
    static ISO: OnceLock<Regex> = OnceLock::new();
    ISO.get_or_init(|| Regex::new(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}").expect("a constant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn normalise(values: &[Value]) -> Vec<Value> {
        let mut normaliser = Normaliser::default();
        values.iter().for_each(|value| normaliser.learn(value));
        values.iter().map(|value| normaliser.value(value)).collect()
    }

    #[test]
    fn the_same_value_has_the_same_number_inside_longer_texts_too() {
        let values = [
            json!({"UserPoolId": "us-east-1_AbCdEfGhI"}),
            json!({"Arn": "arn:aws:x:userpool/us-east-1_AbCdEfGhI", "message": "User pool us-east-1_AbCdEfGhI does not exist."}),
            json!({"UserPoolId": "us-east-1_000000000"}),
        ];
        let expected = [
            json!({"UserPoolId": "[pool:1]"}),
            json!({"Arn": "arn:aws:x:userpool/[pool:1]", "message": "User pool [pool:1] does not exist."}),
            json!({"UserPoolId": "[pool:2]"}),
        ];
        assert_eq!(normalise(&values), expected);
    }

    #[test]
    fn secrets_go_and_odd_forms_are_told() {
        let values = [json!({"AccessToken": "eyJh.eyJz.sig", "Session": "short", "UserCreateDate": 1.7e9, "UserLastModifiedDate": 5})];
        let expected = [json!({
            "AccessToken": "[access-token:1]", "Session": "[session:1 of another form]",
            "UserCreateDate": "[time]", "UserLastModifiedDate": "[time of another form: 5]",
        })];
        assert_eq!(normalise(&values), expected);
    }

    #[test]
    fn everything_sensitive_goes_by_whatever_name() {
        let values = [json!({
            "AuthParameters": {"USERNAME": "ann", "REFRESH_TOKEN": "abc", "SRP_A": "1f"},
            "Token": "opaque", "ClientSecretValue": "s3cret",
        })];
        let expected = [json!({
            "AuthParameters": {"USERNAME": "ann", "REFRESH_TOKEN": "[refresh-token:1 of another form]", "SRP_A": "[secret:1]"},
            "Token": "[secret:3]", "ClientSecretValue": "[secret:2]",
        })];
        assert_eq!(normalise(&values), expected);
    }

    #[test]
    fn attributes_and_unique_names_are_known_by_their_form() {
        let values = [
            json!({"Username": "cognito-conformance-r1-user-7", "UserAttributes": [{"Name": "sub", "Value": "0b7bafb9-0000-4000-8000-000000000000"}]}),
        ];
        let expected = [json!({"Username": "[user:1]", "UserAttributes": [{"Name": "sub", "Value": "[sub:1]"}]})];
        assert_eq!(normalise(&values), expected);
    }

    #[test]
    fn accounts_go_wherever_they_stand() {
        let role = "arn:aws:iam::210987654321:role/sms";
        let values = [
            json!({"SmsConfiguration": {"SnsCallerArn": role}}),
            json!({"message": format!("Role {role} of 210987654321 may not, nor arn:aws-cn:sts:cn-north-1:111122223333:assumed-role/x")}),
            json!({"DomainDescription": {"AWSAccountId": "111122223333", "Version": "210987654321"}}),
        ];
        let expected = [
            json!({"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::[account:1]:role/sms"}}),
            json!({"message": "Role arn:aws:iam::[account:1]:role/sms of [account:1] may not, \
                               nor arn:aws-cn:sts:cn-north-1:[account:2]:assumed-role/x"}),
            json!({"DomainDescription": {"AWSAccountId": "[account:2]", "Version": "[account:1]"}}),
        ];
        assert_eq!(normalise(&values), expected);
        assert_eq!(Normaliser::scrub(&format!("{role} is missing")), "arn:aws:iam::[account:1]:role/sms is missing");
    }

    #[test]
    fn the_order_of_members_does_not_number_them() {
        let one = [json!({"A": {"Session": "x".repeat(20)}, "B": {"Session": "y".repeat(20)}})];
        let other = [json!({"B": {"Session": "y".repeat(20)}, "A": {"Session": "x".repeat(20)}})];
        assert_eq!(normalise(&one), normalise(&other));
    }

    #[test]
    fn what_varies_in_another_form_is_the_same_in_every_run() {
        let text = "0b7bafb9-0000-4000-8000-000000000000";
        let values =
            [json!({"CreationDate": "2026-11-21T10:00:00Z", "LastModifiedDate": 1.7e12, "Etag": text, "Name": format!("x-{text}"),
            "EstimatedNumberOfUsers": 8, "TokenValidityUnits": {"AccessToken": "hours"}})];
        let expected = [json!({
            "CreationDate": "[time as text]", "LastModifiedDate": "[time of another form: milliseconds]", "Etag": "[id:1]",
            "Name": "x-[id:1]", "EstimatedNumberOfUsers": "[count]", "TokenValidityUnits": {"AccessToken": "hours"},
        })];
        assert_eq!(normalise(&values), expected);
    }
}
