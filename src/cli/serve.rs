//! `serve`: the embedded server, until it is interrupted.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Failure;
use super::endpoint::{Environment, environment};
use super::running::seconds;
use super::signal::asked_to_stop;
use crate::audit::{Fault, Faulted};
use crate::exit;
use crate::recording::Recording;
use crate::reference::{AccountId, Config, KeyPair, Server, Session, Tamper};
use crate::replay::Replay;

/// Port that `serve` takes and `show` names, unless told otherwise.
pub const PORT: u16 = 9239;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// AWS region in the ids of pools and the issuers of tokens
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    pub region: String,
    /// Account in ARNs, and in the answer of STS GetCallerIdentity at the same port
    #[arg(long, value_name = "ID", default_value = "123456789012")]
    pub account_id: AccountId,
    /// Verify signatures as AWS does: requests must be signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of this process (and
    /// AWS_SESSION_TOKEN, until AWS_CREDENTIAL_EXPIRATION), for its region
    #[arg(long)]
    pub verify_signatures: bool,
    /// Be eventually consistent: reads do not show what was written in the last SECONDS. For tests of a client's patience
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub settle: Option<Duration>,
    /// Refuse what is more with TooManyRequestsException. For tests of a client's patience
    #[arg(long, value_name = "N")]
    pub requests_per_second: Option<NonZeroU32>,
    /// Be wrong in one way, as `audit` names it: GetUser:member-dropped:Username
    #[arg(long, value_name = "NAME", conflicts_with = "replay")]
    pub fault: Option<Fault>,
    /// Answer the steps of cases as they were recorded; for runs with `--target replay`
    #[arg(long, value_name = "DIR")]
    pub replay: Option<PathBuf>,
}

impl Serve {
    pub(super) fn execute(&self, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let config = self.config(&environment)?;
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the server".to_owned(), reason })?;
        runtime.block_on(self.serve(config, out))
    }

    fn config(&self, environment: Environment<'_>) -> Result<Config, Failure> {
        Ok(Config {
            port: self.port,
            region: self.region.clone(),
            account: self.account_id.clone(),
            keys: self.verify_signatures.then(|| keys(environment)).transpose()?,
            settle: self.settle,
            requests_per_second: self.requests_per_second,
            layer: self.layer()?,
        })
    }

    fn layer(&self) -> Result<Option<Arc<dyn Tamper>>, Failure> {
        Ok(match (&self.fault, &self.replay) {
            (Some(fault), _) => Some(Arc::new(Faulted::new(fault.clone()))),
            (None, Some(folder)) => Some(Arc::new(Replay::new(Recording::read(folder)?))),
            (None, None) => None,
        })
    }

    async fn serve(&self, config: Config, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let server =
            Server::start(config).await.map_err(|reason| Failure::Start { what: format!("listen on port {}", self.port), reason })?;
        writeln!(out, "listening on {}", server.url())?;
        writeln!(out, "try: aws cognito-idp list-user-pools --max-results 10 --endpoint-url {}", server.url())?;
        out.flush()?;
        asked_to_stop().await?;
        server.shutdown().await;
        Ok(exit::CONFORMS)
    }
}

/// The key pair that the environment names.
fn keys(environment: Environment<'_>) -> Result<KeyPair, Failure> {
    let needed = |name: &str| {
        let help = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what clients sign with; made-up ones will do".to_owned();
        environment(name).ok_or_else(|| Failure::argument(format!("--verify-signatures needs {name}"), help))
    };
    let ends = environment("AWS_CREDENTIAL_EXPIRATION").map(|text| ending(&text)).transpose()?;
    Ok(KeyPair {
        access_key_id: needed("AWS_ACCESS_KEY_ID")?,
        secret_access_key: needed("AWS_SECRET_ACCESS_KEY")?,
        session: environment("AWS_SESSION_TOKEN").map(|token| Session { token, ends: ends.map(Into::into) }),
    })
}

/// A time as `aws configure export-credentials` writes it.
fn ending(text: &str) -> Result<OffsetDateTime, Failure> {
    let help = "write it as in 2026-01-02T03:04:05Z, or unset it".to_owned();
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Failure::argument("AWS_CREDENTIAL_EXPIRATION is no time", help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const BOTH: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hush")];

    fn keys_of(set: &[(&str, &str)]) -> Result<KeyPair, String> {
        let environment = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        keys(&environment).map_err(|failure| failure.to_string())
    }

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        serve: Serve,
    }

    #[test]
    fn its_options_reach_the_server() {
        let words = "serve --region eu-west-1 --account-id 999988887777 --verify-signatures --settle 0.5 --requests-per-second 7";
        let serve = <Line as clap::Parser>::try_parse_from(words.split(' ')).expect("good options").serve;
        let environment = |name: &str| BOTH.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let config = serve.config(&environment).expect("a configuration");
        assert_eq!((config.region.as_str(), config.account.as_str()), ("eu-west-1", "999988887777"));
        assert_eq!((config.settle, config.requests_per_second), (Some(Duration::from_millis(500)), NonZeroU32::new(7)));
        assert_eq!(config.keys.map(|keys| keys.access_key_id).as_deref(), Some("AKID"));
    }

    #[rstest]
    #[case::neither(&[], "--verify-signatures needs AWS_ACCESS_KEY_ID")]
    #[case::no_secret(&BOTH[..1], "--verify-signatures needs AWS_SECRET_ACCESS_KEY")]
    #[case::no_id(&BOTH[1..], "--verify-signatures needs AWS_ACCESS_KEY_ID")]
    #[case::no_time(&[BOTH[0], BOTH[1], ("AWS_CREDENTIAL_EXPIRATION", "soon")], "AWS_CREDENTIAL_EXPIRATION is no time")]
    fn verifying_needs_a_key(#[case] set: &[(&str, &str)], #[case] message: &str) {
        assert_eq!(keys_of(set).expect_err("no key"), message);
    }

    #[test]
    fn a_token_makes_the_key_temporary() {
        let more = [("AWS_SESSION_TOKEN", "token"), ("AWS_CREDENTIAL_EXPIRATION", "2026-01-02T03:04:05+00:00")];
        let session = keys_of(&[BOTH.as_slice(), more.as_slice()].concat()).expect("a key").session.expect("a session");
        assert!(session.token == "token" && session.has_ended(std::time::SystemTime::now()));
        assert!(keys_of(&BOTH).expect("a key").session.is_none());
    }
}
