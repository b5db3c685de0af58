//! Public keys in COSE form (RFC 9052, RFC 9053), of the two algorithms that Cognito knows.

use aws_lc_rs::{
    rsa::PublicKeyComponents,
    signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use ciborium::Value;

/// ECDSA on P-256 with SHA-256.
pub const ES256: i64 = -7;
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub const RS256: i64 = -257;
/// EdDSA, which Cognito does not know.
pub const EDDSA: i64 = -8;

// Labels of a COSE key: of all kinds, of elliptic curves, of RSA.
const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const X: i64 = -2;
const Y: i64 = -3;
const MODULUS: i64 = -1;
const EXPONENT: i64 = -2;

/// Bytes of a coordinate on P-256.
const COORDINATE: usize = 32;

/// Why the bytes are no key that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// No COSE key at all, or one with parts missing.
    Malformed,
    /// A key of another algorithm.
    Algorithm,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ES256: the point, uncompressed.
    Es256(Vec<u8>),
    /// RS256.
    Rs256 {
        /// Big endian.
        modulus: Vec<u8>,
        /// Big endian.
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// Reads a COSE key.
    ///
    /// # Errors
    /// When it is none, or of an algorithm that is not one of the two.
    pub fn read(cose: &Value) -> Result<Self, KeyError> {
        let algorithm = member(cose, ALGORITHM).and_then(Value::as_integer).ok_or(KeyError::Malformed)?;
        match i64::try_from(algorithm) {
            Ok(ES256) => {
                let [x, y] = [X, Y].map(|label| bytes(cose, label).filter(|part| part.len() == COORDINATE));
                let (x, y) = (x.ok_or(KeyError::Malformed)?, y.ok_or(KeyError::Malformed)?);
                Ok(Self::Es256([&[4], x, y].concat()))
            }
            Ok(RS256) => {
                let part = |label| bytes(cose, label).map(<[u8]>::to_vec).ok_or(KeyError::Malformed);
                Ok(Self::Rs256 { modulus: part(MODULUS)?, exponent: part(EXPONENT)? })
            }
            _ => Err(KeyError::Algorithm),
        }
    }

    /// Whether this key signed the message.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok(),
            Self::Rs256 { modulus, exponent } => {
                PublicKeyComponents { n: modulus, e: exponent }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
        }
    }
}

/// An ES256 key by its point, uncompressed.
pub(super) fn es256(point: &[u8]) -> Value {
    let (x, y) = point.get(1..).unwrap_or_default().split_at(COORDINATE.min(point.len().saturating_sub(1)));
    key(2, ES256, vec![(CURVE, 1.into()), (X, Value::Bytes(x.to_vec())), (Y, Value::Bytes(y.to_vec()))])
}

/// An RS256 key.
pub(super) fn rs256(modulus: &[u8], exponent: &[u8]) -> Value {
    key(3, RS256, vec![(MODULUS, Value::Bytes(modulus.to_vec())), (EXPONENT, Value::Bytes(exponent.to_vec()))])
}

/// An Ed25519 key.
pub(super) fn eddsa(point: &[u8]) -> Value {
    key(1, EDDSA, vec![(CURVE, 6.into()), (X, Value::Bytes(point.to_vec()))])
}

fn key(kind: i64, algorithm: i64, rest: Vec<(i64, Value)>) -> Value {
    let labelled = [(KIND, kind.into()), (ALGORITHM, algorithm.into())].into_iter().chain(rest);
    Value::Map(labelled.map(|(label, value)| (label.into(), value)).collect())
}

fn member(map: &Value, label: i64) -> Option<&Value> {
    let found = map.as_map()?.iter().find(|(name, _)| name.as_integer().is_some_and(|name| name == label.into()));
    found.map(|(_, value)| value)
}

fn bytes(map: &Value, label: i64) -> Option<&[u8]> {
    member(map, label)?.as_bytes().map(Vec::as_slice)
}
