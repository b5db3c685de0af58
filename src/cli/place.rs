//! Where a server is that runs already, and what is known of it there.

use url::Url;

use super::Failure;
use super::endpoint::{Endpoint, environment, parse};
use crate::aws::{self, Asked, Settings};
use crate::target::Profile;

/// Where a server is.
#[derive(Debug)]
pub(super) struct Place {
    /// What is known of it there.
    pub(super) profile: Profile,
    /// Its address.
    pub(super) url: Url,
    /// The region to sign for.
    pub(super) region: String,
    /// What is configured: for the real service, and where a profile of the shared configuration is asked for.
    pub(super) settings: Option<Settings>,
}

impl Place {
    /// Where the server of a profile is, or whatever server there is at an address. With neither, what is configured.
    ///
    /// # Errors
    /// Nobody says where it is, or the region is another than the address names.
    pub(super) async fn of(endpoint: &Endpoint, profile: Option<Profile>, url: Option<Url>) -> Result<Self, Failure> {
        let is_live = profile.as_ref().is_some_and(|profile| profile.live) || url.as_ref().is_some_and(aws::is_aws);
        let settings = settings(endpoint, is_live || profile.is_none() && url.is_none()).await?;
        let url = match url {
            None => configured(settings.as_ref())?,
            some => some,
        };
        let profile = match (profile, &url) {
            (Some(profile), Some(url)) => profile.reached_at(url),
            (Some(profile), None) => profile,
            (None, Some(url)) => Profile::for_endpoint(url),
            (None, None) => Profile::real_service(),
        };
        let region = region(endpoint, settings.as_ref(), &profile, url.as_ref())?;
        let names = settings.as_ref().map(Settings::names).unwrap_or_default();
        let missing = || {
            let help = "give its endpoint with `--endpoint-url`".to_owned();
            Failure::argument(format!("the profile of {} does not say how to start it", profile.name), help)
        };
        let url = url.or_else(|| profile.endpoint(&region, names)).ok_or_else(missing)?;
        Ok(Self { profile, url, settings: settings.map(|settings| settings.in_region(&region)), region })
    }

    /// The place of a server that was started.
    ///
    /// # Errors
    /// What is configured cannot be read.
    pub(super) async fn started(endpoint: &Endpoint, profile: Profile, url: Url) -> Result<Self, Failure> {
        let settings = settings(endpoint, profile.live).await?;
        let region = region(endpoint, settings.as_ref(), &profile, None)?;
        Ok(Self { profile, url, settings: settings.map(|settings| settings.in_region(&region)), region })
    }
}

/// What is configured. The shared files are read for the real service, and where a profile of theirs is asked for: nothing else shall
/// depend on them.
async fn settings(endpoint: &Endpoint, is_live: bool) -> Result<Option<Settings>, Failure> {
    let profile = endpoint.access.profile.as_deref();
    if !is_live && profile.is_none() {
        return Ok(None);
    }
    let region = endpoint.region(&environment);
    let asked = Asked { profile, region: region.as_deref(), ca_bundle: endpoint.ca_bundle.as_deref() };
    Ok(Some(Settings::load(asked).await?))
}

fn configured(settings: Option<&Settings>) -> Result<Option<Url>, Failure> {
    let text = settings.and_then(Settings::endpoint_url);
    text.map(|text| parse(&text, "endpoint_url of the shared AWS configuration")).transpose()
}

/// The region to sign for. A host of AWS names its own, which is no matter of taste: only a flag that contradicts it is told.
fn region(endpoint: &Endpoint, settings: Option<&Settings>, profile: &Profile, url: Option<&Url>) -> Result<String, Failure> {
    let named = url.and_then(aws::region);
    if let (Some(named), Some(flag)) = (named, endpoint.region.as_deref().filter(|flag| Some(*flag) != named)) {
        let help = format!("leave `--region` out, or say `--region {named}`");
        return Err(Failure::argument(format!("the endpoint is in {named}, but --region says {flag}"), help));
    }
    let asked = named.map(str::to_owned).or_else(|| endpoint.region(&environment));
    let region = asked.or_else(|| settings?.region().map(str::to_owned)).unwrap_or_else(|| profile.region.clone());
    if profile.live && !aws::is_region(&region) {
        return Err(Failure::argument(format!("`{region}` is no region"), "write it as in `eu-west-1`".to_owned()));
    }
    Ok(region)
}
