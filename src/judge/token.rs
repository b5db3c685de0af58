//! What a token says, against what it must say.

use serde_json::{Value, json};

use super::matching::{Mismatch, matches};
use crate::case::{CASE_TIME, Template, TokenPattern, Values};
use crate::identity::jwt::Jwt;
use crate::identity::signing::{KeySetError, verify};

/// Seconds by which the clocks of the two sides may differ, and a request may wait: what signed requests are allowed too.
pub const TOLERANCE: i64 = 300;

/// Claims that are being introduced, so that a token may have them or not.
const COMING: [&str; 2] = ["acr", "amr"];

/// What the header of a token says.
const HEADER: [&str; 2] = ["kid", "alg"];

/// Everything in which a value is not the token that it must be. The token itself is shown where it cannot be read at all.
pub fn check(pattern: &TokenPattern, value: &Value, values: &Values) -> Vec<Mismatch> {
    let read = value.as_str().map(|text| (text, Jwt::read(text)));
    let Some((text, Ok(token))) = read else {
        let reason = match read {
            Some((_, Err(error))) => format!(" ({error})"),
            _ => String::new(),
        };
        return vec![mismatch("", format!("an {} token{reason}", pattern.kind.name()), Some(value.clone()))];
    };
    let mut reading = Reading { pattern, token: &token, values, found: Vec::new() };
    reading.kind();
    reading.header();
    reading.signature(text);
    reading.issuer();
    reading.times();
    reading.claims();
    reading.nothing_else();
    reading.found
}

struct Reading<'a> {
    pattern: &'a TokenPattern,
    token: &'a Jwt,
    values: &'a Values,
    found: Vec<Mismatch>,
}

