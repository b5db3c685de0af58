//! Names of AWS's hosts: whose they are, which region they are of, and what the service is called in a region.

use url::Url;

/// Name of the service in host names.
const SERVICE: &str = "cognito-idp";
/// The same where FIPS 140 applies.
const SERVICE_FIPS: &str = "cognito-idp-fips";

/// A part of AWS with accounts and names of its own.
struct Partition {
    /// How the names of its regions begin.
    regions: &'static str,
    /// What its host names end in.
    suffix: &'static str,
    /// The same for hosts that speak IPv6 too.
    dual_stack: &'static str,
}

const fn partition(regions: &'static str, suffix: &'static str, dual_stack: &'static str) -> Partition {
    Partition { regions, suffix, dual_stack }
}

/// Where no other begins so, a region is of this one.
const COMMERCIAL: Partition = partition("", "amazonaws.com", "api.aws");

const OTHERS: [Partition; 7] = [
    partition("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    partition("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    partition("us-gov-", "amazonaws.com", "api.aws"),
    partition("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    partition("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    partition("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    partition("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
];

/// Regions whose FIPS endpoint has always spoken IPv6 too.
const FIPS_SPEAKS_BOTH: [&str; 4] = ["us-east-1", "us-east-2", "us-west-1", "us-west-2"];

/// Which of the service's names is meant, as the shared configuration says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Names {
    /// `use_fips_endpoint`.
    pub fips: bool,
    /// `use_dualstack_endpoint`.
    pub dual_stack: bool,
}

/// Whether the host is AWS's, however it is written: upper case, with a port, with a dot at the end, a private endpoint in a VPC.
pub fn is_aws(url: &Url) -> bool {
    let Some(host) = url.domain().map(|host| host.trim_end_matches('.')) else { return false };
    let ends = |suffix: &str| host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    [COMMERCIAL].iter().chain(&OTHERS).any(|partition| ends(partition.suffix) || ends(partition.dual_stack))
}

/// The region that a host of AWS names: `eu-west-1` of `cognito-idp.eu-west-1.amazonaws.com`.
pub fn region(url: &Url) -> Option<&str> {
    let mut labels = url.domain().filter(|_| is_aws(url))?.split('.');
    labels.find(|label| [SERVICE, SERVICE_FIPS].contains(label))?;
    labels.next().filter(|label| is_region(label))
}

/// Whether this can be a region's name: it becomes a part of a host's.
pub fn is_region(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(known)
}

/// The service's host in a region, as the SDKs know it.
pub fn endpoint(region: &str, names: Names) -> String {
    let partition = OTHERS.iter().find(|partition| region.starts_with(partition.regions));
    let speaks_both = partition.is_none() && (!names.fips || FIPS_SPEAKS_BOTH.contains(&region));
    let partition = partition.unwrap_or(&COMMERCIAL);
    let service = if names.fips { SERVICE_FIPS } else { SERVICE };
    let suffix = if names.dual_stack && !speaks_both { partition.dual_stack } else { partition.suffix };
    format!("{service}.{region}.{suffix}")
}

/// Whether this is the id of an account: twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://cognito-idp.eu-west-1.amazonaws.com", Some("eu-west-1"))]
    #[case("https://COGNITO-IDP.EU-WEST-1.AmazonAWS.com.:8443/x", Some("eu-west-1"))]
    #[case("http://cognito-idp.cn-north-1.amazonaws.com.cn", Some("cn-north-1"))]
    #[case("https://cognito-idp-fips.us-gov-west-1.amazonaws.com", Some("us-gov-west-1"))]
    #[case("https://cognito-idp.us-gov-west-1.api.aws", Some("us-gov-west-1"))]
    #[case("https://vpce-0a1b-c.cognito-idp.us-east-1.vpce.amazonaws.com", Some("us-east-1"))]
    #[case("https://cognito-idp.eusc-de-east-1.amazonaws.eu", Some("eusc-de-east-1"))]
    #[case("https://cognito-idp.us-iso-east-1.c2s.ic.gov", Some("us-iso-east-1"))]
    #[case::no_region("https://amazonaws.com", None)]
    #[case::another_service("https://sts.eu-west-1.amazonaws.com", None)]
    fn hosts_of_aws(#[case] url: &str, #[case] expected: Option<&str>) {
        let url = Url::parse(url).expect("a URL");
        assert!(is_aws(&url), "{url}");
        assert_eq!(region(&url), expected);
    }

    #[rstest]
    #[case("http://127.0.0.1:5000")]
    #[case("http://[::1]:5000")]
    #[case("http://localhost.localstack.cloud:4566")]
    #[case("https://amazonaws.com.example.org")]
    #[case("https://myamazonaws.com")]
    #[case("https://cognito-idp.eu-west-1.amazonaws.community")]
    #[case("http://moto/cognito-idp.eu-west-1.amazonaws.com")]
    fn hosts_of_others(#[case] url: &str) {
        let url = Url::parse(url).expect("a URL");
        assert!(!is_aws(&url) && region(&url).is_none(), "{url}");
    }

    const PLAIN: Names = Names { fips: false, dual_stack: false };
    const FIPS: Names = Names { fips: true, dual_stack: false };
    const DUAL: Names = Names { fips: false, dual_stack: true };
    const BOTH: Names = Names { fips: true, dual_stack: true };

    /// As botocore 1.43 resolves them.
    #[rstest]
    #[case("eu-west-1", PLAIN, "cognito-idp.eu-west-1.amazonaws.com")]
    #[case("cn-north-1", PLAIN, "cognito-idp.cn-north-1.amazonaws.com.cn")]
    #[case("us-gov-west-1", PLAIN, "cognito-idp.us-gov-west-1.amazonaws.com")]
    #[case("us-iso-east-1", PLAIN, "cognito-idp.us-iso-east-1.c2s.ic.gov")]
    #[case("us-isob-east-1", PLAIN, "cognito-idp.us-isob-east-1.sc2s.sgov.gov")]
    #[case("eusc-de-east-1", PLAIN, "cognito-idp.eusc-de-east-1.amazonaws.eu")]
    #[case("us-east-1", FIPS, "cognito-idp-fips.us-east-1.amazonaws.com")]
    #[case("us-gov-west-1", FIPS, "cognito-idp-fips.us-gov-west-1.amazonaws.com")]
    #[case("eu-west-1", DUAL, "cognito-idp.eu-west-1.amazonaws.com")]
    #[case("us-gov-west-1", DUAL, "cognito-idp.us-gov-west-1.api.aws")]
    #[case("us-west-2", BOTH, "cognito-idp-fips.us-west-2.amazonaws.com")]
    #[case("ca-central-1", BOTH, "cognito-idp-fips.ca-central-1.api.aws")]
    fn the_services_host(#[case] region: &str, #[case] names: Names, #[case] host: &str) {
        assert_eq!(endpoint(region, names), host);
        assert!(is_aws(&Url::parse(&format!("https://{host}")).expect("a URL")));
    }

    #[rstest]
    #[case("us-east-1", true)]
    #[case("evil.example/#", false)]
    #[case("US-EAST-1", false)]
    #[case("", false)]
    fn regions(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_region(text), expected);
    }
}
