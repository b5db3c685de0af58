//! The operations by family, and the table that finds them by name.
//!
//! - [`pools`], [`pool_update`], [`custom_attributes`], [`clients`], [`mfa_config`]: the pool and its settings
//! - [`accounts`], [`new_user`], [`confirmation`]: from sign-up to an account that may sign in
//! - [`administration`], [`profile`], [`user_attributes`], [`change_password`], [`recovery`], [`list_users`]: users
//! - [`settings`], [`preference`], [`software_token`]: a user's factors
//! - [`sign_in`], [`challenges`], [`factors`], [`sign_out`]: from password to tokens and back

use super::{
    client::Client,
    error::{Answer, ServiceError},
    input::Input,
    pool::Pool,
    state::State,
    token::Claims,
};

mod accounts;
mod administration;
mod auth_factors;
mod challenges;
mod change_password;
mod clients;
mod confirmation;
mod custom_attributes;
mod devices;
mod events;
mod factors;
mod groups;
mod list_users;
mod mfa_config;
mod new_user;
mod paging;
mod passkeys;
mod pool_update;
mod pools;
mod preference;
mod profile;
mod providers;
mod recovery;
mod settings;
mod sign_in;
mod sign_out;
mod software_token;
mod tokens;
mod user_attributes;
mod user_sessions;

#[cfg(test)]
mod tests;

/// One operation on one pool: the pool to work on, and what was sent.
pub struct Call<'a> {
    /// The pool, locked (or a copy of it).
    pub pool: &'a mut Pool,
    /// The request.
    pub input: Input<'a>,
    /// The access token of the request, if that is how the pool was found.
    pub claims: Option<Claims>,
}

impl Call<'_> {
    /// Sub of the user who signed in with the access token.
    fn signed_in(&self) -> Result<String, ServiceError> {
        let claims = self.claims.as_ref();
        claims.ok_or_else(|| ServiceError::not_authorized("Invalid Access Token"))?.admit(self.pool)
    }

    /// The app client that the access token was issued to, while it exists.
    fn client_of_token(&self) -> Option<&Client> {
        self.pool.clients.get(&self.claims.as_ref()?.client_id)
    }

    /// Sub of the user whom an administrator names.
    fn named_user(&self) -> Result<String, ServiceError> {
        self.pool.find(self.input.required("Username"))
    }

    /// The app client of the request.
    fn client(&self) -> Result<Client, ServiceError> {
        self.pool.client(self.input.required("ClientId")).cloned()
    }
}

impl<'a> Call<'a> {
    /// The client of the request, and the user name, once the secret hash is found good.
    fn client_and_name(&self) -> Result<(Client, &'a str), ServiceError> {
        let (client, name) = (self.client()?, self.input.required("Username"));
        client.check_secret(self.input.text("SecretHash"), &[name])?;
        Ok((client, name))
    }
}

/// What an operation on the whole service does to the pools.
pub enum Change {
    /// Nothing.
    None,
    /// A new pool.
    Insert(Box<Pool>),
    /// A pool less.
    Remove(String),
}

/// How an operation finds its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Find {
    /// UserPoolId.
    Pool,
    /// ClientId.
    Client,
    /// ClientId, where an unknown one is a client that may not do this.
    Credential,
    /// The issuer of AccessToken.
    Token,
    /// AccessToken, or else Session.
    TokenOrSession,
}

/// What an operation on the service as a whole gives: its answer, and the change to make.
pub type Outcome = Result<(serde_json::Value, Change), ServiceError>;
type ServiceRun = fn(&State, Input) -> Outcome;
type PoolRun = fn(&mut Call) -> Answer;

/// An operation. All are plain functions from state and request to an answer.
pub enum Operation {
    /// On the set of pools.
    Service(ServiceRun),
    /// On one pool.
    Pool(Find, PoolRun),
}

/// Families that find their own operations.
const FAMILIES: [fn(&str) -> Option<Operation>; 10] = [
    auth_factors::find,
    confirmation::find,
    devices::find,
    events::find,
    groups::find,
    passkeys::find,
    providers::find,
    recovery::find,
    tokens::find,
    user_sessions::find,
];

