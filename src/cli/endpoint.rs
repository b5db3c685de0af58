//! What to run against, as the AWS CLI's users expect: a flag first, then the environment.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::Failure;
use super::access::Access;
use super::command_line::CommandLine;
use crate::target::Profile;

/// Options that say against what.
#[derive(Debug, Clone, Default, Args)]
pub struct Endpoint {
    /// Where requests go; else AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, AWS_ENDPOINT_URL, or the embedded server
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// What is known of the target: a name (`moto`) or a profile file. Without an endpoint, the target is started
    #[arg(long, value_name = "NAME|FILE")]
    pub target: Option<String>,
    /// Start this server for the run: split as a shell would, run without one. `{port}` becomes a free port of 127.0.0.1 (with
    /// --endpoint-url, its port), `{workdir}` a fresh directory. It is ready when it answers
    #[arg(long, value_name = "COMMAND")]
    pub start: Option<CommandLine>,
    /// Region to sign for; else AWS_REGION, AWS_DEFAULT_REGION, that of the shared configuration (for the real service), the
    /// target's, or us-east-1
    #[arg(long)]
    pub region: Option<String>,
    /// Whose credentials, and whether the real service may be used.
    #[command(flatten)]
    pub access: Access,
    /// Send every request unsigned
    #[arg(long)]
    pub no_sign_request: bool,
    /// Do not check the certificate of an HTTPS endpoint
    #[arg(long)]
    pub no_verify_ssl: bool,
    /// Certificate authorities in PEM form; else AWS_CA_BUNDLE
    #[arg(long, value_name = "FILE", env = "AWS_CA_BUNDLE", hide_env_values = true)]
    pub ca_bundle: Option<PathBuf>,
}

/// Against what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// The embedded server, started for the run.
    Embedded,
    /// A server that runs already.
    Running {
        /// Where.
        url: Url,
        /// What is known of it: a profile's name or file.
        target: Option<String>,
    },
    /// A server that its profile starts. One whose profile does not say how runs at the environment's endpoint.
    Target {
        /// The profile's name or file.
        target: String,
        /// The environment's endpoint, if it names one.
        fallback: Option<Url>,
    },
    /// What a profile of the shared configuration leads to: its endpoint, else the real service.
    Configured,
    /// A server that a command starts.
    Started {
        /// The command.
        command: CommandLine,
        /// Where it is reached then; left out: at a free port, which the command takes.
        url: Option<Url>,
        /// What is known of it: a profile's name or file.
        target: Option<String>,
    },
}

impl Against {
    /// Target and endpoint, where nothing was asked or started.
    pub(super) fn named(&self) -> (String, String) {
        let shown = |url: Option<&Url>| url.map_or_else(|| NOT_STARTED.to_owned(), Url::to_string);
        match self {
            Self::Embedded => (Profile::reference().name, shown(None)),
            Self::Configured => (Profile::real_service().name, shown(None)),
            Self::Running { url, target } => (target.clone().unwrap_or_else(|| url.to_string()), shown(Some(url))),
            Self::Target { target, fallback } => (target.clone(), shown(fallback.as_ref())),
            Self::Started { command, url, target } => {
                (target.clone().unwrap_or_else(|| Profile::for_command(command.words().to_vec()).name), shown(url.as_ref()))
            }
        }
    }
}

/// Stands for the endpoint of a server that the run would have started.
const NOT_STARTED: &str = "not started";

