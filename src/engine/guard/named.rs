//! What a request names: user pools, app clients, sessions, and things outside by their ARN.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fancy_regex::Regex;
use serde_json::Value;

use super::Refusal;
use crate::identity::jwt::{Jwt, anywhere};

/// What a request names. Ids that cannot be anybody's are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Ids of user pools.
    pub pools: BTreeSet<String>,
    /// Ids of app clients.
    pub clients: BTreeSet<String>,
    /// Session strings.
    pub sessions: BTreeSet<String>,
    /// ARNs.
    pub arns: BTreeSet<String>,
}

/// Ids of no app client, for cases about clients that do not exist.
const MADE_UP_CLIENTS: [&str; 1] = ["00000000000000000000000000"];

/// Ids of the service's app clients have 26 lower-case letters and digits. A few more or less are taken for one too.
const CLIENT_LENGTH: std::ops::RangeInclusive<usize> = 20..=32;

/// A text shorter than this, or of fewer characters, is no session of the service's: those are encrypted and ten times as long.
const SESSION_LENGTH: usize = 100;
const SESSION_VARIETY: usize = 20;

/// A device's key begins with a region as a pool's id does, and is of the user whose token or name stands beside it. The bytes of a passkey may look
/// like anything.
const OF_THE_USER: [&str; 12] = [
    "DeviceKey",
    "DEVICE_KEY",
    "CREDENTIAL",
    "CredentialId",
    "id",
    "rawId",
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
    "publicKey",
];

impl Named {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// The service may read it otherwise.
    pub fn of(body: &[u8]) -> Result<Self, Refusal> {
        let mut named = Self::default();
        let value: Option<Value> = serde_json::from_slice(body).ok();
        if let Some(value) = &value {
            named.value("", value);
        }
        // A member may stand twice in a text that a case wrote itself, and one that is no JSON may be read with leniency.
        if value.is_none_or(|value| value.to_string().as_bytes() != body) {
            named.raw(&String::from_utf8_lossy(body))?;
        }
        Ok(named)
    }

    fn value(&mut self, member: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(member, text),
            Value::Array(items) => items.iter().for_each(|item| self.value(member, item)),
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                self.text("", name);
                self.value(name, value);
            }),
            _ => {}
        }
    }

    fn text(&mut self, member: &str, text: &str) {
        let bare = text.trim_matches(|letter: char| letter.is_whitespace() || letter.is_control());
        match member {
            "UserPoolId" if fits(whole_pool(), bare) => drop(self.pools.insert(bare.to_owned())),
            "ClientId" if may_be_a_client(bare) => drop(self.clients.insert(bare.to_owned())),
            "Session" if may_be_a_session(bare) => drop(self.sessions.insert(bare.to_owned())),
            _ if OF_THE_USER.contains(&member) => return,
            _ => {}
        }
        self.anywhere(text);
    }

    /// What is known by its form, wherever it stands.
    fn anywhere(&mut self, text: &str) {
        let mut rest = text.to_owned();
        for token in found(anywhere(), text) {
            // A token names its pool inside; the bytes of its signature may look like anything.
            rest = rest.replace(&token, " ");
            let issuer = Jwt::read(&token).ok().and_then(|token| token.claims.get("iss")?.as_str().map(str::to_owned));
            self.pools.extend(issuer.iter().flat_map(|issuer| found(pool(), issuer)));
        }
        self.pools.extend(found(pool(), &rest));
        self.arns.extend(found(arn(), &rest));
    }

    fn raw(&mut self, text: &str) -> Result<(), Refusal> {
        if text.contains("\\u") {
            return Err(Refusal::Unclear);
        }
        self.anywhere(text);
        self.clients.extend(found(word(), text).filter(|word| may_be_a_client(word)));
        Ok(())
    }
}

/// Whether an id has the form of the service's own, rather than only the one that its model allows.
pub fn begins_with_a_region(pool_id: &str) -> bool {
    fits(pool(), pool_id)
}

fn may_be_a_client(id: &str) -> bool {
    let is_of_theirs = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    CLIENT_LENGTH.contains(&id.len()) && id.chars().all(is_of_theirs) && !MADE_UP_CLIENTS.contains(&id)
}

fn may_be_a_session(text: &str) -> bool {
    text.len() >= SESSION_LENGTH && text.chars().collect::<BTreeSet<_>>().len() >= SESSION_VARIETY
}

fn fits(regex: &Regex, text: &str) -> bool {
    regex.is_match(text).unwrap_or(true)
}

fn found<'t>(regex: &'static Regex, text: &'t str) -> impl Iterator<Item = String> + 't {
    regex.find_iter(text).filter_map(Result::ok).map(|found| found.as_str().to_owned())
}

/// The form that the service model gives to the id of a pool.
fn whole_pool() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r"\A[\w-]+_[0-9a-zA-Z]+\z").expect("a constant"))
}

/// The form that every pool of the service has: its region comes first.
fn pool() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r"(?<![0-9A-Za-z-])[A-Za-z]{2}(?:-[A-Za-z]+){1,3}-[0-9]{1,2}_[0-9A-Za-z]+").expect("a constant"))
}

