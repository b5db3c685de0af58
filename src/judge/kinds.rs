//! Which values vary or are secret: by the name of the member that has them, and what form each has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fancy_regex::Regex;

use crate::case::NAME_PREFIX;
use crate::identity::jwt;
use crate::model::Model;

/// Kinds of values that vary or are secret: names of the members that carry them, and their form.
const KINDS: [(&str, &[&str], &str); 30] = [
    ("access-token", &["AccessToken"], JWT),
    ("id-token", &["IdToken"], JWT),
    ("refresh-token", &["RefreshToken", "REFRESH_TOKEN"], r"^\S{20,}$"),
    ("session", &["Session"], r"^.{20,}$"),
    ("totp-secret", &["SecretCode"], r"^[A-Za-z0-9=]{12,}$"),
    ("password", &["Password", "TemporaryPassword", "PreviousPassword", "ProposedPassword", "PASSWORD", "NEW_PASSWORD"], r"."),
    ("code", &["UserCode", "SMS_MFA_CODE", "SOFTWARE_TOKEN_MFA_CODE", "EMAIL_OTP_CODE", "Code", "ConfirmationCode"], r"^[0-9A-Z-]{4,}$"),
    ("client-secret", &["ClientSecret"], r"."),
    ("secret-hash", &["SECRET_HASH", "SecretHash"], r"."),
    ("sub", &["sub", "UserSub"], UUID),
    ("pool", &["UserPoolId"], POOL),
    ("client", &["ClientId"], r"^\w{8,}$"),
    ("user", &["Username", "USERNAME", "USER_ID_FOR_SRP"], r"."),
    ("secret-block", &["SECRET_BLOCK"], r"."),
    ("salt", &["SALT", "Salt"], r"^[\w+/=]+$"),
    ("srp-b", &["SRP_B"], r"^[0-9a-f]+$"),
    ("verifier", &["PasswordVerifier"], r"^[\w+/=]+$"),
    ("device", &["DeviceKey", "DEVICE_KEY"], r"^[\w-]+_[0-9a-f-]{36}$"),
    ("device-group", &["DeviceGroupKey"], r"^-\w+$"),
    ("session-id", &["SessionId"], r"."),
    ("passkey", &["CredentialId", "rawId"], BASE64URL),
    ("challenge", &["challenge"], BASE64URL),
    ("user-handle", &["userHandle"], BASE64URL),
    ("authenticator", &["clientDataJSON", "attestationObject", "authenticatorData", "publicKey", "signature"], BASE64URL),
    ("key-id", &["kid"], r"^\S{20,}$"),
    ("modulus", &["n"], r"^[\w-]{20,}$"),
    ("request-id", &["x-amzn-requestid"], r"."),
    ("error-message-header", &["x-amzn-errormessage"], r"."),
    ("account", &["AccountId", "AWSAccountId", "Account"], r"^[0-9]{12}$"),
    (SECRET, &[], r"."),
];

/// What the service model marks as sensitive and nothing above names.
pub const SECRET: &str = "secret";

/// Shapes that the model marks as sensitive, and whose values people need to see. They are the fixtures' own inventions.
const SHOWN: [&str; 3] = ["AttributeValueType", "UsernameType", "ClientIdType"];

/// Maps that are sensitive as a whole, and the keys in them that are no secret.
pub const SECRET_MAPS: [&str; 2] = ["AuthParameters", "ChallengeResponses"];
pub const SHOWN_KEYS: [&str; 4] = ["USERNAME", "ANSWER", "CHALLENGE_NAME", "PREFERRED_CHALLENGE"];

/// Kinds that vary from run to run, but that everybody may know.
pub const NO_SECRETS: [&str; 18] = [
    "sub",
    "pool",
    "client",
    "user",
    "name",
    "request-id",
    "key-id",
    "modulus",
    TOKEN_ID,
    "passkey",
    "challenge",
    "user-handle",
    "authenticator",
    "salt",
    "srp-b",
    "device",
    "device-group",
    "session-id",
];

/// Ids that only tokens have.
pub const TOKEN_ID: &str = "token-id";
pub const TOKEN_IDS: [&str; 3] = ["jti", "origin_jti", "event_id"];

const JWT: &str = r"^[\w-]+\.[\w-]*\.[\w-]*$";
const BASE64URL: &str = r"^[\w-]+$";
const UUID: &str = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const POOL: &str = r"^[\w-]+_[0-9a-zA-Z]+$";

pub fn kind_of(member: &str) -> Option<&'static str> {
    let named = KINDS.iter().find(|(_, members, _)| members.contains(&member)).map(|(kind, ..)| *kind);
    named.or_else(|| sensitive_members().contains(member).then_some(SECRET))
}

/// Names of all members whose shape the model marks as sensitive.
fn sensitive_members() -> &'static BTreeSet<&'static str> {
    static MEMBERS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    MEMBERS.get_or_init(|| {
        let model = Model::embedded();
        let is_secret = |shape: &str| !SHOWN.contains(&shape) && model.shape(shape).is_some_and(|shape| shape.sensitive);
        let members = model.shapes.keys().filter_map(|shape| model.members(shape)).flatten();
        members.filter(|(_, member)| is_secret(&member.shape)).map(|(name, _)| name.as_str()).collect()
    })
}

/// Names and ids that a case writes literally are part of what it says; secrets never are.
pub fn is_worth_hiding(kind: &str, text: &str) -> bool {
    match kind {
        "user" => text.starts_with(NAME_PREFIX) || uuid().is_match(text).unwrap_or(false),
        "code" => text.len() >= 4,
        _ => true,
    }
}

pub fn form(kind: &str) -> Option<&'static Regex> {
    static FORMS: OnceLock<BTreeMap<&'static str, Regex>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let compiled = KINDS.iter().map(|(kind, _, form)| (*kind, Regex::new(form).expect("a constant")));
        compiled
            .chain([
                ("name", unique_names().clone()),
                ("token", jwt::anywhere().clone()),
                ("id", uuid().clone()),
                (TOKEN_ID, uuid().clone()),
            ])
            .collect()
    });
    forms.get(kind)
}

pub fn uuid() -> &'static Regex {
    static UUID_FORM: OnceLock<Regex> = OnceLock::new();
    UUID_FORM.get_or_init(|| Regex::new(UUID).expect("a constant"))
}

pub fn any_uuid() -> &'static Regex {
    static ANYWHERE: OnceLock<Regex> = OnceLock::new();
    ANYWHERE.get_or_init(|| Regex::new(UUID.trim_matches(['^', '$'])).expect("a constant"))
}

pub fn unique_names() -> &'static Regex {
    static UNIQUE: OnceLock<Regex> = OnceLock::new();
    UNIQUE.get_or_init(|| Regex::new(&format!(r"{NAME_PREFIX}[0-9a-z]+-\w+-[0-9]+")).expect("a constant"))
}
