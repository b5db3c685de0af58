//! Values for placeholders that only recorded answers have: of the right form, and the same at every replay.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A placeholder, taken apart: `[session:1 of another form]`.
#[derive(Debug, PartialEq, Eq)]
pub struct Placeholder<'a> {
    kind: &'a str,
    number: u32,
    is_odd: bool,
}

/// Or of a number that is no moment of this century in seconds; the number and a bracket follow.
const ODD_TIME: &str = "[time of another form: ";

impl<'a> Placeholder<'a> {
    /// Reads one; `[request-id]` has no number.
    pub fn read(text: &'a str) -> Self {
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        let (inner, is_odd) = inner.strip_suffix(" of another form").map_or((inner, false), |inner| (inner, true));
        let (kind, number) = inner.split_once(':').unwrap_or((inner, "1"));
        Self { kind, number: number.parse().unwrap_or(1), is_odd }
    }
}

/// What a text stands for where its placeholder has no number: a moment is now, whatever its form; an odd number is as it was.
pub fn unnumbered(text: &str) -> Option<Value> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    match text {
        "[time]" => Some(json!(now)),
        "[time of another form: milliseconds]" => Some(json!(now * 1000)),
        "[time as text]" => Some(json!(OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default())),
        "[count]" => Some(json!(0)),
        _ => serde_json::from_str(text.strip_prefix(ODD_TIME)?.strip_suffix(']')?).ok(),
    }
}

/// A value of the kind's form, another for each number; or one that has not that form.
pub fn make_up(placeholder: &Placeholder<'_>) -> String {
    let Placeholder { kind, number, is_odd } = placeholder;
    if *is_odd {
        // Blanks and letters outside of ASCII are in no form.
        return format!("\u{e9} {number}");
    }
    match *kind {
        "access-token" | "id-token" | "token" => jwt(kind, *number),
        "sub" | "request-id" => format!("00000000-0000-4000-8000-{number:012x}"),
        "pool" => format!("us-east-1_Replay{number:03}"),
        "client" => format!("replayed{number:018}"),
        "totp-secret" => format!("REPLAYED{}", base32(*number)),
        "code" => format!("{:06}", 900_000 + number),
        "account" => format!("{number:012}"),
        kind => format!("replayed-{kind}-{number:020}"),
    }
}

/// Nobody has signed it.
fn jwt(kind: &str, number: u32) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode(format!("replayed {number:020}"));
    format!("{}.{}.{signature}", part(json!({"alg": "RS256", "kid": "replayed"})), part(json!({"token_use": kind, "jti": number})))
}

/// 24 letters.
fn base32(number: u32) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    (0..24).map(|at| char::from(letters[(number as usize >> (5 * (at % 6))) % 32])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Normaliser;
    use rstest::rstest;

    #[rstest]
    #[case("[session:2]", "session", 2, false)]
    #[case("[client-secret:11 of another form]", "client-secret", 11, true)]
    #[case("[request-id]", "request-id", 1, false)]
    fn takes_placeholders_apart(#[case] text: &str, #[case] kind: &str, #[case] number: u32, #[case] is_odd: bool) {
        assert_eq!(Placeholder::read(text), Placeholder { kind, number, is_odd });
    }

    /// What is made up for a placeholder must become that placeholder again.
    #[rstest]
    #[case("AccessToken", "access-token")]
    #[case("IdToken", "id-token")]
    #[case("RefreshToken", "refresh-token")]
    #[case("Session", "session")]
    #[case("SecretCode", "totp-secret")]
    #[case("Password", "password")]
    #[case("UserCode", "code")]
    #[case("ClientSecret", "client-secret")]
    #[case("SECRET_HASH", "secret-hash")]
    #[case("UserSub", "sub")]
    #[case("UserPoolId", "pool")]
    #[case("ClientId", "client")]
    #[case("SECRET_BLOCK", "secret-block")]
    #[case("kid", "key-id")]
    #[case("n", "modulus")]
    fn a_made_up_value_has_the_form_of_its_kind(#[case] member: &str, #[case] kind: &str, #[values(false, true)] is_odd: bool) {
        let value = json!({ member: make_up(&Placeholder { kind, number: 1, is_odd }) });
        let mut normaliser = Normaliser::default();
        normaliser.learn(&value);
        let odd = if is_odd { " of another form" } else { "" };
        let has_no_form = ["password", "client-secret", "secret-hash", "secret-block"].contains(&kind);
        let expected = if has_no_form { format!("[{kind}:1]") } else { format!("[{kind}:1{odd}]") };
        assert_eq!(normaliser.value(&value), json!({ member: expected }));
    }

    #[rstest]
    #[case("[time of another form: 5]", Some(json!(5)))]
    #[case("[time of another form: 1.5]", Some(json!(1.5)))]
    #[case("[count]", Some(json!(0)))]
    #[case("a text", None)]
    fn odd_numbers_come_back_as_they_were(#[case] text: &str, #[case] number: Option<Value>) {
        assert_eq!(unnumbered(text), number);
    }

    #[rstest]
    #[case("[time]")]
    #[case("[time of another form: milliseconds]")]
    #[case("[time as text]")]
    fn a_moment_becomes_that_placeholder_again(#[case] text: &str) {
        let value = json!({ "UserCreateDate": unnumbered(text) });
        assert_eq!(Normaliser::default().value(&value), json!({ "UserCreateDate": text }));
    }
}
