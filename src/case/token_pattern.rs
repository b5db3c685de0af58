//! What a token must say: the argument of `$token`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::pointer;
use super::expression::Template;
use super::pattern::{Located, Pattern, PatternError, compile, equal};

/// What a token must say. What is left out is not looked at, but that it is a token, and of its kind.
#[derive(Debug, Clone)]
pub struct TokenPattern {
    /// Its kind.
    pub kind: TokenUse,
    /// The key set that it must be signed with, as an earlier step saved it.
    pub keys: Option<Template>,
    /// The pool whose issuer it must name.
    pub pool: Option<Template>,
    /// Seconds from `iat` to `exp`.
    pub lifetime: Option<Template>,
    /// Seconds by which the clock of its pool was moved.
    pub advanced: Option<Template>,
    /// What its header must be.
    pub header: Option<Box<Pattern>>,
    /// What its claims must be, `Pattern::Object`.
    pub claims: Box<Pattern>,
    /// It says nothing that is neither documented nor named here.
    pub closed: bool,
}

/// The kinds of token that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// For the API.
    Access,
    /// For the app.
    Id,
}

impl TokenUse {
    /// Its `token_use`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Access, Self::Id].into_iter().find(|kind| kind.name() == name)
    }

    /// The claim that names the app client.
    fn client(self) -> &'static str {
        match self {
            Self::Access => "client_id",
            Self::Id => "aud",
        }
    }

    /// The claim that names the user.
    fn user(self) -> &'static str {
        match self {
            Self::Access => "username",
            Self::Id => "cognito:username",
        }
    }

    /// The claims that every token of the kind has after a sign-in through the API.
    pub fn claims(self) -> &'static [&'static str] {
        match self {
            Self::Access => {
                &["auth_time", "client_id", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username"]
            }
            Self::Id => &["aud", "auth_time", "cognito:username", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "sub", "token_use"],
        }
    }
}

const MEMBERS: [&str; 11] = ["use", "jwks", "pool", "client", "user", "sub", "expires_in", "advanced", "header", "claims", "closed"];

impl TokenPattern {
    /// Compiles `access`, `id`, or `{ use: access, … }`, which stands at `at`.
    pub(super) fn compile(argument: &Value, at: &str) -> Located<Self> {
        let bare = Map::from_iter([("use".to_owned(), argument.clone())]);
        let members = argument.as_object().unwrap_or(&bare);
        if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err((pointer(at, unknown), unknown_member(unknown)));
        }
        let kind = members.get("use").and_then(Value::as_str).and_then(TokenUse::named);
        let kind = kind.ok_or_else(|| (at.to_owned(), wrong("`use: access` or `use: id`")))?;
        let template = |name: &str| members.get(name).map(|value| template(value, &pointer(at, name))).transpose();
        let closed = match members.get("closed") {
            None => false,
            Some(closed) => closed.as_bool().ok_or_else(|| (pointer(at, "closed"), wrong("`closed: true`")))?,
        };
        Ok(Self {
            kind,
            keys: template("jwks")?,
            pool: template("pool")?,
            lifetime: template("expires_in")?,
            advanced: template("advanced")?,
            header: members.get("header").map(|header| compile(header, pointer(at, "header")).map(Box::new)).transpose()?,
            claims: Box::new(claims(kind, members, at)?),
            closed,
        })
    }

    /// The names of the claims that it speaks of.
    pub fn named(&self) -> BTreeSet<&str> {
        match self.claims.as_ref() {
            Pattern::Object(members) => members.iter().map(|(name, _)| name.as_str()).collect(),
            _ => BTreeSet::new(),
        }
    }

    pub(super) fn templates(&self) -> Vec<&Template> {
        let own = [&self.keys, &self.pool, &self.lifetime, &self.advanced].into_iter().flatten();
        let patterns = self.header.iter().chain([&self.claims]);
        own.chain(patterns.flat_map(|pattern| pattern.templates())).collect()
    }
}

fn template(value: &Value, at: &str) -> Located<Template> {
    Template::compile(value).map_err(|(below, error)| (format!("{at}{below}"), error.into()))
}

/// The claims that are named, in whatever way.
fn claims(kind: TokenUse, members: &Map<String, Value>, at: &str) -> Located<Pattern> {
    let mut claims = match members.get("claims") {
        None => Vec::new(),
        Some(claims) => match compile(claims, pointer(at, "claims"))? {
            Pattern::Object(claims) => claims,
            _ => return Err((pointer(at, "claims"), wrong("`claims` to be an object"))),
        },
    };
    for (member, claim) in [("client", kind.client()), ("user", kind.user()), ("sub", "sub")] {
        if let Some(value) = members.get(member) {
            claims.push((claim.to_owned(), equal(value, &pointer(at, member))?));
        }
    }
    Ok(Pattern::Object(claims))
}

fn wrong(needs: &'static str) -> PatternError {
    PatternError::Argument { name: "$token".to_owned(), needs }
}

fn unknown_member(name: &str) -> PatternError {
    let suggestion = crate::model::closest(name, MEMBERS).and_then(|name| MEMBERS.into_iter().find(|known| *known == name));
    PatternError::Member { name: name.to_owned(), suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!("refresh"), "", "`$token` needs `use: access` or `use: id`")]
    #[case(json!({"claims": {}}), "", "`$token` needs `use: access` or `use: id`")]
    #[case(json!({"use": "id", "clients": "x"}), "/clients", "`$token` has no member `clients`; did you mean `client`?")]
    #[case(json!({"use": "id", "claims": ["x"]}), "/claims", "`$token` needs `claims` to be an object")]
    #[case(json!({"use": "id", "closed": "yes"}), "/closed", "`$token` needs `closed: true`")]
    fn refuses_what_says_nothing(#[case] argument: Value, #[case] place: &str, #[case] text: &str) {
        let (at, error) = TokenPattern::compile(&argument, "").expect_err("refused");
        assert_eq!((at.as_str(), error.to_string().as_str()), (place, text));
    }

    #[test]
    fn client_and_user_are_claims_by_the_kind_of_token() {
        let named = |kind: &str| {
            let pattern =
                TokenPattern::compile(&json!({"use": kind, "client": "c", "user": "u", "claims": {"x": 1}}), "").expect("a pattern");
            pattern.named().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(named("access"), ["client_id", "username", "x"]);
        assert_eq!(named("id"), ["aud", "cognito:username", "x"]);
    }
}
