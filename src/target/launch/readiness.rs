//! Whether a server is ready.

use std::io;
use std::time::Duration;

use url::Url;

use super::LaunchError;
use crate::target::{Profile, Start};

/// Longest time for one look.
const PATIENCE: Duration = Duration::from_secs(2);

/// How to tell that a server is ready.
#[derive(Debug)]
pub(super) struct Readiness {
    client: reqwest::Client,
    url: Url,
    status: Option<u16>,
}

impl Readiness {
    /// How the server of a profile tells it, at an endpoint.
    pub(super) fn new(profile: &Profile, endpoint: &Url, start: &Start) -> Result<Self, LaunchError> {
        // Nothing is sent, and nothing but the status is believed: whose certificate it is does not matter here.
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let client = client.tls_danger_accept_invalid_certs(true).build().map_err(|error| LaunchError::Prepare {
            name: profile.name.clone(),
            what: "set up an HTTP client".to_owned(),
            source: io::Error::other(error),
        })?;
        let url = endpoint.join(&start.ready.path).unwrap_or_else(|_| endpoint.clone());
        Ok(Self { client, url, status: start.ready.status })
    }

    /// What is asked for.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Asks once. The error says what came instead of the answer of a server that is ready.
    pub(super) async fn look(&self) -> Result<(), String> {
        match self.client.get(self.url.clone()).send().await.map(|response| response.status().as_u16()) {
            Ok(status) => match self.status.filter(|wanted| *wanted != status) {
                Some(wanted) => Err(format!("answers {status}, not {wanted}")),
                None => Ok(()),
            },
            Err(error) if error.is_connect() => Err("finds nobody listening".to_owned()),
            Err(error) if error.is_timeout() => Err("gets no answer".to_owned()),
            Err(error) => Err(format!("fails: {}", error.without_url())),
        }
    }
}
