//! Operations that only prepare and finish what the cases judge, from request to answer.

use axum::http::{Request, header::AUTHORIZATION};
use rstest::rstest;
use serde_json::{Value, json};

use crate::reference::{Config, service::Service, state::lock};

const PASSWORD: &str = "Correct-Horse-1";
const FLOWS: [&str; 2] = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

/// A pool that verifies email, with one client and one signed-in user.
struct World {
    service: Service,
    pool: String,
    client: String,
    tokens: Value,
}

impl World {
    fn new(more_of_client: Value) -> Self {
        let mut world = Self { service: Service::new(Config::default()), pool: String::new(), client: String::new(), tokens: Value::Null };
        world.pool = text(&world.call("CreateUserPool", json!({ "PoolName": "p", "AutoVerifiedAttributes": ["email"] })), "/UserPool/Id");
        let mut client = json!({ "UserPoolId": world.pool, "ClientName": "c", "ExplicitAuthFlows": FLOWS });
        let more = more_of_client.as_object().cloned().unwrap_or_default();
        more.into_iter().for_each(|(member, value)| client[member] = value);
        world.client = text(&world.call("CreateUserPoolClient", client), "/UserPoolClient/ClientId");
        world.user("ann", json!([{ "Name": "email", "Value": "ann@example.com" }, { "Name": "name", "Value": "Ann" }]));
        world.tokens = world.sign_in(PASSWORD);
        world
    }

    fn user(&self, name: &str, attributes: Value) {
        self.call("AdminCreateUser", json!({ "UserPoolId": self.pool, "Username": name, "UserAttributes": attributes }));
        let password = json!({ "UserPoolId": self.pool, "Username": name, "Password": PASSWORD, "Permanent": true });
        self.call("AdminSetUserPassword", password);
    }

    fn sign_in(&self, password: &str) -> Value {
        let parameters = json!({ "USERNAME": "ann", "PASSWORD": password });
        let request = json!({ "ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        self.call("InitiateAuth", request)["AuthenticationResult"].take()
    }

    fn send(&self, operation: &str, input: &Value) -> Value {
        let request = Request::post("/").header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
        let request = request.header(AUTHORIZATION, "AWS4-HMAC-SHA256 whatever").body(input.to_string().into());
        self.service.answer(&request.expect("a request")).body
    }

    fn call(&self, operation: &str, input: Value) -> Value {
        let answer = self.send(operation, &input);
        assert_eq!(answer.get("__type"), None, "{operation}: {answer}");
        answer
    }

    /// The error type that an operation of the signed-in user answers.
    fn refused(&self, operation: &str, input: Value) -> String {
        text(&self.send(operation, &self.by_token(input)), "/__type")
    }

    fn by_token(&self, mut input: Value) -> Value {
        input["AccessToken"] = self.tokens["AccessToken"].clone();
        input
    }

    fn attributes(&self) -> Vec<Value> {
        let user = self.call("GetUser", self.by_token(json!({})));
        user["UserAttributes"].as_array().cloned().unwrap_or_default()
    }
}

fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} of {value}")).to_owned()
}

fn named(name: &str, value: &str) -> Value {
    json!({ "Name": name, "Value": value })
}

