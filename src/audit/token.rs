//! What can be wrong with the tokens of an answer. They are signed as they should be, but where the signature is what is wrong.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fault::named;
use super::member::{Change, altered, later, retyped};
use crate::case::{TokenPattern, TokenUse};
use crate::identity::forge;
use crate::identity::jwt::Jwt;
use crate::reference::{Signer, reissue};

/// Which token of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The access token.
    Access,
    /// The ID token.
    Id,
}

impl Which {
    const NAMES: [(Self, &str); 2] = [(Self::Access, "access"), (Self::Id, "id")];

    /// Both.
    pub const ALL: [Self; 2] = [Self::Access, Self::Id];

    /// The member that it is in.
    pub fn member(self) -> &'static str {
        match self {
            Self::Access => "AccessToken",
            Self::Id => "IdToken",
        }
    }

    fn of(self, body: &mut Value) -> Option<&mut Value> {
        body.get_mut("AuthenticationResult")?.get_mut(self.member())
    }

    /// What it says in an answer.
    pub fn claims(self, body: &Value) -> Option<Map<String, Value>> {
        let token = body.get("AuthenticationResult")?.get(self.member())?.as_str()?;
        Some(Jwt::read(token).ok()?.claims)
    }
}

impl From<TokenUse> for Which {
    fn from(kind: TokenUse) -> Self {
        match kind {
            TokenUse::Access => Self::Access,
            TokenUse::Id => Self::Id,
        }
    }
}

/// What is wrong with the tokens of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// A claim is missing, of another type, or another one.
    Claim(Which, Change, String),
    /// Something else about one of them.
    One(Which, Blemish),
    /// Each is where the other should be.
    Swapped,
}

/// What is wrong with a token as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blemish {
    /// It was signed by somebody else, in the name of the right key.
    ForeignKey,
    /// It says that it was signed otherwise.
    OtherAlgorithm,
    /// It names a key that nobody knows.
    UnknownKey,
    /// It is signed by the key of the other kind of token.
    SharedKey,
    /// Its header says more than it should.
    HeaderAdded,
    /// It has a claim that nobody knows.
    ClaimAdded,
    /// It is no token at all.
    Opaque,
}

impl Blemish {
    /// All of them, with their names.
    pub const NAMES: [(Self, &str); 7] = [
        (Self::ForeignKey, "foreign-key"),
        (Self::OtherAlgorithm, "other-algorithm"),
        (Self::UnknownKey, "unknown-key"),
        (Self::SharedKey, "shared-key"),
        (Self::HeaderAdded, "header-added"),
        (Self::ClaimAdded, "claim-added"),
        (Self::Opaque, "opaque"),
    ];
}

/// The changes of a claim, with their names.
const CHANGES: [(Change, &str); 3] =
    [(Change::Dropped, "claim-dropped"), (Change::Retyped, "claim-retyped"), (Change::Altered, "claim-altered")];

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(which, change, claim) => write!(f, "{}:{}:{claim}", named(&Which::NAMES, which), named(&CHANGES, change)),
            Self::One(which, blemish) => write!(f, "{}:{}", named(&Which::NAMES, which), named(&Blemish::NAMES, blemish)),
            Self::Swapped => f.write_str("swapped"),
        }
    }
}

/// A name that is no flaw's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoFlaw;

impl FromStr for Flaw {
    type Err = NoFlaw;

    fn from_str(text: &str) -> Result<Self, NoFlaw> {
        let Some((which, rest)) = text.split_once(':') else {
            return if text == "swapped" { Ok(Self::Swapped) } else { Err(NoFlaw) };
        };
        let which = Which::NAMES.iter().find(|(_, name)| *name == which).ok_or(NoFlaw)?.0;
        if let Some((blemish, _)) = Blemish::NAMES.iter().find(|(_, name)| *name == rest) {
            return Ok(Self::One(which, *blemish));
        }
        let (change, claim) = rest.split_once(':').ok_or(NoFlaw)?;
        let change = CHANGES.iter().find(|(_, name)| *name == change).ok_or(NoFlaw)?.0;
        Ok(Self::Claim(which, change, claim.to_owned()))
    }
}

