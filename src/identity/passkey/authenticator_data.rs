//! Authenticator data: who it is for, what the user did, and at registration the new key.

use ciborium::Value;

use super::sha256;

/// The user was there.
const PRESENT: u8 = 0x01;
/// The user was verified, by a fingerprint or a PIN.
const VERIFIED: u8 = 0x04;
/// The key may be kept elsewhere too, and is: a synchronised passkey.
const BACKED_UP: u8 = 0x08 | 0x10;
/// A new key is attached.
const ATTACHED: u8 = 0x40;

/// Hash, flags and counter.
const FIXED: usize = 37;
/// Bytes of the id of a make of authenticators.
const MAKE: usize = 16;

/// A new key with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// The credential's id.
    pub id: Vec<u8>,
    /// The public key in COSE form.
    pub key: Value,
}

/// Authenticator data, read or to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthenticatorData {
    /// SHA-256 of the relying party's id.
    pub relying_party: Vec<u8>,
    /// Whether the user was there.
    pub present: bool,
    /// Whether the user was verified.
    pub verified: bool,
    /// Signatures so far, where the authenticator counts them; else 0.
    pub sign_count: u32,
    /// At registration.
    pub attached: Option<Attached>,
}

impl AuthenticatorData {
    /// Of a present user, for a relying party.
    #[must_use]
    pub fn new(relying_party: &str, verified: bool, attached: Option<Attached>) -> Self {
        Self { relying_party: sha256(relying_party.as_bytes()), present: true, verified, sign_count: 0, attached }
    }

    /// Whether it is for that relying party.
    #[must_use]
    pub fn is_for(&self, relying_party: &str) -> bool {
        self.relying_party == sha256(relying_party.as_bytes())
    }

    /// Reads the bytes; `None` when they are none. Extensions are not looked at.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (fixed, rest) = bytes.split_at_checked(FIXED)?;
        let (relying_party, fixed) = fixed.split_at_checked(32)?;
        let (flags, count) = fixed.split_first()?;
        let attached = match flags & ATTACHED {
            0 => None,
            _ => Some(Attached::read(rest)?),
        };
        Some(Self {
            relying_party: relying_party.to_vec(),
            present: flags & PRESENT != 0,
            verified: flags & VERIFIED != 0,
            sign_count: u32::from_be_bytes(count.try_into().ok()?),
            attached,
        })
    }

    /// The bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let flag = |on: bool, flag: u8| if on { flag } else { 0 };
        let flags = flag(self.present, PRESENT) | flag(self.verified, VERIFIED) | BACKED_UP | flag(self.attached.is_some(), ATTACHED);
        let attached = self.attached.as_ref().map(Attached::write).unwrap_or_default();
        [self.relying_party.as_slice(), &[flags], &self.sign_count.to_be_bytes(), &attached].concat()
    }
}

impl Attached {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (_, rest) = bytes.split_at_checked(MAKE)?;
        let (length, rest) = rest.split_at_checked(2)?;
        let (id, mut rest) = rest.split_at_checked(u16::from_be_bytes(length.try_into().ok()?).into())?;
        Some(Self { id: id.to_vec(), key: ciborium::from_reader(&mut rest).ok()? })
    }

    fn write(&self) -> Vec<u8> {
        let length = u16::try_from(self.id.len()).unwrap_or(u16::MAX);
        [&[0; MAKE], length.to_be_bytes().as_slice(), &self.id, &cbor(&self.key)].concat()
    }
}

/// A value as CBOR.
pub(super) fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and what did would be refused by whoever reads it.
    let _ = ciborium::into_writer(value, &mut bytes);
    bytes
}