/// A variable of the environment; one that is empty counts as not set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of the process.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Endpoint {
    /// Against what, all sources considered: a flag wins over the environment.
    ///
    /// # Errors
    /// The endpoint is no URL that can be sent to.
    pub fn against(&self, environment: Environment<'_>) -> Result<Against, Failure> {
        let flag = self.endpoint_url.as_deref().map(|text| parse(text, "--endpoint-url")).transpose()?;
        if let Some(command) = self.start.clone() {
            return Ok(Against::Started { command, url: flag, target: self.target.clone() });
        }
        Ok(match (flag, self.target.clone()) {
            (Some(url), target) => Against::Running { url, target },
            (None, Some(target)) => Against::Target { target, fallback: from(environment)? },
            (None, None) => match from(environment)? {
                Some(url) => Against::Running { url, target: None },
                None if self.access.profile.is_some() => Against::Configured,
                None => Against::Embedded,
            },
        })
    }

    /// Region to sign for, where a flag or the environment names one.
    pub fn region(&self, environment: Environment<'_>) -> Option<String> {
        self.region.clone().or_else(|| environment("AWS_REGION")).or_else(|| environment("AWS_DEFAULT_REGION"))
    }

    /// The options that run against the same thing again, for the command that reproduces a failure.
    pub fn again(&self, against: &Against) -> Vec<String> {
        let mut words: Vec<_> = match against {
            Against::Embedded | Against::Configured => Vec::new(),
            Against::Running { url, target } => at(Some(url)).chain(option("--target", target.as_deref())).collect(),
            Against::Target { target, fallback } => option("--target", Some(target)).chain(at(fallback.as_ref())).collect(),
            Against::Started { command, url, target } => {
                option("--start", Some(command.text())).chain(at(url.as_ref())).chain(option("--target", target.as_deref())).collect()
            }
        };
        words.extend(option("--region", self.region.as_deref()));
        words.extend(self.access.again());
        words.extend(self.no_sign_request.then(|| "--no-sign-request".to_owned()));
        words.extend(self.no_verify_ssl.then(|| "--no-verify-ssl".to_owned()));
        words
    }
}

fn at(url: Option<&Url>) -> impl Iterator<Item = String> + '_ {
    option("--endpoint-url", url.map(|url| url.as_str().trim_end_matches('/')))
}

pub(super) fn option<'a>(name: &'a str, value: Option<&'a str>) -> impl Iterator<Item = String> + 'a {
    value.into_iter().flat_map(move |value| [name.to_owned(), value.to_owned()])
}

fn from(environment: Environment<'_>) -> Result<Option<Url>, Failure> {
    if environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let names = ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"];
    let set = names.into_iter().find_map(|name| Some((name, environment(name)?)));
    set.map(|(name, text)| parse(&text, name)).transpose()
}

