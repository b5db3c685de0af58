//! ID, access and refresh tokens: issuing them and reading access tokens back.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    attribute_value::is_true,
    client::Client,
    error::ServiceError,
    pool::{Family, Pool},
    refresh::Standing,
    user::User,
};
use crate::identity::{
    jwt::Jwt,
    signing::{SigningError, SigningKey},
};

/// The scope that an API sign-in gives, and that the token operations want.
pub const USER_SCOPE: &str = "aws.cognito.signin.user.admin";

/// ID and access tokens are signed by different keys.
pub struct Keys {
    /// Signs ID tokens.
    pub id: SigningKey,
    /// Signs access tokens.
    pub access: SigningKey,
}

impl Keys {
    /// The keys of this process, made when first needed; all pools share them.
    pub fn get() -> Result<&'static Self, ServiceError> {
        static KEYS: OnceLock<Result<Keys, SigningError>> = OnceLock::new();
        let make = || Ok(Keys { id: SigningKey::generate()?, access: SigningKey::generate()? });
        KEYS.get_or_init(make).as_ref().map_err(|_| ServiceError::internal())
    }

    /// The key set of `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.id.jwk(), self.access.jwk()] })
    }
}

/// With which key a token is signed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// The one that signed it.
    Own,
    /// The one that signs the other kind of token, by its name.
    Other,
}

/// A token of this process with another header or other claims, and a genuine signature: for servers that are wrong on purpose.
/// `None` where it is no token, or of somebody else.
pub fn reissue(token: &str, signer: Signer, edit: impl FnOnce(&mut Map<String, Value>, &mut Map<String, Value>)) -> Option<String> {
    let mut jwt = Jwt::read(token).ok()?;
    let keys = Keys::get().ok()?;
    let is_id = jwt.header.get("kid").and_then(Value::as_str) == Some(keys.id.kid());
    let key = if is_id == (signer == Signer::Own) { &keys.id } else { &keys.access };
    jwt.header.insert("kid".to_owned(), json!(key.kid()));
    edit(&mut jwt.header, &mut jwt.claims);
    key.sign(&jwt.header, &jwt.claims).ok()
}

/// What a genuine access token says.
pub struct Claims {
    /// Its pool, from the issuer.
    pub pool_id: String,
    /// Its user.
    pub sub: String,
    /// Its app client.
    pub client_id: String,
    /// Its sign-in; where the client's tokens do not say that, what it was issued for.
    pub origin_jti: String,
    scope: String,
    expires: f64,
}

/// Reads an access token and checks all that can be told without the pool: form, signature, kind.
pub fn verify(token: &str) -> Result<Claims, ServiceError> {
    let invalid = || ServiceError::not_authorized("Invalid Access Token");
    let jwt = Jwt::read(token).map_err(|_| invalid())?;
    let keys = Keys::get()?;
    if jwt.header.get("alg") != Some(&json!("RS256")) || !(keys.access.signed(token) || keys.id.signed(token)) {
        return Err(ServiceError::not_authorized("Could not verify signature for Access Token"));
    }
    if jwt.text("token_use") != Some("access") {
        return Err(invalid());
    }
    let text = |claim: &str| jwt.text(claim).unwrap_or_default().to_owned();
    Ok(Claims {
        pool_id: text("iss").rsplit('/').next().unwrap_or_default().to_owned(),
        sub: text("sub"),
        client_id: text("client_id"),
        origin_jti: jwt.text("origin_jti").map_or_else(|| text("event_id"), str::to_owned),
        scope: text("scope"),
        expires: jwt.claims.get("exp").and_then(Value::as_f64).unwrap_or_default(),
    })
}

impl Claims {
    /// Checks what needs the pool: time, revocation, scope, and that the user may still act. Gives the user's sub.
    pub fn admit(&self, pool: &Pool) -> Result<String, ServiceError> {
        let refuse = |text: &str| Err(ServiceError::not_authorized(text));
        if self.expires <= pool.now() {
            return refuse("Access Token has expired");
        }
        let user = pool.user(&self.sub)?;
        if !user.enabled {
            return Err(ServiceError::disabled());
        }
        if !user.live.contains(&self.origin_jti) {
            return refuse("Access Token has been revoked");
        }
        if !self.scope.split(' ').any(|scope| scope == USER_SCOPE) {
            return refuse("Access Token does not have required scopes");
        }
        if user.status == super::user::Status::ResetRequired {
            return Err(ServiceError::new("PasswordResetRequiredException", "Password reset required for the user"));
        }
        Ok(self.sub.clone())
    }
}

