//! What the AWS CLI would be configured to do here: the environment, the shared configuration files, and the standard credential chain.

use std::path::Path;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::{Builder, HttpClientError, tls};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;

use super::{AccessError, Caller, Names};
use crate::wire::{ClientError, Credentials, authorities};

/// Longest time to wait for a source of credentials; a program may ask for a touch of a key.
const PATIENCE: Duration = Duration::from_secs(60);

/// Id of the service in the shared configuration and, in capitals, in variables. (The SDK would look for hyphens in the files, where the
/// AWS CLI has underscores.)
const SERVICE_ID: &str = "cognito_identity_provider";

/// What the user asked for, beyond what is configured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `--profile`.
    pub profile: Option<&'a str>,
    /// The region that a flag or the environment names.
    pub region: Option<&'a str>,
    /// `--ca-bundle`.
    pub ca_bundle: Option<&'a Path>,
}

/// What is configured, for one profile.
#[derive(Debug, Clone)]
pub struct Settings {
    sdk: SdkConfig,
    /// The profile that was asked for: nothing else is taken then.
    profile: Option<String>,
}

impl Settings {
    /// Reads the environment and the shared configuration. No credentials are asked for yet.
    ///
    /// # Errors
    /// The certificate authorities cannot be read.
    pub async fn load(asked: Asked<'_>) -> Result<Self, AccessError> {
        let configured = ProfileFileRegionProvider::builder();
        let configured = asked.profile.into_iter().fold(configured, |builder, name| builder.profile_name(name)).build();
        // No instance metadata: what answers there is no user's wish, and not to be there takes it seconds.
        let region = RegionProviderChain::first_try(asked.region.map(|region| Region::new(region.to_owned()))).or_else(configured);
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).no_credentials().region(region);
        if let Some(name) = asked.profile {
            loader = loader.profile_name(name);
        }
        if let Some(path) = asked.ca_bundle {
            loader = loader.http_client(trusting(path)?);
        }
        Ok(Self { sdk: loader.load().await, profile: asked.profile.map(str::to_owned) })
    }

    /// The region that is asked for or configured.
    pub fn region(&self) -> Option<&str> {
        self.sdk.region().map(AsRef::as_ref)
    }

    /// The same with another region.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        let sdk = self.sdk.into_builder().region(Region::new(region.to_owned())).build();
        Self { sdk, ..self }
    }

    /// Where requests go, if that is configured: by `services`, or for all services.
    pub fn endpoint_url(&self) -> Option<String> {
        let is_ignored = self.value("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
        if is_ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return None;
        }
        self.value("AWS_ENDPOINT_URL", "endpoint_url").or_else(|| self.sdk.endpoint_url().map(str::to_owned))
    }

    /// Which of the service's names is configured.
    pub fn names(&self) -> Names {
        Names { fips: self.sdk.use_fips().unwrap_or_default(), dual_stack: self.sdk.use_dual_stack().unwrap_or_default() }
    }

    fn value(&self, env: &str, profile: &str) -> Option<String> {
        let key = ServiceConfigKey::builder().service_id(SERVICE_ID).env(env).profile(profile).build();
        self.sdk.service_config()?.load_config(key.ok()?)
    }

    /// The credentials of the chain; of the profile alone where one was asked for. They are renewed before they expire.
    ///
    /// # Errors
    /// No source has any, or the one that should have them does not give them.
    pub async fn credentials(&self) -> Result<Credentials, AccessError> {
        let source = self.source().await;
        let answer = tokio::time::timeout(PATIENCE, source.provide_credentials()).await;
        let too_late = |_| AccessError::Credentials { profile: self.profile.clone(), cause: format!("no answer within {PATIENCE:?}") };
        let first = answer.map_err(too_late)?.map_err(|error| AccessError::of_source(&error, self.profile.as_deref(), self.tried()))?;
        Ok(Credentials::renewed(first, source))
    }

    async fn source(&self) -> SharedCredentialsProvider {
        let mut config = ProviderConfig::without_region().with_region(self.sdk.region().cloned());
        config = config.with_use_fips(self.sdk.use_fips()).with_use_dual_stack(self.sdk.use_dual_stack());
        if let Some(client) = self.sdk.http_client() {
            config = config.with_http_client(client);
        }
        match &self.profile {
            // What is in the environment is meant for something else, as it is for the AWS CLI.
            Some(name) => {
                SharedCredentialsProvider::new(ProfileFileCredentialsProvider::builder().profile_name(name).configure(&config).build())
            }
            None => SharedCredentialsProvider::new(
                DefaultCredentialsChain::builder().region(self.sdk.region().cloned()).configure(config).build().await,
            ),
        }
    }

    /// Who acts with these credentials.
    ///
    /// # Errors
    /// STS refuses them, or cannot be reached.
    pub async fn caller(&self, credentials: &Credentials) -> Result<Caller, AccessError> {
        let expired = |error: crate::wire::Expired| AccessError::Credentials { profile: self.profile.clone(), cause: error.to_string() };
        Caller::ask(&self.sdk, credentials.keys().await.map_err(expired)?).await
    }

    /// The sources of credentials, in words.
    fn tried(&self) -> Vec<String> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let file = |name, usual: &str| variable(name).unwrap_or_else(|| usual.to_owned());
        let files = [file("AWS_CONFIG_FILE", "~/.aws/config"), file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")];
        let profile = |name: &str| format!("profile `{name}` of {}", files.join(" and "));
        match &self.profile {
            Some(name) => vec![format!("{}, and nothing else because it was asked for", profile(name))],
            None => vec![
                "AWS_ACCESS_KEY_ID of the environment".to_owned(),
                profile(&variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned())),
                "AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(),
                "the container's role".to_owned(),
                "the instance's role".to_owned(),
            ],
        }
    }
}

/// A client for STS and SSO that trusts these authorities beside the system's.
fn trusting(path: &Path) -> Result<SharedHttpClient, AccessError> {
    let store = tls::TrustStore::default().with_native_roots(true).with_pem_certificate(authorities(path)?);
    let failed = |reason: HttpClientError| ClientError::CaBundle { path: path.to_owned(), reason: reason.to_string() };
    let context = tls::TlsContext::builder().with_trust_store(store).build().map_err(failed)?;
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    Ok(Builder::new().tls_provider(provider).tls_context(context).build_https())
}
