//! The socket: starting, stopping, and turning HTTP into requests that are received whole.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response as Written},
    routing::get,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

use super::{
    config::Config, error::ServiceError, patience::Impatient, protocol::Response, service::Service, side_doors, signature::Received, sts,
};

/// Largest body that is read, in bytes.
const LARGEST_BODY: usize = 10 * 1024 * 1024;
/// How long the other side may be silent.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a body may take altogether; less than [`PATIENCE`], so that a slow body is still told why.
const BODY_TIME: Duration = Duration::from_secs(20);
/// How long a shutdown waits for requests in flight.
const FAREWELL: Duration = Duration::from_secs(2);

/// A running server. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Binds the port and serves in a task of the current tokio runtime.
    ///
    /// # Errors
    /// When the port cannot be bound.
    pub async fn start(config: Config) -> io::Result<Self> {
        let inner = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let address = inner.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let service = Arc::new(Service::new(config));
        let serving = axum::serve(Impatient { inner, limit: PATIENCE }, router(service));
        // A dropped sender ends the wait as well: that is how dropping the server stops it.
        let serving = serving.with_graceful_shutdown(async { drop(stopped.await) });
        Ok(Self { address, stop: Some(stop), task: tokio::spawn(serving.into_future()) })
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops accepting, lets requests in flight end (2 seconds at most), and returns when that is done.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if timeout(FAREWELL, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

fn router(service: Arc<Service>) -> Router {
    side_doors::routes()
        .route("/{pool}/.well-known/jwks.json", get(side_doors::jwks))
        .route("/{pool}/.well-known/openid-configuration", get(side_doors::openid_configuration))
        .fallback(handle)
        .with_state(service)
}

async fn handle(State(service): State<Arc<Service>>, request: Request) -> Written {
    let (head, body) = request.into_parts();
    let request = match read(body).await {
        Ok(body) => Received::from_parts(head, body),
        Err(error) => return Response::new(Err(error)).into_response(),
    };
    match sts::action(&request) {
        Some(action) => sts::answer(&action, &request, &service.gate, &service.state.account),
        None => service.answer(&request).into_response(),
    }
}

/// Reads a body within limits of size and time. Status and types are those of the common error table.
pub async fn read(body: Body) -> Result<Bytes, ServiceError> {
    let late = || ServiceError::new("RequestTimeoutException", "The request took too long.").with_status(408);
    let large = |_| ServiceError::new("RequestEntityTooLargeException", "The request is too large.").with_status(413);
    timeout(BODY_TIME, to_bytes(body, LARGEST_BODY)).await.map_err(|_| late())?.map_err(large)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_over_a_socket_and_stops() {
        let server = Server::start(Config::default()).await.expect("started");
        let url = server.url();
        let client = reqwest::Client::new();
        let request = client
            .post(&url)
            .header("x-amz-target", "AWSCognitoIdentityProviderService.CreateUserPool")
            .header("authorization", "AWS4-HMAC-SHA256 whatever")
            .body(r#"{"PoolName":"p"}"#);
        let response = request.send().await.expect("answered");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
        let get = client.get(&url).send().await.expect("answered");
        assert_eq!(get.text().await.expect("text"), r#"{"__type":"UnknownOperationException"}"#);
        drop(client);
        server.shutdown().await;
        assert!(reqwest::get(&url).await.is_err());
    }
}