fn arn() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r#"arn:[^\s"',]+"#).expect("a constant"))
}

fn word() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r"(?<![\w-])[0-9a-z]+(?![\w-])").expect("a constant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    const CLIENT: &str = "3n4b5urk1ft4fl3mg5e62d9ado";

    fn pools(body: &str) -> Vec<String> {
        Named::of(body.as_bytes()).expect("readable").pools.into_iter().collect()
    }

    #[rstest]
    #[case::member(r#"{"UserPoolId":"us-east-1_AbCdEfGhI"}"#)]
    #[case::blanks(r#"{"UserPoolId":" us-east-1_AbCdEfGhI\n"}"#)]
    #[case::arn(r#"{"ResourceArn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"}"#)]
    #[case::deep(r#"{"a":[{"b":{"UserPoolId":["us-east-1_AbCdEfGhI"]}}]}"#)]
    #[case::any_member(r#"{"Username":"us-east-1_AbCdEfGhI"}"#)]
    #[case::a_key(r#"{"us-east-1_AbCdEfGhI":1}"#)]
    #[case::twice(r#"{"UserPoolId":"us-east-1_AbCdEfGhI","UserPoolId":"x"}"#)]
    #[case::no_json(r#"{"UserPoolId":"us-east-1_AbCdEfGhI",}"#)]
    #[case::issuer_of_a_token(
        // {"alg":"none"} {"iss":"https://x/us-east-1_AbCdEfGhI"}
        r#"{"AccessToken":"eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3gvdXMtZWFzdC0xX0FiQ2RFZkdoSSJ9.c2ln"}"#
    )]
    fn finds_the_pool(#[case] body: &str) {
        assert_eq!(pools(body), ["us-east-1_AbCdEfGhI"]);
    }

    #[test]
    fn a_token_names_the_pool_inside_it_whatever_the_rest_looks_like() {
        let inside = format!("eyJhbGciOiJub25lIn0.{}", "eyJpc3MiOiJodHRwczovL3gvdXMtZWFzdC0xX0FiQ2RFZkdoSSJ9");
        let token = format!("{inside}.c2ln_us-east-1_ZzZzZzZzZ");
        assert_eq!(pools(&json!({"AccessToken": token}).to_string()), ["us-east-1_AbCdEfGhI"]);
        let beside = format!("us-east-1_{token}");
        assert_eq!(pools(&json!({"AccessToken": beside}).to_string()).len(), 1, "the token's end joins nothing");
    }

    #[rstest]
    #[case::passkey(r#"{"Credential":{"id":"us-east-1_AbCdEfGhI","response":{"signature":"us-east-1_AbCdEfGhI"}}}"#)]
    #[case(r#"{"UserPoolId":"YOUR_USER_POOL-ID"}"#)]
    #[case(r#"{"UserPoolId":""}"#)]
    #[case(r#"{"DeviceKey":"us-east-1_0a1b2c3d-0000-4000-8000-000000000000"}"#)]
    #[case(r#"{"Username":"cognito-conformance-0a1b2c3d-user_pool-7"}"#)]
    fn no_pool_is_named(#[case] body: &str) {
        assert_eq!(pools(body), [] as [&str; 0]);
    }

    #[test]
    fn pools_of_servers_that_stand_for_the_service_have_other_ids() {
        assert_eq!(pools(r#"{"UserPoolId":"local_1aBcDeF"}"#), ["local_1aBcDeF"]);
    }

    #[rstest]
    #[case(CLIENT, true)]
    #[case("7h57kf5cpq17m0eml12example", true)]
    #[case("00000000000000000000000000", false)]
    #[case("nonsense", false)]
    #[case("3n4b5urk1ft4fl3mg5e62d9adO", false)]
    #[case("", false)]
    fn knows_what_may_be_a_client(#[case] id: &str, #[case] may_be: bool) {
        let named = Named::of(json!({"ClientId": id}).to_string().as_bytes()).expect("readable");
        assert_eq!(!named.clients.is_empty(), may_be);
    }

    #[test]
    fn a_client_is_found_in_a_text_that_has_the_member_twice() {
        let named = Named::of(format!(r#"{{"ClientId":"{CLIENT}","ClientId":"x"}}"#).as_bytes()).expect("readable");
        assert_eq!(named.clients, BTreeSet::from([CLIENT.to_owned()]));
    }

    #[test]
    fn escapes_in_a_text_of_its_own_hide_nothing() {
        assert_eq!(Named::of(br#"{"UserPoolId":"\u0075s-east-1_AbCdEfGhI"}"#), Err(Refusal::Unclear));
    }

    #[test]
    fn a_session_is_long_and_of_many_characters() {
        let session: String = (0..200u16).map(|index| char::from(b'A' + (index * 7 % 50) as u8)).collect();
        let sessions = |text: &str| Named::of(json!({"Session": text}).to_string().as_bytes()).expect("readable").sessions.len();
        assert_eq!([sessions(&session), sessions(&"a".repeat(2048)), sessions("nonsense")], [1, 0, 0]);
    }
}