/// The operation of that name, if it is implemented.
pub fn find(name: &str) -> Option<Operation> {
    use Operation::{Pool, Service};
    service(name).map(Service).or_else(|| {
        let admin = administrative(name).or_else(|| pool_settings(name)).map(|run| Pool(Find::Pool, run));
        let known = admin.or_else(|| of_user(name).map(|run| Pool(Find::Token, run))).or_else(|| unauthenticated(name));
        known.or_else(|| FAMILIES.iter().find_map(|family| family(name)))
    })
}

fn service(name: &str) -> Option<ServiceRun> {
    Some(match name {
        "CreateUserPool" => pools::create_user_pool,
        "ListUserPools" => pools::list_user_pools,
        "DeleteUserPool" => pools::delete_user_pool,
        _ => return None,
    })
}

fn pool_settings(name: &str) -> Option<PoolRun> {
    Some(match name {
        "DescribeUserPool" => pools::describe_user_pool,
        "UpdateUserPool" => pool_update::update_user_pool,
        "AddCustomAttributes" => custom_attributes::add_custom_attributes,
        "SetUserPoolMfaConfig" => mfa_config::set_user_pool_mfa_config,
        "GetUserPoolMfaConfig" => mfa_config::get_user_pool_mfa_config,
        "CreateUserPoolClient" => clients::create_user_pool_client,
        "DescribeUserPoolClient" => clients::describe_user_pool_client,
        "DeleteUserPoolClient" => clients::delete_user_pool_client,
        _ => return None,
    })
}

fn administrative(name: &str) -> Option<PoolRun> {
    Some(match name {
        "AdminCreateUser" => accounts::admin_create_user,
        "AdminConfirmSignUp" => accounts::admin_confirm_sign_up,
        "AdminDeleteUser" => accounts::admin_delete_user,
        "AdminGetUser" => profile::admin_get_user,
        "ListUsers" => list_users::list_users,
        "AdminDeleteUserAttributes" => user_attributes::admin_delete_user_attributes,
        "AdminUpdateUserAttributes" => user_attributes::admin_update_user_attributes,
        "AdminSetUserPassword" => administration::admin_set_user_password,
        "AdminDisableUser" => administration::admin_disable_user,
        "AdminEnableUser" => administration::admin_enable_user,
        "AdminUserGlobalSignOut" => sign_out::admin_user_global_sign_out,
        "AdminSetUserSettings" => settings::admin_set_user_settings,
        "AdminSetUserMFAPreference" => preference::admin_set_user_mfa_preference,
        "AdminInitiateAuth" => sign_in::admin_initiate_auth,
        "AdminRespondToAuthChallenge" => challenges::respond_to_auth_challenge,
        _ => return None,
    })
}

fn of_user(name: &str) -> Option<PoolRun> {
    Some(match name {
        "GetUser" => profile::get_user,
        "UpdateUserAttributes" => user_attributes::update_user_attributes,
        "DeleteUserAttributes" => user_attributes::delete_user_attributes,
        "ChangePassword" => change_password::change_password,
        "DeleteUser" => accounts::delete_user,
        "GlobalSignOut" => sign_out::global_sign_out,
        "SetUserSettings" => settings::set_user_settings,
        "SetUserMFAPreference" => preference::set_user_mfa_preference,
        _ => return None,
    })
}

fn unauthenticated(name: &str) -> Option<Operation> {
    Some(match name {
        "SignUp" => Operation::Pool(Find::Client, accounts::sign_up),
        "InitiateAuth" => Operation::Pool(Find::Client, sign_in::initiate_auth),
        "RevokeToken" => Operation::Pool(Find::Credential, sign_out::revoke_token),
        "RespondToAuthChallenge" => Operation::Pool(Find::Client, challenges::respond_to_auth_challenge),
        "AssociateSoftwareToken" => Operation::Pool(Find::TokenOrSession, software_token::associate_software_token),
        "VerifySoftwareToken" => Operation::Pool(Find::TokenOrSession, software_token::verify_software_token),
        _ => return None,
    })
}
