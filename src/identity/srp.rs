//! The Secure Remote Password protocol (SRP-6a, RFC 5054) with Cognito's parameters, both sides of it.
//!
//! The 3072-bit group, SHA-256, numbers padded as two's complement has them, and the key taken out of the shared secret by
//! HKDF ("Caldera Derived Key", 16 bytes). Nothing of it is written down by AWS but its own clients' sources; what is here
//! follows what those and `NabuCasa/pycognito` compute, and is proven against them by `tests/clients`.
//!
//! Numbers travel as lower-case hexadecimal text.

use std::sync::LazyLock;

use aws_lc_rs::{digest, hkdf, hmac};
use base64::{Engine, engine::general_purpose::STANDARD};
use num_bigint::BigUint;
use rand::RngCore;

/// The 3072-bit prime of RFC 5054.
const PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6\
F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A\
8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E\
4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

struct Group {
    prime: BigUint,
    generator: BigUint,
    multiplier: BigUint,
}

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let prime = number(PRIME).unwrap_or_default();
    let generator = BigUint::from(2_u8);
    let multiplier = BigUint::from_bytes_be(&hash(&[&padded(&prime), &padded(&generator)]));
    Group { prime, generator, multiplier }
});

/// Why nothing could be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SrpError {
    /// Not hexadecimal digits.
    #[error("read {0} of the SRP exchange: it must be hexadecimal digits")]
    Number(&'static str),
    /// Zero in the group: an exchange with it would prove nothing.
    #[error("go on with an SRP exchange whose {0} is a multiple of the prime")]
    Zero(&'static str),
    /// Not base64.
    #[error("read SECRET_BLOCK: it must be base64")]
    Block,
}

/// Who proves what: a user of a pool, or a device of a group.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The pool's id after the underscore; the device group key.
    pub scope: &'a str,
    /// USER_ID_FOR_SRP; the device key.
    pub name: &'a str,
    /// The password, which travels never.
    pub password: &'a str,
}

/// The part of a pool's id that SRP wants: what stands after the underscore.
#[must_use]
pub fn scope_of(pool_id: &str) -> &str {
    pool_id.split_once('_').map_or(pool_id, |(_, scope)| scope)
}

/// A new secret number of one side: 128 bits, half of what the RFC advises. Nothing here needs to be kept from anybody, and a run
/// takes powers by thousands of them.
#[must_use]
pub fn secret() -> String {
    random()
}

/// A new salt: 128 bits.
#[must_use]
pub fn salt() -> String {
    random()
}

fn random() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    BigUint::from_bytes_be(&bytes).to_str_radix(16)
}

/// The client's public number (SRP_A) for its secret.
///
/// # Errors
/// The secret is not hexadecimal.
pub fn client_public(secret: &str) -> Result<String, SrpError> {
    let secret = read(secret, "the secret")?;
    Ok(GROUP.generator.modpow(&secret, &GROUP.prime).to_str_radix(16))
}

/// The key that the client shares with the server, from what the server sent.
///
/// # Errors
/// A number is not hexadecimal, or SRP_B is zero in the group.
pub fn client_key(identity: Identity<'_>, secret: &str, salt: &str, srp_b: &str) -> Result<[u8; 16], SrpError> {
    let group = &*GROUP;
    let server = in_group(srp_b, "SRP_B")?;
    let own = read(secret, "the secret")?;
    let public = group.generator.modpow(&own, &group.prime);
    let scramble = scramble(&public, &server);
    let x = exponent(identity, salt)?;
    let masked = &group.multiplier * group.generator.modpow(&x, &group.prime) % &group.prime;
    let base = (server + &group.prime - masked) % &group.prime;
    Ok(derived(&base.modpow(&(own + &scramble * x), &group.prime), &scramble))
}

/// What a server keeps instead of a password.
///
/// # Errors
/// The salt is not hexadecimal.
pub fn verifier(identity: Identity<'_>, salt: &str) -> Result<String, SrpError> {
    Ok(GROUP.generator.modpow(&exponent(identity, salt)?, &GROUP.prime).to_str_radix(16))
}

/// The server's public number (SRP_B) for its secret.
///
/// # Errors
/// A number is not hexadecimal.
pub fn server_public(verifier: &str, secret: &str) -> Result<String, SrpError> {
    let group = &*GROUP;
    let public = group.generator.modpow(&read(secret, "the secret")?, &group.prime);
    Ok(((&group.multiplier * read(verifier, "the verifier")? + public) % &group.prime).to_str_radix(16))
}

/// The key that the server shares with the client, from what the client sent and what it was sent (`srp_b`).
///
/// # Errors
/// A number is not hexadecimal, or SRP_A is zero in the group.
pub fn server_key(verifier: &str, secret: &str, srp_a: &str, srp_b: &str) -> Result<[u8; 16], SrpError> {
    let group = &*GROUP;
    let client = in_group(srp_a, "SRP_A")?;
    let server = read(srp_b, "SRP_B")?;
    let scramble = scramble(&client, &server);
    let base = client * read(verifier, "the verifier")?.modpow(&scramble, &group.prime) % &group.prime;
    Ok(derived(&base.modpow(&read(secret, "the secret")?, &group.prime), &scramble))
}