#[test]
fn a_changed_address_gets_a_code_and_is_not_verified() {
    let world = World::new(json!({}));
    let request = world.by_token(json!({ "UserAttributes": [named("email", "new@example.com")] }));
    let details = json!([{ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***" }]);
    assert_eq!(world.call("UpdateUserAttributes", request), json!({ "CodeDeliveryDetailsList": details }));
    let attributes = world.attributes();
    assert!(attributes.contains(&named("email", "new@example.com")) && attributes.contains(&named("email_verified", "false")));
}

#[test]
fn other_attributes_have_nothing_to_verify() {
    let world = World::new(json!({}));
    let request = world.by_token(json!({ "UserAttributes": [named("name", "Ada")] }));
    assert_eq!(world.call("UpdateUserAttributes", request), json!({}));
    assert!(world.attributes().contains(&named("name", "Ada")));
}

#[rstest]
#[case::not_in_the_schema(json!({}), named("custom:team", "a"), "InvalidParameterException")]
#[case::sub(json!({}), named("sub", "a"), "InvalidParameterException")]
#[case::not_writable(json!({ "WriteAttributes": ["nickname"] }), named("name", "a"), "NotAuthorizedException")]
fn refuses_an_update(#[case] client: Value, #[case] attribute: Value, #[case] kind: &str) {
    let world = World::new(client);
    assert_eq!(world.refused("UpdateUserAttributes", json!({ "UserAttributes": [attribute] })), kind);
}

#[rstest]
#[case::by_the_user("DeleteUserAttributes")]
#[case::by_an_administrator("AdminDeleteUserAttributes")]
fn deletes_attributes(#[case] operation: &str) {
    let world = World::new(json!({}));
    let by = |names: Value| {
        let request = json!({ "UserAttributeNames": names, "UserPoolId": world.pool, "Username": "ann" });
        if operation.starts_with("Admin") { request } else { world.by_token(json!({ "UserAttributeNames": names })) }
    };
    assert_eq!(world.call(operation, by(json!(["name"]))), json!({}));
    let attributes = world.attributes();
    assert!(attributes.iter().all(|attribute| attribute["Name"] != "name"));
    assert!(attributes.contains(&named("email", "ann@example.com")));
    let refusal = world.send(operation, &by(json!(["sub"])));
    assert_eq!(refusal["__type"], "InvalidParameterException");
}

#[test]
fn a_new_password_signs_in_and_the_old_one_does_not_change_it_again() {
    let world = World::new(json!({}));
    let change = |proposed: &str| json!({ "PreviousPassword": PASSWORD, "ProposedPassword": proposed });
    assert_eq!(world.refused("ChangePassword", change("short1")), "InvalidPasswordException");
    world.call("ChangePassword", world.by_token(change("Another-Horse-2")));
    world.sign_in("Another-Horse-2");
    assert_eq!(world.refused("ChangePassword", change("Third-Horse-3")), "NotAuthorizedException");
}

#[test]
fn a_revoked_sign_in_ends_and_another_lives_on() {
    let mut world = World::new(json!({}));
    let other = world.sign_in(PASSWORD);
    let revoke = json!({ "ClientId": world.client, "Token": world.tokens["RefreshToken"] });
    (0..2).for_each(|_| assert_eq!(world.call("RevokeToken", revoke.clone()), json!({})));
    let refusal = world.send("GetUser", &world.by_token(json!({})));
    assert_eq!(refusal["message"], "Access Token has been revoked");
    let refresh = json!({ "REFRESH_TOKEN": world.tokens["RefreshToken"] });
    let refresh = json!({ "ClientId": world.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh });
    assert_eq!(world.send("InitiateAuth", &refresh)["__type"], "NotAuthorizedException");
    world.tokens = other;
    world.attributes();
}

#[rstest]
#[case::access_token(json!({}), "AccessToken", "UnsupportedTokenTypeException")]
#[case::client_that_cannot(json!({ "EnableTokenRevocation": false }), "RefreshToken", "UnsupportedOperationException")]
fn refuses_to_revoke(#[case] client: Value, #[case] token: &str, #[case] kind: &str) {
    let world = World::new(client);
    let request = json!({ "ClientId": world.client, "Token": world.tokens[token] });
    assert_eq!(world.send("RevokeToken", &request)["__type"], kind);
}

#[test]
fn an_update_resets_what_it_leaves_out() {
    let world = World::new(json!({}));
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 12 } });
    world.call("UpdateUserPool", json!({ "UserPoolId": world.pool, "Policies": policy }));
    let pool = world.call("DescribeUserPool", json!({ "UserPoolId": world.pool }))["UserPool"].take();
    assert_eq!(pool.get("AutoVerifiedAttributes"), None);
    assert_eq!((&pool["Name"], &pool["Id"]), (&json!("p"), &json!(world.pool)));
    let policy = &pool["Policies"]["PasswordPolicy"];
    assert_eq!((&policy["MinimumLength"], &policy["RequireSymbols"]), (&json!(12), &json!(true)));
}

