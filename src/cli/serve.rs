//! `serve`: the embedded server, until it is interrupted.

use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::Failure;
use super::signal::asked_to_stop;
use crate::audit::{Fault, Faulted};
use crate::exit;
use crate::reference::{Config, Server, Tamper};

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
    /// Be wrong in one way, as `audit` names it: GetUser:member-dropped:Username
    #[arg(long, value_name = "NAME")]
    pub fault: Option<Fault>,
}

impl Serve {
    pub(super) fn execute(&self, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let runtime = tokio::runtime::Runtime::new().map_err(|reason| Failure::Start { what: "start the server".to_owned(), reason })?;
        runtime.block_on(self.serve(out))
    }

    async fn serve(&self, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        let layer = self.fault.clone().map(|fault| Arc::new(Faulted::new(fault)) as Arc<dyn Tamper>);
        let config = Config { port: self.port, region: self.region.clone(), layer };
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