/// PASSWORD_CLAIM_SIGNATURE: the proof that a side has the shared key.
///
/// # Errors
/// `secret_block` is not base64.
pub fn claim_signature(key: &[u8; 16], scope: &str, name: &str, secret_block: &str, timestamp: &str) -> Result<String, SrpError> {
    let block = STANDARD.decode(secret_block).map_err(|_| SrpError::Block)?;
    let mut message = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    [scope.as_bytes(), name.as_bytes(), &block, timestamp.as_bytes()].into_iter().for_each(|part| message.update(part));
    Ok(STANDARD.encode(message.sign()))
}

/// A hexadecimal number as the bytes that travel in base64: DeviceSecretVerifierConfig has its members so.
///
/// # Errors
/// It is not hexadecimal.
pub fn to_base64(hex: &str) -> Result<String, SrpError> {
    Ok(STANDARD.encode(padded(&read(hex, "a number")?)))
}

/// The hexadecimal number of bytes in base64.
///
/// # Errors
/// It is not base64.
pub fn from_base64(text: &str) -> Result<String, SrpError> {
    let bytes = STANDARD.decode(text).map_err(|_| SrpError::Block)?;
    Ok(BigUint::from_bytes_be(&bytes).to_str_radix(16))
}

fn number(hex: &str) -> Option<BigUint> {
    BigUint::parse_bytes(hex.as_bytes(), 16)
}

fn read(hex: &str, what: &'static str) -> Result<BigUint, SrpError> {
    number(hex).ok_or(SrpError::Number(what))
}

fn in_group(hex: &str, what: &'static str) -> Result<BigUint, SrpError> {
    let number = read(hex, what)? % &GROUP.prime;
    if number == BigUint::ZERO { Err(SrpError::Zero(what)) } else { Ok(number) }
}

/// Bytes of a number with a zero before them where the first would read as a sign.
fn padded(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}

fn scramble(client: &BigUint, server: &BigUint) -> BigUint {
    BigUint::from_bytes_be(&hash(&[&padded(client), &padded(server)]))
}

fn exponent(identity: Identity<'_>, salt: &str) -> Result<BigUint, SrpError> {
    let Identity { scope, name, password } = identity;
    let inner = hash(&[scope.as_bytes(), name.as_bytes(), b":", password.as_bytes()]);
    Ok(BigUint::from_bytes_be(&hash(&[&padded(&read(salt, "SALT")?), &inner])))
}

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        16
    }
}

fn derived(shared: &BigUint, scramble: &BigUint) -> [u8; 16] {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &padded(scramble)).extract(&padded(shared));
    let mut key = [0; 16];
    // It fails only for lengths beyond what the hash can give.
    if let Ok(expanded) = extracted.expand(&[b"Caldera Derived Key"], KeyLength) {
        expanded.fill(&mut key).ok();
    }
    key
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ANN: Identity<'static> = Identity { scope: "AbCdEfGhI", name: "ann", password: "Correct-Horse-1" };

    fn exchange(known: Identity<'_>, claimed: Identity<'_>) -> ([u8; 16], [u8; 16]) {
        let (salt, own, other) = (salt(), secret(), secret());
        let verifier = verifier(known, &salt).expect("a verifier");
        let srp_b = server_public(&verifier, &other).expect("SRP_B");
        let srp_a = client_public(&own).expect("SRP_A");
        let client = client_key(claimed, &own, &salt, &srp_b).expect("a key");
        (client, server_key(&verifier, &other, &srp_a, &srp_b).expect("a key"))
    }

    #[test]
    fn both_sides_come_to_one_key() {
        let (client, server) = exchange(ANN, ANN);
        assert_eq!(client, server);
    }

    #[rstest]
    #[case::password(Identity { password: "Correct-Horse-2", ..ANN })]
    #[case::name(Identity { name: "bob", ..ANN })]
    #[case::pool(Identity { scope: "AbCdEfGhJ", ..ANN })]
    fn another_claim_comes_to_another_key(#[case] claimed: Identity<'_>) {
        let (client, server) = exchange(ANN, claimed);
        assert_ne!(client, server);
    }

    #[test]
    fn a_public_number_of_zero_is_refused() {
        assert_eq!(server_key("2", "3", "0", "5"), Err(SrpError::Zero("SRP_A")));
        assert_eq!(server_key("2", "3", PRIME, "5"), Err(SrpError::Zero("SRP_A")));
        assert_eq!(client_key(ANN, "3", "1", "0"), Err(SrpError::Zero("SRP_B")));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(client_public("x"), Err(SrpError::Number("the secret")));
        assert_eq!(claim_signature(&[0; 16], "a", "b", "%", "t"), Err(SrpError::Block));
    }

    #[test]
    fn numbers_survive_base64() {
        assert_eq!(from_base64(&to_base64("ff00").expect("a number")), Ok("ff00".to_owned()));
    }

    #[test]
    fn the_multiplier_is_that_of_other_clients() {
        // The constant that amazon-cognito-identity-js and pycognito come to.
        assert_eq!(GROUP.multiplier.to_str_radix(16), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");
    }
}