impl Reading<'_> {
    fn miss(&mut self, pointer: &str, expected: impl Into<String>, actual: Option<Value>) {
        self.found.push(mismatch(pointer, expected.into(), actual));
    }

    fn claim(&self, name: &str) -> Option<&Value> {
        self.token.claims.get(name)
    }

    /// What an expression gives; that it gives nothing is told at the token.
    fn evaluate(&mut self, template: &Template) -> Option<Value> {
        template.evaluate(self.values).map_err(|error| self.miss("", error.to_string(), None)).ok()
    }

    fn kind(&mut self) {
        let (wanted, actual) = (json!(self.pattern.kind.name()), self.claim("token_use").cloned());
        if actual.as_ref() != Some(&wanted) {
            self.miss("/claims/token_use", wanted.to_string(), actual);
        }
    }

    fn header(&mut self) {
        let Some(pattern) = &self.pattern.header else { return };
        let header = Value::Object(self.token.header.clone());
        self.below("/header", matches(pattern, Some(&header), self.values));
    }

    fn claims(&mut self) {
        let claims = Value::Object(self.token.claims.clone());
        self.below("/claims", matches(&self.pattern.claims, Some(&claims), self.values));
    }

    fn below(&mut self, at: &str, found: Vec<Mismatch>) {
        self.found.extend(found.into_iter().map(|mismatch| Mismatch { pointer: format!("{at}{}", mismatch.pointer), ..mismatch }));
    }

    fn signature(&mut self, text: &str) {
        let Some(keys) = self.pattern.keys.as_ref().and_then(|keys| self.evaluate(keys)) else { return };
        let header = |name: &str| self.token.header.get(name).cloned();
        let (alg, kid) = (header("alg"), header("kid"));
        if alg != Some(json!("RS256")) {
            return self.miss("/header/alg", "\"RS256\"", alg);
        }
        match verify(&keys, text, kid.as_ref().and_then(Value::as_str).unwrap_or_default()) {
            Ok(()) => {}
            Err(KeySetError::UnknownKey) => self.miss("/header/kid", "the `kid` of a key in the pool's key set", kid),
            Err(error @ KeySetError::Signature) => {
                self.miss("/signature", "a signature by the key that it names", Some(json!(error.to_string())))
            }
            Err(error) => self.miss("", "a token whose signature can be verified", Some(json!(error.to_string()))),
        }
    }

    fn issuer(&mut self) {
        let Some(pool) = self.pattern.pool.as_ref().and_then(|pool| self.evaluate(pool)) else { return };
        let (wanted, actual) = (json!(issuer(pool.as_str().unwrap_or_default())), self.claim("iss").cloned());
        if actual.as_ref() != Some(&wanted) {
            self.miss("/claims/iss", wanted.to_string(), actual);
        }
    }

    /// Whole seconds, the right lifetime, and a moment that can be that of the exchange.
    fn times(&mut self) {
        let Some(lifetime) = self.pattern.lifetime.as_ref().and_then(|lifetime| self.evaluate(lifetime)) else { return };
        let mut times = [0; 3];
        for (time, name) in times.iter_mut().zip(["iat", "exp", "auth_time"]) {
            let actual = self.claim(name).cloned();
            match actual.as_ref().and_then(Value::as_i64) {
                Some(seconds) => *time = seconds,
                None => return self.miss(&format!("/claims/{name}"), "a whole number of seconds", actual),
            }
        }
        let [issued, expires, signed_in] = times;
        let lifetime = lifetime.as_i64().unwrap_or_default();
        if expires - issued != lifetime {
            self.miss("/claims/exp", format!("{lifetime} s after iat"), Some(json!(format!("{} s after it", expires - issued))));
        }
        let advanced = self.pattern.advanced.as_ref().and_then(|advanced| self.evaluate(advanced));
        let Some(began) = self.values.get(CASE_TIME).and_then(Value::as_i64) else { return };
        let off = issued - began - advanced.as_ref().and_then(Value::as_i64).unwrap_or_default();
        if off.abs() > TOLERANCE {
            self.miss("/claims/iat", "the time of the exchange", Some(json!(format!("{off} s off"))));
        }
        if signed_in - issued > 1 || began - signed_in > TOLERANCE {
            let told = format!("{} s before iat", issued - signed_in);
            self.miss("/claims/auth_time", "the time of the sign-in", Some(json!(told)));
        }
    }

    fn nothing_else(&mut self) {
        if !self.pattern.closed {
            return;
        }
        let named = self.pattern.named();
        let kind = self.pattern.kind.claims();
        let known = |name: &str| kind.contains(&name) || named.contains(name) || COMING.contains(&name);
        let claims = self.token.claims.iter().filter(|(name, _)| !known(name)).map(|(name, value)| (format!("/claims/{name}"), value));
        let header = self.token.header.iter().filter(|(name, _)| !HEADER.contains(&name.as_str()));
        let header = header.map(|(name, value)| (format!("/header/{name}"), value));
        let strange: Vec<_> = claims.chain(header).map(|(at, value)| (at, value.clone())).collect();
        strange.into_iter().for_each(|(at, value)| self.miss(&at, "nothing of that name", Some(value)));
    }
}

fn mismatch(pointer: &str, expected: String, actual: Option<Value>) -> Mismatch {
    Mismatch { pointer: pointer.to_owned(), expected, actual, diff: None }
}

