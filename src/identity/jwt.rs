//! What a JSON Web Token says, without asking whether it is true.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fancy_regex::Regex;
use serde_json::{Map, Value};

/// The three parts of a token in compact form, the first two decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Jwt {
    /// The header: `alg`, `kid`.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// The signature as base64url text, without the dot; empty for `alg` none.
    pub signature: String,
}

/// Why a text is not a token. The text itself is never repeated: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not three parts.
    #[error("read a JWT of {parts} part(s): use a token of three parts joined with dots")]
    Parts {
        /// How many there are.
        parts: usize,
    },
    /// A part is not base64url.
    #[error("decode the {part} of a JWT: use unpadded base64url")]
    Base64 {
        /// Which part: header or claims.
        part: &'static str,
    },
    /// A part is not a JSON object.
    #[error("parse the {part} of a JWT: use a JSON object")]
    Json {
        /// Which part: header or claims.
        part: &'static str,
    },
}

/// The form of a token in a longer text.
pub fn anywhere() -> &'static Regex {
    static FORM: OnceLock<Regex> = OnceLock::new();
    FORM.get_or_init(|| Regex::new(r"eyJ[\w-]+\.[\w-]+\.[\w-]*").expect("a constant"))
}

impl Jwt {
    /// Reads a token in compact form.
    ///
    /// # Errors
    /// When it has not three parts, or header or claims are not base64url of a JSON object.
    pub fn read(token: &str) -> Result<Self, JwtError> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(JwtError::Parts { parts: parts.len() });
        };
        Ok(Self { header: object(header, "header")?, claims: object(claims, "claims")?, signature: signature.into() })
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// The token in compact form. Header and claims are written anew: not byte for byte what was read.
    #[must_use]
    pub fn write(&self) -> String {
        format!("{}.{}", unsigned(&self.header, &self.claims), self.signature)
    }
}

/// The first two parts in compact form: what a signature signs.
pub(super) fn unsigned(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let part = |object: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(object.clone()).to_string());
    format!("{}.{}", part(header), part(claims))
}

fn object(text: &str, part: &'static str) -> Result<Map<String, Value>, JwtError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| JwtError::Base64 { part })?;
    serde_json::from_slice(&bytes).map_err(|_| JwtError::Json { part })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // {"alg":"none"} . {"sub":"a"}
    const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln";

    #[test]
    fn reads_and_writes() {
        let jwt = Jwt::read(TOKEN).expect("a token");
        assert_eq!(jwt.text("sub"), Some("a"));
        assert_eq!(jwt.header["alg"], "none");
        assert_eq!(jwt.write(), TOKEN);
    }

    #[rstest]
    #[case("", JwtError::Parts { parts: 1 })]
    #[case("a.b", JwtError::Parts { parts: 2 })]
    #[case("!.e30.x", JwtError::Base64 { part: "header" })]
    #[case("e30.W10.x", JwtError::Json { part: "claims" })]
    fn says_what_is_wrong(#[case] text: &str, #[case] error: JwtError) {
        assert_eq!(Jwt::read(text).err(), Some(error));
    }
}
