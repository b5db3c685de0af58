//! `targets init`: a profile for a server of one's own, by asking the endpoint what it can do.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use url::Url;

use crate::cli::access::Access;
use crate::cli::endpoint::{Against, Endpoint, environment};
use crate::cli::live::Reached;
use crate::cli::opened::{Opened, servers};
use crate::cli::{Failure, Global};
use crate::engine::survey::{Survey, survey};
use crate::exit;
use crate::report::{Output, ReportFile, untrusted};
use crate::target::Profile;
use crate::wire::Client;

/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Paths that servers have been seen to answer when they are ready.
const HEALTH: [&str; 4] = ["/health", "/_health", "/healthz", "/"];

/// Arguments of `targets init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The server, running
    #[arg(long, value_name = "URL")]
    pub endpoint_url: String,
    /// Its name; left out: the endpoint's host
    #[arg(long)]
    pub name: Option<String>,
    /// Write the profile to this file, which must not exist yet, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whose credentials, and whether the real service may be used.
    #[command(flatten)]
    pub access: Access,
}

impl Init {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        if let Some(path) = self.output.as_ref().filter(|path| path.exists()) {
            return Err(Failure::argument(
                format!("{} exists already", path.display()),
                "name another file, or remove this one".to_owned(),
            ));
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "ask the server".to_owned(), reason })?;
        let text = runtime.block_on(self.ask())?;
        match &self.output {
            Some(path) => ReportFile::create(path)?.put(text.as_bytes())?,
            None => out.write_all(text.as_bytes())?,
        }
        if let (Some(path), false) = (&self.output, global.quiet) {
            writeln!(out, "wrote {0}; try it: cognito-conformance run --endpoint-url {1} --target {0}", path.display(), self.endpoint_url)?;
        }
        Ok(exit::CONFORMS)
    }

    async fn ask(&self) -> Result<String, Failure> {
        let endpoint = Endpoint { endpoint_url: Some(self.endpoint_url.clone()), access: self.access.clone(), ..Endpoint::default() };
        let against = endpoint.against(&|_| None)?;
        let opened = Opened::open(&endpoint, &against, &servers()).await?;
        if opened.profile.live {
            // A survey asks for every operation, changes of an account's quotas among them.
            let what = format!("{} is the real service, which is not asked for every operation", self.endpoint_url);
            return Err(Failure::argument(what, "its profile is there already: `cognito-conformance targets show aws`".to_owned()));
        }
        let Reached { client, .. } = endpoint.reach(&opened, PATIENCE, &environment).await?;
        let client = Client::new(client)?;
        let found = survey(&client, &opened.profile).await.map_err(|error| Failure::NotObserved(error.to_string()))?;
        let ready = match &against {
            Against::Running { url, .. } => readiness(&client, url).await,
            _ => None,
        };
        let name = self.name.clone().unwrap_or_else(|| opened.profile.name.clone());
        let text = written(&name, &found, ready.as_ref());
        Profile::parse("the new profile", &text)?;
        Ok(text)
    }
}

/// A path and the status that a GET of it gives: 200 where there is one, else whatever the root answers.
async fn readiness(client: &Client, url: &Url) -> Option<(&'static str, u16)> {
    let mut seen = None;
    for path in HEALTH {
        let response = client.http().get(url.join(path).ok()?).send().await.ok()?;
        seen = Some((path, response.status().as_u16()));
        if response.status().is_success() {
            break;
        }
    }
    seen
}

/// The profile, with comments that say how to go on.
fn written(name: &str, found: &Survey, ready: Option<&(&str, u16)>) -> String {
    let (path, status) = ready.copied().unwrap_or(("/", 200));
    let mut text = format!(
        "# Every member: `cognito-conformance schema profile`.\n\
         name: {}\n\
         about: {found}.\n\
         # version: the version that this was observed with\n\
         # install: the command that installs it\n\
         # start:  # left out, it runs already, at an endpoint that the caller names\n\
         #   command: [my-server, --port, \"{{port}}\"]\n\
         #   ready: {{ path: {path}, status: {status} }}\n",
        quoted(name)
    );
    if found.wants_signature {
        text.push_str("# It refuses requests without a signature. Made-up keys only; a profile is no place for real ones.\n");
        text.push_str("credentials: { access_key_id: test, secret_access_key: test }\n");
    }
    text.push_str(
        "# How a code that it sends can be read, if it can; without it, cases that need codes are skipped, by name.\n\
         # doors:\n\
         #   codes:\n\
         #     http: { method: GET, path: \"/codes/{UserPoolId}/{Username}\", answer: { Code: /code } }\n",
    );
    match &found.not_implemented {
        Some(refusal) => {
            let error = refusal.error.as_deref().map(|error| format!(" {}", untrusted::line(error))).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "# An operation that it does not implement is answered {}{error}; the suite finds that out by itself.",
                refusal.status
            );
        }
        None => text.push_str(
            "# It answers a made-up operation with success: say here how it answers what it does not implement, if it does.\n\
             # not_implemented: [{ status: 501 }]\n",
        ),
    }
    text
}

/// As a YAML scalar: JSON's strings are.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::survey::Refusal;
    use rstest::rstest;

    #[rstest]
    #[case::plain("mine", true, Some(501), "credentials: {")]
    #[case::odd("a: \"b\" #c", false, None, "answers a made-up operation with success")]
    #[case::host("127.0.0.1", false, Some(400), "is answered 400 UnknownOperation")]
    fn what_is_written_is_a_profile(#[case] name: &str, #[case] wants_signature: bool, #[case] status: Option<u16>, #[case] said: &str) {
        let not_implemented = status.map(|status| Refusal { status, error: Some("UnknownOperation".to_owned()) });
        let found = Survey {
            implemented: ["GetUser".to_owned()].into(),
            missing: Default::default(),
            unanswered: Default::default(),
            not_implemented,
            wants_signature,
        };
        let text = written(name, &found, Some(&("/health", 200)));
        let profile = Profile::parse("new", &text).expect("reads");
        assert_eq!(profile.name, name);
        assert_eq!(profile.credentials.is_some(), wants_signature);
        assert!(text.contains(said), "{text}");
    }
}