#[test]
fn the_mode_of_mfa_needs_a_factor_and_stays_when_left_out() {
    let world = World::new(json!({}));
    let update = |members: Value| {
        let mut request = members;
        request["UserPoolId"] = json!(world.pool);
        world.send("UpdateUserPool", &request)
    };
    assert_eq!(update(json!({ "MfaConfiguration": "ON" }))["__type"], "InvalidParameterException");
    let totp = json!({ "Enabled": true });
    let config = json!({ "UserPoolId": world.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": totp });
    world.call("SetUserPoolMfaConfig", config);
    let mode = || world.call("GetUserPoolMfaConfig", json!({ "UserPoolId": world.pool }))["MfaConfiguration"].take();
    for (request, expected) in
        [(json!({ "MfaConfiguration": "ON" }), "ON"), (json!({}), "ON"), (json!({ "MfaConfiguration": "OFF" }), "OFF")]
    {
        assert_eq!(update(request), json!({}));
        assert_eq!(mode(), expected);
    }
}

#[test]
fn lists_users_by_page_and_by_attribute() {
    let world = World::new(json!({}));
    world.user("bob", json!([]));
    let list = |more: Value| {
        let mut request = more;
        request["UserPoolId"] = json!(world.pool);
        world.send("ListUsers", &request)
    };
    let first = list(json!({ "Limit": 1, "AttributesToGet": ["name"] }));
    assert_eq!(first["Users"][0]["Attributes"], json!([named("name", "Ann")]));
    let last = list(json!({ "PaginationToken": first["PaginationToken"] }));
    assert_eq!((text(&last, "/Users/0/Username"), last.get("PaginationToken")), ("bob".to_owned(), None));
    assert_eq!(list(json!({ "AttributesToGet": ["custom:team"] }))["__type"], "InvalidParameterException");
}

#[rstest]
#[case::no_grace(0, 0, Some("RefreshTokenReuseException"))]
#[case::within_its_grace(60, 30, None)]
#[case::after_its_grace(60, 61, Some("RefreshTokenReuseException"))]
fn a_replaced_refresh_token_lasts_for_its_grace(#[case] grace: u64, #[case] seconds: i64, #[case] error: Option<&str>) {
    let world = World::new(json!({ "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": grace } }));
    let refresh = |token: &Value| world.send("GetTokensFromRefreshToken", &json!({ "ClientId": world.client, "RefreshToken": token }));
    let first = world.tokens["RefreshToken"].clone();
    let next = refresh(&first)["AuthenticationResult"]["RefreshToken"].take();
    assert!(next.is_string() && next != first);
    lock(&world.service.state.pool(&world.pool).expect("the pool")).now.clock_offset += seconds;
    assert_eq!(refresh(&next).get("__type"), None, "the new one is good");
    assert_eq!(refresh(&first).get("__type").and_then(Value::as_str), error);
}

#[test]
fn revoking_the_newest_refresh_token_ends_the_whole_sign_in() {
    let world = World::new(json!({ "RefreshTokenRotation": { "Feature": "ENABLED" } }));
    let refresh = json!({ "ClientId": world.client, "RefreshToken": world.tokens["RefreshToken"] });
    let next = world.call("GetTokensFromRefreshToken", refresh)["AuthenticationResult"]["RefreshToken"].take();
    world.call("RevokeToken", json!({ "ClientId": world.client, "Token": next }));
    assert_eq!(world.refused("GetUser", json!({})), "NotAuthorizedException");
}

#[test]
fn tokens_that_cannot_be_revoked_end_with_a_global_sign_out() {
    let world = World::new(json!({ "EnableTokenRevocation": false }));
    world.call("GetUser", world.by_token(json!({})));
    world.call("GlobalSignOut", world.by_token(json!({})));
    assert_eq!(world.refused("GetUser", json!({})), "NotAuthorizedException");
}
