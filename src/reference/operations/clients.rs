//! CreateUserPoolClient, DescribeUserPoolClient, DeleteUserPoolClient.

use serde_json::{Map, Value, json};

use super::{
    super::{
        client::Client,
        error::{Answer, ServiceError},
        input::Input,
        token::{LOWER, random_text},
    },
    Call,
};

/// Members of CreateUserPoolClient that DescribeUserPoolClient shows as they were sent.
const KEPT: [&str; 21] = [
    "AccessTokenValidity",
    "AllowedOAuthFlows",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "AuthSessionValidity",
    "CallbackURLs",
    "ClientName",
    "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData",
    "EnableTokenRevocation",
    "ExplicitAuthFlows",
    "IdTokenValidity",
    "LogoutURLs",
    "PreventUserExistenceErrors",
    "ReadAttributes",
    "RefreshTokenRotation",
    "RefreshTokenValidity",
    "SupportedIdentityProviders",
    "TokenValidityUnits",
    "WriteAttributes",
];

/// CreateUserPoolClient.
pub fn create_user_pool_client(call: &mut Call) -> Answer {
    check(call.input)?;
    let id = random_text(LOWER, 26);
    let secret = call.input.flag("GenerateSecret").then(|| random_text(LOWER, 51));
    let description = describe(call, &id, secret.as_deref());
    let answer = json!({ "UserPoolClient": description });
    call.pool.clients.insert(id.clone(), Client { id, secret, description });
    Ok(answer)
}

fn check(input: Input) -> Result<(), ServiceError> {
    if input.flag("AllowedOAuthFlowsUserPoolClient")
        && (input.list("AllowedOAuthFlows").is_empty() || input.list("AllowedOAuthScopes").is_empty())
    {
        let text = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.";
        return Err(ServiceError::invalid(text));
    }
    let flows = input.list("AllowedOAuthFlows");
    let redirects = flows.contains(&json!("code")) || flows.contains(&json!("implicit"));
    if redirects && input.list("CallbackURLs").is_empty() {
        let text = "CallbackUrls can not be empty when code flow or implicit flow is selected";
        return Err(ServiceError::new("InvalidOAuthFlowException", text));
    }
    Ok(())
}

fn describe(call: &Call, id: &str, secret: Option<&str>) -> Map<String, Value> {
    let now = call.pool.now();
    let defaults = [
        ("UserPoolId", json!(call.pool.id)),
        ("ClientId", json!(id)),
        ("LastModifiedDate", json!(now)),
        ("CreationDate", json!(now)),
        ("RefreshTokenValidity", json!(30)),
        ("TokenValidityUnits", json!({})),
        ("AllowedOAuthFlowsUserPoolClient", json!(false)),
        ("EnableTokenRevocation", json!(true)),
        ("EnablePropagateAdditionalUserContextData", json!(false)),
        ("AuthSessionValidity", json!(3)),
    ];
    let mut members: Map<_, _> = defaults.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(secret) = secret {
        members.insert("ClientSecret".into(), json!(secret));
    }
    members.extend(call.input.only(&KEPT));
    if members.get("RefreshTokenValidity") == Some(&json!(0)) {
        members.insert("RefreshTokenValidity".into(), json!(30));
    }
    members
}

/// DescribeUserPoolClient.
pub fn describe_user_pool_client(call: &mut Call) -> Answer {
    Ok(json!({ "UserPoolClient": call.client()?.description }))
}

/// DeleteUserPoolClient.
pub fn delete_user_pool_client(call: &mut Call) -> Answer {
    let client = call.client()?;
    call.pool.clients.remove(&client.id);
    call.pool.families.retain(|_, family| family.client_id != client.id);
    Ok(json!({}))
}
