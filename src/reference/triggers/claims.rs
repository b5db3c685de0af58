//! Pre token generation: what a function adds to tokens and takes out of them.

use serde_json::{Map, Value, json};

use super::{
    super::{error::ServiceError, pool::Pool, user::User},
    Subject,
};

type Claims = Map<String, Value>;

/// Claims that no function changes.
const FIXED: [&str; 17] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "cognito:username",
    "event_id",
    "exp",
    "iat",
    "iss",
    "jti",
    "origin_jti",
    "sub",
    "token_use",
    "username",
];

const GROUPS: &str = "cognito:groups";

impl Pool {
    /// Lets the pool's function change the claims of an ID and of an access token. An event of the first version knows the ID token only,
    /// but for the groups, which are the same in both.
    ///
    /// # Errors
    /// The function refuses, or cannot be called, or answers what cannot be used.
    pub fn shape_claims(&self, user: &User, id: &mut Claims, access: &mut Claims) -> Result<(), ServiceError> {
        let groups = id.get(GROUPS).cloned().unwrap_or(json!([]));
        let scopes: Vec<_> = access.get("scope").and_then(Value::as_str).unwrap_or_default().split(' ').map(str::to_owned).collect();
        let request = json!({ "groupConfiguration": { "groupsToOverride": groups, "iamRolesToOverride": [] }, "scopes": scopes });
        let Some(response) = self.invoke(self.occasion.token_source(), &Subject::of(user), request, json!({}))? else {
            return Ok(());
        };
        if let Some(details) = response.get("claimsOverrideDetails").and_then(Value::as_object) {
            change(id, Some(details));
            regroup([id, access], details);
        }
        if let Some(details) = response.get("claimsAndScopeOverrideDetails").and_then(Value::as_object) {
            let part = |name: &str| details.get(name).and_then(Value::as_object);
            change(id, part("idTokenGeneration"));
            change(access, part("accessTokenGeneration"));
            rescope(access, part("accessTokenGeneration"));
            regroup([id, access], details);
        }
        Ok(())
    }
}

/// A claim that is both set and suppressed is suppressed.
fn change(claims: &mut Claims, details: Option<&Claims>) {
    let may = |name: &str| !FIXED.contains(&name) && name != "scope";
    let added = details.and_then(|details| details.get("claimsToAddOrOverride")?.as_object());
    for (name, value) in added.into_iter().flatten().filter(|(name, _)| may(name)) {
        claims.insert(name.clone(), value.clone());
    }
    for name in texts(details, "claimsToSuppress").filter(|name| may(name)) {
        claims.remove(name);
    }
}

fn rescope(access: &mut Claims, details: Option<&Claims>) {
    let suppressed: Vec<_> = texts(details, "scopesToSuppress").collect();
    let scopes = access.get("scope").and_then(Value::as_str).unwrap_or_default().to_owned();
    let kept = scopes.split(' ').filter(|scope| !suppressed.contains(scope));
    let scopes: Vec<_> = kept.chain(texts(details, "scopesToAdd")).collect();
    access.insert("scope".into(), json!(scopes.join(" ")));
}

/// The groups are replaced where the answer has some to say; an empty answer takes them away.
fn regroup(tokens: [&mut Claims; 2], details: &Claims) {
    let Some(answer) = details.get("groupOverrideDetails") else { return };
    let groups: Vec<_> = texts(answer.as_object(), "groupsToOverride").collect();
    for claims in tokens {
        if groups.is_empty() {
            claims.remove(GROUPS);
        } else {
            claims.insert(GROUPS.into(), json!(groups));
        }
    }
}

fn texts<'a>(details: Option<&'a Claims>, name: &str) -> impl Iterator<Item = &'a str> {
    let list = details.and_then(|details| details.get(name)?.as_array());
    list.into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Claims {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_is_set_and_suppressed_is_suppressed_and_some_stay() {
        let mut claims = object(json!({ "sub": "s", "email": "e", "name": "n" }));
        let details =
            json!({ "claimsToAddOrOverride": { "name": "o", "email": "f", "sub": "t", "x": "y" }, "claimsToSuppress": ["email", "sub"] });
        change(&mut claims, details.as_object());
        assert_eq!(claims, object(json!({ "sub": "s", "name": "o", "x": "y" })));
    }

    #[test]
    fn scopes_come_and_go() {
        let mut claims = object(json!({ "scope": "a b" }));
        rescope(&mut claims, json!({ "scopesToAdd": ["c"], "scopesToSuppress": ["a"] }).as_object());
        assert_eq!(claims["scope"], "b c");
    }

    #[test]
    fn groups_are_replaced_in_both_tokens() {
        let (mut one, mut other) = (object(json!({ GROUPS: ["a"] })), Claims::new());
        regroup([&mut one, &mut other], &object(json!({ "groupOverrideDetails": { "groupsToOverride": ["b"] } })));
        assert_eq!([&one[GROUPS], &other[GROUPS]], [&json!(["b"]); 2]);
        regroup([&mut one, &mut other], &object(json!({ "groupOverrideDetails": {} })));
        assert!(one.is_empty() && other.is_empty());
    }
}