impl Flaw {
    /// Whether an expectation may notice. Times have a name of their own in it, and so has what a whole token says.
    pub fn is_looked_at(&self, token: &TokenPattern) -> bool {
        match self {
            Self::Claim(which, _, claim) => {
                let by_time = ["exp", "iat", "auth_time"].contains(&claim.as_str()) && token.lifetime.is_some();
                let by_pool = claim == "iss" && token.pool.is_some();
                *which == Which::from(token.kind) && (by_time || by_pool || claim == "token_use" || token.named().contains(claim.as_str()))
            }
            Self::One(which, _) => *which == Which::from(token.kind),
            Self::Swapped => true,
        }
    }

    /// Makes it in an answer that has tokens.
    pub fn distort(&self, body: &mut Value) {
        let which = match self {
            Self::Claim(which, ..) | Self::One(which, _) => *which,
            Self::Swapped => return swap(body),
        };
        let Some(place) = which.of(body) else { return };
        let Some(token) = place.as_str() else { return };
        if let Some(wrong) = self.of_token(token) {
            *place = json!(wrong);
        }
    }

    fn of_token(&self, token: &str) -> Option<String> {
        match self {
            Self::Claim(_, change, claim) => reissue(token, Signer::Own, |_, claims| distort_claim(*change, claim, claims)),
            Self::One(_, blemish) => blemish.of_token(token),
            Self::Swapped => None,
        }
    }
}

impl Blemish {
    fn of_token(self, token: &str) -> Option<String> {
        let header = |name: &'static str, value: &'static str| {
            reissue(token, Signer::Own, move |header, _| drop(header.insert(name.to_owned(), json!(value))))
        };
        match self {
            Self::ForeignKey => forge::resigned(token).ok(),
            Self::OtherAlgorithm => header("alg", "RS512"),
            Self::UnknownKey => header("kid", "the name of no key that there is"),
            Self::HeaderAdded => header("typ", "JWT"),
            Self::SharedKey => reissue(token, Signer::Other, |_, _| {}),
            Self::ClaimAdded => reissue(token, Signer::Own, |_, claims| drop(claims.insert("unheard_of".to_owned(), json!("x")))),
            Self::Opaque => Some("opaque".repeat(20)),
        }
    }
}

fn swap(body: &mut Value) {
    let taken = Which::ALL.map(|which| which.of(body).map(Value::take));
    if let [Some(access), Some(id)] = taken {
        for (which, token) in [(Which::Access, id), (Which::Id, access)] {
            which.of(body).into_iter().for_each(|place| *place = token.clone());
        }
    }
}

fn distort_claim(change: Change, claim: &str, claims: &mut Map<String, Value>) {
    if change == Change::Dropped {
        claims.shift_remove(claim);
        return;
    }
    let Some(value) = claims.get_mut(claim) else { return };
    *value = match (change, claim) {
        (Change::Retyped, _) => retyped(value),
        // An id of a token is as good as another: wrong is one that does not change, or one that does.
        (_, "jti") => json!("00000000-0000-4000-8000-000000000000"),
        (_, "origin_jti") => json!(Uuid::new_v4().to_string()),
        _ if value.is_i64() => later(value),
        _ => altered(value, &[]),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("access:claim-dropped:cognito:groups")]
    #[case("id:claim-altered:aud")]
    #[case("id:shared-key")]
    #[case("swapped")]
    fn a_name_leads_to_its_flaw(#[case] name: &str) {
        assert_eq!(name.parse::<Flaw>().expect("a flaw").to_string(), name);
    }

    #[rstest]
    #[case("swap")]
    #[case("refresh:opaque")]
    #[case("id:claim-lost:aud")]
    fn other_names_are_none(#[case] name: &str) {
        assert_eq!(name.parse::<Flaw>(), Err(NoFlaw));
    }

    #[test]
    fn tokens_change_places() {
        let mut body = json!({ "AuthenticationResult": { "AccessToken": "a", "IdToken": "i" } });
        Flaw::Swapped.distort(&mut body);
        assert_eq!(body, json!({ "AuthenticationResult": { "AccessToken": "i", "IdToken": "a" } }));
        let mut challenge = json!({ "ChallengeName": "x" });
        Flaw::Swapped.distort(&mut challenge);
        assert_eq!(challenge, json!({ "ChallengeName": "x" }));
    }
}
