//! One HTTP client for a whole run: keep-alive, time limits, bounded bodies.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt;
use thiserror::Error;
use url::Url;

use super::signing::signature_headers;
use super::{Credentials, Expired, Pace, Request, Response, SigningError};

/// How the client talks to the endpoint.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Where requests go.
    pub endpoint: Url,
    /// Region to sign for.
    pub region: String,
    /// What to sign with; `None` sends everything unsigned.
    pub credentials: Option<Credentials>,
    /// Longest time for one request, answer included.
    pub timeout: Duration,
    /// Check the certificate of an HTTPS endpoint.
    pub verify_tls: bool,
    /// Certificate authorities in PEM form, beside the system's.
    pub ca_bundle: Option<PathBuf>,
}

/// The longest body that is read; the rest is dropped and the answer marked.
const MAX_BODY: usize = 4 << 20;

/// The client could not be made.
#[derive(Debug, Error)]
pub enum ClientError {
    /// A certificate file.
    #[error("read the certificates in {path}: {reason}")]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Anything else.
    #[error("set up the HTTP client: {0}")]
    Build(#[source] reqwest::Error),
}

/// Nothing was observed: no answer came that could be judged.
#[derive(Debug, Error)]
pub enum TransportError {
    /// No connection.
    #[error("cannot connect to {0}; is the server running?")]
    Connect(Url),
    /// No whole answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The connection broke, or what came is not HTTP.
    #[error("the connection failed: {0}")]
    Broken(String),
    /// The request could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// There is nothing to sign with any more.
    #[error(transparent)]
    Expired(#[from] Expired),
}

/// Sends requests to one endpoint.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    options: ClientOptions,
    pace: Option<Pace>,
    sent: AtomicU64,
}

impl Client {
    /// A client for one endpoint. Redirects are not followed and proxies of the environment are not used: what answers must be the endpoint.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let mut builder = reqwest::Client::builder()
            .timeout(options.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .tls_danger_accept_invalid_certs(!options.verify_tls);
        if let Some(path) = &options.ca_bundle {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        let http = builder.build().map_err(ClientError::Build)?;
        Ok(Self { http, options, pace: None, sent: AtomicU64::new(0) })
    }

    /// The same client, which does not send faster than this.
    pub fn at_pace(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Url {
        &self.options.endpoint
    }

    /// The connections, for what else goes to the target.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// How many requests were sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// How long requests have waited for their turn, added up.
    pub fn waited(&self) -> Duration {
        self.pace.as_ref().map(Pace::waited).unwrap_or_default()
    }

    /// Waits until it is the turn of a request, which something else may then send.
    pub async fn turn(&self, request: &Request) {
        if let Some(pace) = &self.pace {
            pace.wait(request).await;
        }
    }

    /// Sends one request, when its turn has come, and reads its answer.
    ///
    /// # Errors
    /// Nothing that could be judged came back.
    pub async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.turn(request).await;
        self.sent.fetch_add(1, Ordering::Relaxed);
        let answer = self.build(request).await?.send().await.map_err(|error| self.explain(&error))?;
        let status = answer.status().as_u16();
        let headers = answer.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
        let (body, truncated) = self.read(answer).await?;
        Ok(Response::new(status, headers, body, truncated))
    }

    async fn build(&self, request: &Request) -> Result<reqwest::RequestBuilder, TransportError> {
        let broken = |error: &dyn std::fmt::Display| TransportError::Broken(error.to_string());
        let method = request.method.parse::<reqwest::Method>().map_err(|error| broken(&error))?;
        let mut builder = self.http.request(method, self.address(request));
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        if let (true, Some(credentials)) = (request.sign, &self.options.credentials) {
            let identity = credentials.identity().await?;
            for (name, value) in signature_headers(request, self.options.endpoint.as_str(), &self.options.region, &identity)? {
                builder = builder.header(name, value);
            }
        }
        Ok(builder.body(request.body.clone()))
    }

    /// Where a request goes. A path is one below the endpoint, whatever it looks like: no other host is ever asked.
    fn address(&self, request: &Request) -> Url {
        let mut address = self.options.endpoint.clone();
        if let Some(path) = &request.path {
            let below = format!("{}{path}", address.path().trim_end_matches('/'));
            address.set_path(&below);
        }
        address
    }

    async fn read(&self, answer: reqwest::Response) -> Result<(Vec<u8>, bool), TransportError> {
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| self.explain(&error))?;
            let room = MAX_BODY.saturating_sub(body.len());
            body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                return Ok((body, true));
            }
        }
        Ok((body, false))
    }

    fn explain(&self, error: &reqwest::Error) -> TransportError {
        if error.is_timeout() {
            TransportError::Timeout(self.options.timeout)
        } else if error.is_connect() {
            TransportError::Connect(self.options.endpoint.clone())
        } else {
            TransportError::Broken(innermost(error))
        }
    }
}

/// The last cause says what happened; the ones before it only where.
fn innermost(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => innermost(source),
        None => error.to_string(),
    }
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, ClientError> {
    let failed = |reason: String| ClientError::CaBundle { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| failed(innermost(&error)))
}

/// The text of a file of certificate authorities, for another client.
///
/// # Errors
/// It cannot be read, or a certificate in it is none.
pub fn authorities(path: &Path) -> Result<Vec<u8>, ClientError> {
    let failed = |reason: String| ClientError::CaBundle { path: path.to_owned(), reason };
    // What a client cannot be made with is told here; others may panic over it.
    let probe = reqwest::Client::builder().tls_certs_merge(certificates(path)?).build();
    probe.map_err(|error| failed(innermost(&error)))?;
    std::fs::read(path).map_err(|error| failed(error.to_string()))
}