impl Pool {
    /// Tokens of a sign-in that is complete: AuthenticationResult with a refresh token.
    pub fn sign_in(&mut self, sub: &str, client: &Client) -> Result<Value, ServiceError> {
        let family = self.new_family(sub, client);
        let new_device = self.settle_device(sub, &family.origin_jti)?;
        self.begin_session(&family, client)?;
        let mut result = self.tokens(&family, client, USER_SCOPE)?;
        if let Some(new_device) = new_device {
            result["NewDeviceMetadata"] = new_device;
        }
        self.user_mut(sub)?.live.insert(family.revoked_by(client).to_owned());
        result["RefreshToken"] = json!(self.keep_family(family));
        Ok(result)
    }

    /// An access token with any scope, as an OAuth sign-in would give.
    pub fn access_token(&mut self, sub: &str, client: &Client, scope: &str) -> Result<Value, ServiceError> {
        let family = self.new_family(sub, client);
        let token = self.tokens(&family, client, scope)?["AccessToken"].take();
        self.user_mut(sub)?.live.insert(family.revoked_by(client).to_owned());
        Ok(token)
    }

    /// Takes over who is signed in, for a pool as it was before: a token is known by its signature, at once.
    pub fn adopt_sign_ins(&mut self, now: &Self) {
        for (sub, user) in &mut self.users {
            if let Some(now) = now.users.get(sub) {
                user.live.clone_from(&now.live);
            }
        }
    }

    fn new_family(&self, sub: &str, client: &Client) -> Family {
        Family {
            sub: sub.to_owned(),
            client_id: client.id.clone(),
            origin_jti: Uuid::new_v4().to_string(),
            event_id: Uuid::new_v4().to_string(),
            auth_time: self.seconds(),
            expires: self.now() + client.validity("RefreshToken", "days", 30 * 86_400) as f64,
            standing: Standing::Good,
        }
    }

    /// AuthenticationResult without a refresh token, as a refresh gives.
    pub fn tokens(&self, family: &Family, client: &Client, scope: &str) -> Result<Value, ServiceError> {
        let keys = Keys::get()?;
        let sign = |key: &SigningKey, claims| key.issue(&claims).map_err(|_| ServiceError::internal());
        let user = self.user(&family.sub)?;
        let lifetime = client.validity("AccessToken", "hours", 3_600);
        let mut access = self.common_claims(family, client, "access", lifetime);
        access.extend([
            ("client_id".to_owned(), json!(client.id)),
            ("scope".to_owned(), json!(scope)),
            ("username".to_owned(), json!(user.username)),
        ]);
        access.extend(self.group_names_claim(user));
        access.extend(user.devices.of_sign_in(&family.origin_jti).map(|key| ("device_key".to_owned(), json!(key))));
        let mut id = self.common_claims(family, client, "id", client.validity("IdToken", "hours", 3_600));
        id.extend([("aud".to_owned(), json!(client.id)), ("cognito:username".to_owned(), json!(user.username))]);
        id.extend(attribute_claims(user, client));
        id.extend(self.group_claims(user));
        id.extend(user.identities_claim());
        self.shape_claims(user, &mut id, &mut access)?;
        Ok(json!({
            "AccessToken": sign(&keys.access, access)?,
            "ExpiresIn": lifetime,
            "IdToken": sign(&keys.id, id)?,
            "TokenType": "Bearer",
        }))
    }

    fn common_claims(&self, family: &Family, client: &Client, token_use: &str, lifetime: u64) -> Map<String, Value> {
        let now = self.seconds();
        let origin = client.revokes().then(|| ("origin_jti", json!(family.origin_jti)));
        let claims = [
            ("sub", json!(family.sub)),
            ("iss", json!(self.issuer)),
            ("event_id", json!(family.event_id)),
            ("token_use", json!(token_use)),
            ("auth_time", json!(family.auth_time)),
            ("exp", json!(now.saturating_add(lifetime))),
            ("iat", json!(now)),
            ("jti", json!(Uuid::new_v4().to_string())),
        ];
        claims.into_iter().chain(origin).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Attributes that the client may see. They are text, but for the two flags and the address.
fn attribute_claims(user: &User, client: &Client) -> impl Iterator<Item = (String, Value)> {
    let visible = user.attributes.iter().filter(|(name, _)| client.reads(name));
    visible.map(|(name, value)| {
        let claim = match name.as_str() {
            "email_verified" | "phone_number_verified" => json!(is_true(value)),
            // OpenID Connect has an object here (aws-amplify/amplify-js#4935, 2020).
            "address" => json!({ "formatted": value }),
            _ => json!(value),
        };
        (name.clone(), claim)
    })
}

/// Upper and lower case letters and digits.
pub const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Lower case letters and digits.
pub const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// The alphabet of base32.
pub const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Digits.
pub const DIGITS: &[u8] = b"0123456789";

/// Random text of `length` characters of an alphabet.
pub fn random_text(alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(alphabet[rand::random_range(0..alphabet.len())])).collect()
}
