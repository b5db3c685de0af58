//! Identity providers, as far as linking needs them, and linking users to identities there.

use serde_json::{Map, Value, json};

use super::{
    super::{
        error::{Answer, ServiceError},
        input::Input,
        pool::Pool,
        providers::{Identity, OWN, Provider, SUBJECT},
        token::{LETTERS, random_text},
    },
    Call, Find, Operation, paging,
};

/// So many identities may be linked to a user.
const MOST_IDENTITIES: usize = 5;

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    let run = match name {
        "CreateIdentityProvider" => create_identity_provider,
        "DescribeIdentityProvider" => describe_identity_provider,
        "DeleteIdentityProvider" => delete_identity_provider,
        "ListIdentityProviders" => list_identity_providers,
        "AdminLinkProviderForUser" => admin_link_provider_for_user,
        "AdminDisableProviderForUser" => admin_disable_provider_for_user,
        _ => return None,
    };
    Some(Operation::Pool(Find::Pool, run))
}

fn create_identity_provider(call: &mut Call) -> Answer {
    let name = call.input.required("ProviderName");
    if call.pool.providers.contains_key(name) {
        return Err(ServiceError::new("DuplicateProviderException", format!("A provider with the name {name} already exists.")));
    }
    let now = call.pool.now();
    let mut settings =
        Map::from_iter([("IdpIdentifiers".to_owned(), json!([])), ("AttributeMapping".to_owned(), json!({ "username": "sub" }))]);
    settings.extend(call.input.only(&["ProviderDetails", "AttributeMapping", "IdpIdentifiers", "AcrMapping"]));
    let provider = Provider { kind: call.input.required("ProviderType").to_owned(), settings, created: now, modified: now };
    call.pool.providers.insert(name.to_owned(), provider);
    call.pool.add_identities_to_schema();
    describe_identity_provider(call)
}

fn describe_identity_provider(call: &mut Call) -> Answer {
    let name = call.input.required("ProviderName");
    Ok(json!({ "IdentityProvider": call.pool.provider(name)?.describe(&call.pool.id, name) }))
}

fn delete_identity_provider(call: &mut Call) -> Answer {
    let name = call.input.required("ProviderName");
    call.pool.provider(name)?;
    call.pool.providers.remove(name);
    Ok(json!({}))
}

fn list_identity_providers(call: &mut Call) -> Answer {
    let providers = call.pool.providers.iter().map(|(name, provider)| Value::Object(provider.summary(name)));
    paging::MAX_RESULTS.page(call.input, "Providers", providers)
}

fn admin_link_provider_for_user(call: &mut Call) -> Answer {
    let sub = destination(call)?;
    let source = identity(call.input.object("SourceUser"))?;
    if source.provider == OWN {
        let text =
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser";
        return Err(ServiceError::invalid(text));
    }
    let provider = call.pool.provider(&source.provider)?;
    if provider.is_social() && source.attribute != SUBJECT {
        return Err(ServiceError::invalid(format!("ProviderAttributeName must be {SUBJECT} for social identity providers.")));
    }
    let source = Identity { kind: provider.kind.clone(), linked: (call.pool.now() * 1_000.0) as i64, ..source };
    check_free(call.pool, &sub, &source)?;
    call.pool.user_mut(&sub)?.identities.push(source);
    Ok(json!({}))
}

/// The user of the pool. Nobody is known here by an identity elsewhere before signing in with it, which needs a browser.
fn destination(call: &Call) -> Result<String, ServiceError> {
    let user = call.input.object("DestinationUser").unwrap_or(Input(&Value::Null));
    let value = value(user)?;
    match provider_name(user)? {
        OWN => call.pool.find(value),
        other => call.pool.find(&format!("{other}_{value}")),
    }
}

fn check_free(pool: &Pool, sub: &str, source: &Identity) -> Result<(), ServiceError> {
    let is_it = |identity: &Identity| identity.is(&source.provider, &source.attribute, &source.value);
    let identities = &pool.user(sub)?.identities;
    if identities.iter().any(is_it) {
        return Err(ServiceError::invalid("SourceUser is already linked to DestinationUser"));
    }
    if pool.users.values().any(|user| user.identities.iter().any(is_it)) {
        return Err(ServiceError::new("AliasExistsException", "The identity is linked to another user."));
    }
    if identities.len() >= MOST_IDENTITIES {
        return Err(ServiceError::new("LimitExceededException", "No more identities can be linked to the user."));
    }
    Ok(())
}

/// AdminDisableProviderForUser: a link goes away; a user of the pool itself loses the password.
fn admin_disable_provider_for_user(call: &mut Call) -> Answer {
    let user = identity(call.input.object("User"))?;
    if user.provider == OWN {
        if user.attribute != SUBJECT {
            return Err(ServiceError::invalid(format!("ProviderAttributeName must be {SUBJECT} for users of the pool.")));
        }
        let sub = call.pool.find(&user.value)?;
        call.pool.user_mut(&sub)?.password = random_text(LETTERS, 40);
        return Ok(json!({}));
    }
    call.pool.provider(&user.provider)?;
    let is_it = |identity: &Identity| identity.is(&user.provider, &user.attribute, &user.value);
    let holder = call.pool.users.values_mut().find(|holder| holder.identities.iter().any(is_it));
    let text = "Account isn't linked to anyone else, verify that the account has been linked";
    holder.ok_or_else(|| ServiceError::invalid(text))?.identities.retain(|identity| !is_it(identity));
    Ok(json!({}))
}

fn identity(user: Option<Input>) -> Result<Identity, ServiceError> {
    let user = user.unwrap_or(Input(&Value::Null));
    let attribute = user.text("ProviderAttributeName").filter(|name| !name.is_empty());
    let attribute = attribute.ok_or_else(|| ServiceError::missing_parameter("ProviderAttributeName"))?;
    Ok(Identity {
        provider: provider_name(user)?.to_owned(),
        kind: String::new(),
        attribute: attribute.to_owned(),
        value: value(user)?.to_owned(),
        linked: 0,
    })
}

fn provider_name<'a>(user: Input<'a>) -> Result<&'a str, ServiceError> {
    user.text("ProviderName").ok_or_else(|| ServiceError::missing_parameter("ProviderName"))
}

fn value<'a>(user: Input<'a>) -> Result<&'a str, ServiceError> {
    let value = user.text("ProviderAttributeValue").filter(|value| !value.is_empty());
    value.ok_or_else(|| ServiceError::missing_parameter("ProviderAttributeValue"))
}

impl Pool {
    fn provider(&self, name: &str) -> Result<&Provider, ServiceError> {
        let missing = || ServiceError::new("ResourceNotFoundException", format!("Identity provider {name} does not exist."));
        self.providers.get(name).ok_or_else(missing)
    }

    /// A pool with a provider has the attribute that tells who its users are there.
    fn add_identities_to_schema(&mut self) {
        if self.knows_attribute("identities") {
            return;
        }
        if let Some(schema) = self.description.get_mut("SchemaAttributes").and_then(Value::as_array_mut) {
            schema.push(json!({
                "Name": "identities",
                "AttributeDataType": "String",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
                "StringAttributeConstraints": {},
            }));
        }
    }
}
