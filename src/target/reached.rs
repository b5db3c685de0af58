//! A profile and the address where its server is reached.

use url::Url;

use super::Profile;
use crate::aws::{self, Names};

/// Name of the real service's profile.
const REAL_SERVICE: &str = "aws";

impl Profile {
    /// The real service.
    pub fn real_service() -> Self {
        // The built-in profile loads: a test sees to it. Were it not so, the real service would still be live.
        Self::load(REAL_SERVICE).unwrap_or_else(|_| Self { live: true, ..Self::bare(REAL_SERVICE, "The real service.".into()) })
    }

    /// What is known of the server where it is reached at this address. At a host of AWS is the real service, whatever the profile
    /// calls it: only what must exist there beforehand is taken from a profile that is not live.
    #[must_use]
    pub fn reached_at(self, address: &Url) -> Self {
        if self.live || !aws::is_aws(address) {
            return self;
        }
        Self { resources: self.resources, ..Self::real_service() }
    }

    /// Where it is in a region, if the profile says so.
    pub fn endpoint(&self, region: &str, names: Names) -> Option<Url> {
        let mut address = Url::parse(&self.endpoint_url.as_ref()?.replace("{region}", region)).ok()?;
        // Not every partition's names end alike.
        if address.host_str() == Some(&format!("cognito-idp.{region}.amazonaws.com")) {
            address.set_host(Some(&aws::endpoint(region, names))).ok()?;
        }
        Some(address)
    }

    /// What is wrong with where the profile says it is, as a fragment.
    pub(super) fn endpoint_fault(&self) -> Option<String> {
        self.endpoint_url.as_ref()?;
        match self.endpoint("us-east-1", Names::default()) {
            Some(address) if address.has_host() && matches!(address.scheme(), "http" | "https") => {
                let is_hidden = aws::is_aws(&address) && !self.live;
                is_hidden.then(|| "`endpoint_url` is a host of AWS, but `live` is not true; say `live: true`".into())
            }
            _ => Some("`endpoint_url` is no HTTP address; write it as in `https://cognito-idp.{region}.amazonaws.com`".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn the_real_service_is_the_built_in_profile() {
        let profile = Profile::real_service();
        assert!(profile.live && profile.lacks("clock").is_some_and(|reason| !reason.contains("does not list")), "{profile:?}");
    }

    #[rstest]
    #[case("us-east-1", Names::default(), "https://cognito-idp.us-east-1.amazonaws.com/")]
    #[case("cn-northwest-1", Names::default(), "https://cognito-idp.cn-northwest-1.amazonaws.com.cn/")]
    #[case("us-gov-west-1", Names { fips: true, dual_stack: false }, "https://cognito-idp-fips.us-gov-west-1.amazonaws.com/")]
    fn the_real_service_in_a_region(#[case] region: &str, #[case] names: Names, #[case] expected: &str) {
        assert_eq!(Profile::real_service().endpoint(region, names), Some(url(expected)));
    }

    #[test]
    fn other_addresses_stay_as_they_are_written() {
        let at = |endpoint_url: &str| Profile { endpoint_url: Some(endpoint_url.to_owned()), ..Profile::reference() };
        let fips = Names { fips: true, dual_stack: true };
        let private = "https://vpce-1.cognito-idp.us-east-1.vpce.amazonaws.com/";
        assert_eq!(at(private).endpoint("us-east-1", fips), Some(url(private)));
        assert_eq!(at("http://127.0.0.1:5000/{region}").endpoint("eu-west-1", fips), Some(url("http://127.0.0.1:5000/eu-west-1")));
        assert_eq!(Profile::reference().endpoint("eu-west-1", fips), None);
    }

    #[rstest]
    #[case("moto", "https://cognito-idp.eu-west-1.amazonaws.com", "aws")]
    #[case("moto", "http://127.0.0.1:5000", "moto")]
    #[case("aws", "http://127.0.0.1:5000", "aws")]
    fn a_host_of_aws_is_the_real_service_whatever_it_is_called(#[case] target: &str, #[case] address: &str, #[case] name: &str) {
        let profile = Profile::load(target).expect("built in").reached_at(&url(address));
        assert_eq!((profile.name.as_str(), profile.live), (name, name == "aws"));
        assert!(name != "aws" || (profile.signing().is_none() && profile.start.is_none()), "nothing of moto's is left");
    }

    #[test]
    fn what_must_exist_beforehand_stays() {
        let resources = std::collections::BTreeMap::from([("sms_role_arn".to_owned(), "arn:…".to_owned())]);
        let mine = Profile { resources: resources.clone(), ..Profile::reference() };
        assert_eq!(mine.reached_at(&url("https://cognito-idp.eu-west-1.amazonaws.com")).resources, resources);
    }

    #[rstest]
    #[case("http://127.0.0.1:5000", None)]
    #[case("https://cognito-idp.{region}.amazonaws.com", Some("say `live: true`"))]
    #[case("localhost:5000", Some("no HTTP address"))]
    #[case("{region}", Some("no HTTP address"))]
    fn an_address_that_cannot_be_is_a_fault(#[case] endpoint_url: &str, #[case] said: Option<&str>) {
        let profile = Profile { endpoint_url: Some(endpoint_url.to_owned()), ..Profile::reference() };
        let fault = profile.endpoint_fault();
        assert_eq!(fault.is_some(), said.is_some(), "{fault:?}");
        assert!(said.is_none_or(|said| fault.expect("told").contains(said)));
        assert_eq!(Profile { live: true, ..profile }.endpoint_fault().is_some(), said.is_some_and(|said| said.contains("no HTTP")));
    }
}
