//! `targets`: what is known of servers, whether it is true here, and a profile for one more.

mod doctor;
mod init;
mod list;

use std::io::Write;

use clap::{Args, Subcommand};

use super::{Failure, Global};
use crate::exit;
use crate::target::Profile;

/// Arguments of `targets`.
#[derive(Debug, Args)]
pub struct Targets {
    /// What to do with targets.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do with targets.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the servers that have a profile
    List(list::List),
    /// Print a profile as it is written, comments included: `targets show moto > mine.yaml` starts one of your own
    Show(Show),
    /// Is it installed, which version, does it start, and does it have what its profile says?
    Doctor(doctor::Doctor),
    /// Ask a running server what it can do, and write a profile for it
    Init(init::Init),
}

/// Arguments of `targets show`.
#[derive(Debug, Args)]
pub struct Show {
    /// A name of `targets list`, or a profile file
    #[arg(value_name = "NAME|FILE")]
    pub target: String,
}

impl Targets {
    pub(super) fn execute(&self, global: &Global, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        match &self.command {
            Command::List(list) => list.execute(out),
            Command::Show(show) => show.execute(out),
            Command::Doctor(doctor) => doctor.execute(global, out),
            Command::Init(init) => init.execute(global, out),
        }
    }
}

impl Show {
    fn execute(&self, out: &mut dyn Write) -> Result<u8, Failure> {
        out.write_all(Profile::text(&self.target)?.as_bytes())?;
        Ok(exit::CONFORMS)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::engine::survey::survey;
    use crate::model::Model;
    use crate::reference::{Config, Server};
    use crate::target::Profile;
    use crate::wire::{Client, ClientOptions, Credentials, Request};

    #[tokio::test]
    async fn tells_what_the_embedded_server_has_and_leaves_nothing_there() {
        let server = Server::start(Config::default()).await.expect("starts");
        let options = ClientOptions {
            endpoint: server.url().parse().expect("a URL"),
            region: "us-east-1".to_owned(),
            credentials: Some(Credentials::made_up()),
            timeout: Duration::from_secs(10),
            verify_tls: true,
            ca_bundle: None,
        };
        let client = Client::new(options).expect("a client");
        let survey = survey(&client, &Profile::reference()).await.expect("answers");
        assert!(survey.implemented.contains("SetUserMFAPreference"), "{:?}", survey.implemented);
        assert!(survey.missing.contains("CreateUserPoolDomain"), "{:?}", survey.missing);
        assert_eq!(survey.implemented.len() + survey.missing.len(), Model::embedded().operations.len());
        let pools = client.send(&Request::new("ListUserPools", &json!({"MaxResults": 60}), true)).await.expect("answers");
        assert_eq!(pools.json().expect("JSON")["UserPools"], json!([]));
        server.shutdown().await;
    }
}