/// The issuer of the tokens of a pool: its address at the service.
fn issuer(pool: &str) -> String {
    let region = pool.split('_').next().unwrap_or_default();
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://cognito-idp.{region}.amazonaws.com{china}/{pool}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Pattern;
    use crate::identity::forge;
    use crate::identity::signing::SigningKey;
    use rstest::rstest;
    use serde_json::Map;
    use std::sync::OnceLock;

    const NOW: i64 = 1_700_000_000;

    fn key() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::generate().expect("a key"))
    }

    fn claims() -> Map<String, Value> {
        let claims = json!({
            "sub": "s", "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_a", "client_id": "c", "origin_jti": "o",
            "event_id": "e", "token_use": "access", "scope": "x", "auth_time": NOW, "exp": NOW + 3600, "iat": NOW, "jti": "j",
            "username": "ann",
        });
        claims.as_object().cloned().expect("an object")
    }

    fn found(argument: Value, token: &str) -> Vec<String> {
        let values = json!({ "keys": { "keys": [key().jwk()] }, CASE_TIME: NOW + 2 });
        let values = values.as_object().cloned().expect("an object");
        let Ok(Pattern::Token(pattern)) = Pattern::compile(&json!({ "$token": argument })) else { panic!("no pattern") };
        check(&pattern, &json!(token), &values).into_iter().map(|mismatch| mismatch.pointer).collect()
    }

    fn whole() -> Value {
        json!({
            "use": "access", "jwks": "$keys", "pool": "us-east-1_a", "client": "c", "user": "ann", "expires_in": 3600,
            "header": { "kid": "$string" }, "claims": { "cognito:groups": "$absent" }, "closed": true,
        })
    }

    #[test]
    fn a_token_as_it_must_be_has_no_fault() {
        let token = key().issue(&claims()).expect("signed");
        assert_eq!(found(whole(), &token), [] as [&str; 0]);
        assert_eq!(found(json!("access"), &token), [] as [&str; 0]);
    }

    #[rstest]
    #[case::another_kind("token_use", json!("id"), "/claims/token_use")]
    #[case::another_issuer("iss", json!("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_b"), "/claims/iss")]
    #[case::another_client("client_id", json!("d"), "/claims/client_id")]
    #[case::another_user("username", json!("bob"), "/claims/username")]
    #[case::too_long("exp", json!(NOW + 3601), "/claims/exp")]
    #[case::a_fraction("iat", json!(1_700_000_000.5), "/claims/iat")]
    #[case::text("exp", json!("1700003600"), "/claims/exp")]
    #[case::signed_in_later("auth_time", json!(NOW + 9), "/claims/auth_time")]
    #[case::another_claim("email", json!("a@example.com"), "/claims/email")]
    #[case::a_claim_that_must_not_be("cognito:groups", json!([]), "/claims/cognito:groups")]
    fn names_the_claim(#[case] claim: &str, #[case] value: Value, #[case] pointer: &str) {
        let mut claims = claims();
        claims.insert(claim.to_owned(), value);
        assert_eq!(found(whole(), &key().issue(&claims).expect("signed")), [pointer]);
    }

    #[test]
    fn claims_that_come_may_be_there() {
        let mut claims = claims();
        claims.insert("acr".to_owned(), json!("x"));
        assert_eq!(found(whole(), &key().issue(&claims).expect("signed")), [] as [&str; 0]);
    }

    #[test]
    fn milliseconds_are_no_seconds() {
        let mut claims = claims();
        claims.insert("iat".to_owned(), json!(NOW * 1000));
        claims.insert("exp".to_owned(), json!(NOW * 1000 + 3600));
        assert_eq!(found(whole(), &key().issue(&claims).expect("signed")), ["/claims/iat", "/claims/auth_time"][..1]);
    }

    #[test]
    fn a_clock_that_was_moved_moves_the_time_of_issue() {
        let mut claims = claims();
        claims.insert("iat".to_owned(), json!(NOW + 7200));
        claims.insert("exp".to_owned(), json!(NOW + 10_800));
        let token = key().issue(&claims).expect("signed");
        assert_eq!(found(json!({ "use": "access", "expires_in": 3600, "advanced": 7200 }), &token), [] as [&str; 0]);
        assert_eq!(found(json!({ "use": "access", "expires_in": 3600 }), &token), ["/claims/iat"]);
    }

    #[test]
    fn forgeries_are_told_from_what_the_key_signed() {
        let token = key().issue(&claims()).expect("signed");
        let verified = json!({ "use": "access", "jwks": "$keys" });
        assert_eq!(found(verified.clone(), &forge::resigned(&token).expect("forged")), ["/signature"]);
        assert_eq!(found(verified.clone(), &forge::unsigned(&token).expect("forged")), ["/header/alg"]);
        assert_eq!(found(verified.clone(), &SigningKey::generate().expect("a key").issue(&claims()).expect("signed")), ["/header/kid"]);
        assert_eq!(found(verified, "nonsense"), [""]);
    }

    #[rstest]
    #[case("eu-west-1_abc", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc")]
    #[case("cn-north-1_abc", "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc")]
    fn the_issuer_is_the_address_of_the_pool(#[case] pool: &str, #[case] expected: &str) {
        assert_eq!(issuer(pool), expected);
    }
}