pub(super) fn parse(text: &str, from: &str) -> Result<Url, Failure> {
    let wrong = |why: &str, help: &str| Failure::argument(format!("{from} {why}"), help.to_owned());
    let example = "write it as in `http://127.0.0.1:5000`";
    let url = Url::parse(text).map_err(|error| wrong(&format!("is no URL: {error}"), example))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("is no HTTP address", example));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The endpoint stands in reports and in the commands that reproduce a failure.
        return Err(wrong("holds a user name or password", "credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn running(text: &str, target: Option<&str>) -> Against {
        Against::Running { url: url(text), target: target.map(str::to_owned) }
    }

    fn against(flag: Option<&str>, target: Option<&str>, set: &[(&str, &str)]) -> Result<Against, Failure> {
        with_profile(flag, target, None, set)
    }

    fn with_profile(flag: Option<&str>, target: Option<&str>, profile: Option<&str>, set: &[(&str, &str)]) -> Result<Against, Failure> {
        let access = Access { profile: profile.map(str::to_owned), allow_aws: false };
        let endpoint = Endpoint { endpoint_url: flag.map(str::to_owned), target: target.map(str::to_owned), access, ..Endpoint::default() };
        endpoint.against(&|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    const SERVICE: (&str, &str) = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://service:1");
    const ALL: (&str, &str) = ("AWS_ENDPOINT_URL", "http://all:1");

    #[rstest]
    #[case::nothing(None, None, &[], Against::Embedded)]
    #[case::flag(Some("http://flag:1"), None, &[SERVICE], running("http://flag:1", None))]
    #[case::service(None, None, &[ALL, SERVICE], running("http://service:1", None))]
    #[case::all(None, None, &[ALL], running("http://all:1", None))]
    #[case::ignored(None, None, &[ALL, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], Against::Embedded)]
    #[case::both(Some("http://flag:1"), Some("moto"), &[], running("http://flag:1", Some("moto")))]
    #[case::target(None, Some("moto"), &[ALL], Against::Target { target: "moto".to_owned(), fallback: Some(url("http://all:1")) })]
    fn a_flag_wins(#[case] flag: Option<&str>, #[case] target: Option<&str>, #[case] set: &[(&str, &str)], #[case] expected: Against) {
        assert_eq!(against(flag, target, set).expect("good arguments"), expected);
    }

    #[rstest]
    #[case::alone(None, None, &[], Against::Configured)]
    #[case::flag(Some("http://flag:1"), None, &[], running("http://flag:1", None))]
    #[case::environment(None, None, &[ALL], running("http://all:1", None))]
    #[case::target(None, Some("moto"), &[], Against::Target { target: "moto".to_owned(), fallback: None })]
    fn a_profile_leads_to_what_it_configures(
        #[case] flag: Option<&str>,
        #[case] target: Option<&str>,
        #[case] set: &[(&str, &str)],
        #[case] expected: Against,
    ) {
        assert_eq!(with_profile(flag, target, Some("sandbox"), set).expect("good arguments"), expected);
    }

    #[test]
    fn the_real_service_again_needs_the_word_and_the_profile() {
        let access = Access { profile: Some("sand box".to_owned()), allow_aws: true };
        let endpoint = Endpoint { target: Some("aws".to_owned()), access, ..Endpoint::default() };
        let against = endpoint.against(&|_| None).expect("good arguments");
        assert_eq!(endpoint.again(&against), ["--target", "aws", "--profile", "sand box", "--allow-aws"]);
    }

    #[rstest]
    #[case("127.0.0.1:5000", "--endpoint-url is no URL")]
    #[case("localhost:5000", "--endpoint-url is no HTTP address")]
    #[case("ftp://x", "--endpoint-url is no HTTP address")]
    #[case("http://me:secret@x", "--endpoint-url holds a user name or password")]
    fn refuses_what_cannot_be_sent_to(#[case] flag: &str, #[case] message: &str) {
        let error = against(Some(flag), None, &[]).expect_err("bad argument").to_string();
        assert!(error.starts_with(message) && !error.contains("secret"), "{error}");
    }

    #[test]
    fn the_same_again_needs_the_same_options() {
        let endpoint = Endpoint { region: Some("eu-west-1".to_owned()), no_sign_request: true, ..Endpoint::default() };
        let words = endpoint.again(&running("http://x:1/", Some("moto")));
        assert_eq!(words, ["--endpoint-url", "http://x:1", "--target", "moto", "--region", "eu-west-1", "--no-sign-request"]);
    }

    #[rstest]
    #[case::alone(None, None, &[])]
    #[case::all(Some("http://x:1"), Some("moto"), &["--endpoint-url", "http://x:1", "--target", "moto"])]
    fn a_command_wins_and_is_needed_again(#[case] flag: Option<&str>, #[case] target: Option<&str>, #[case] more: &[&str]) {
        let command: CommandLine = "my-server '{port}'".parse().expect("a command");
        let (endpoint_url, owned) = (flag.map(str::to_owned), target.map(str::to_owned));
        let endpoint = Endpoint { endpoint_url, target: owned.clone(), start: Some(command.clone()), ..Endpoint::default() };
        let against = endpoint.against(&|name| (name == ALL.0).then(|| ALL.1.to_owned())).expect("good arguments");
        assert_eq!(against, Against::Started { command, url: flag.map(url), target: owned });
        assert_eq!(endpoint.again(&against), [&["--start", "my-server '{port}'"], more].concat());
    }
}
