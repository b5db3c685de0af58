//! What a test needs and AWS does not offer, off the API's own paths.
//!
//! | method and path | body | answer |
//! | --- | --- | --- |
//! | `GET /_reference/health` | | `{"Status":"ok"}` |
//! | `POST /_reference/clock` | `{"UserPoolId","AdvanceSeconds"}` | `{"Now"}`: moves that pool's clock, and no other's; may be negative |
//! | `POST /_reference/codes` | `{"UserPoolId","Username"}` | `{"Code","DeliveryMedium","Destination"}`: the last code sent to that user |
//! | `POST /_reference/access-token` | `{"UserPoolId","ClientId","Username","Scope"}` | `{"AccessToken"}`: with exactly that scope, as an OAuth sign-in would give |
//!
//! Refusals have the form of the API's: `ResourceNotFoundException`, `UserNotFoundException`, `SerializationException`.
//! `codes` of a user to whom nothing was sent is a `ResourceNotFoundException`.
//! Nothing here wants a signature. Beside them, as AWS has it: `GET /{pool}/.well-known/jwks.json` and `GET /{pool}/.well-known/openid-configuration`.
//!
//! And one door that AWS has elsewhere, in the query protocol of STS: `POST /` with the form
//! `Action=GetCallerIdentity&Version=2011-06-15`, which tells the account that the server plays. It is signed, as in AWS, for
//! the service `sts`. `AWS_ENDPOINT_URL_STS=http://127.0.0.1:9239 aws sts get-caller-identity` uses it.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    routing::{get, post},
};
use serde_json::json;

use super::{
    documents::Document,
    error::{Answer, ServiceError},
    input::Input,
    pool::Pool,
    protocol::{Response, parse},
    server::read,
    service::Service,
    state::lock,
};
use crate::wire::STEP_HEADER;

type Door = fn(&mut Pool, Input) -> Answer;

/// The side doors.
pub fn routes() -> Router<Arc<Service>> {
    let doors: [(&str, Door); 3] = [("/_reference/clock", clock), ("/_reference/codes", codes), ("/_reference/access-token", access_token)];
    let health = Router::new().route("/_reference/health", get(health));
    doors.into_iter().fold(health, |router, (path, door)| {
        router.route(path, post(async move |State(service), body| Response::new(open(service, body, door).await)))
    })
}

async fn open(service: Arc<Service>, body: Body, door: Door) -> Answer {
    let input = parse(&read(body).await?)?;
    let input = Input(&input);
    let slot = service.state.pool(input.required("UserPoolId"))?;
    let mut slot = lock(&slot);
    door(&mut slot.now, input)
}

async fn health() -> Response {
    Response::new(Ok(json!({ "Status": "ok" })))
}

fn clock(pool: &mut Pool, input: Input) -> Answer {
    let seconds = input.number("AdvanceSeconds").ok_or_else(|| ServiceError::missing_parameter("AdvanceSeconds"))?;
    // A hundred years either way: no arithmetic on times can overflow.
    const CENTURY: i64 = 100 * 366 * 86_400;
    pool.clock_offset = pool.clock_offset.saturating_add(seconds).clamp(-CENTURY, CENTURY);
    Ok(json!({ "Now": pool.now() }))
}

fn codes(pool: &mut Pool, input: Input) -> Answer {
    let sub = pool.find(input.required("Username"))?;
    let none = || ServiceError::new("ResourceNotFoundException", "No code was sent to this user.");
    let sent = pool.user(&sub)?.sent.as_ref().ok_or_else(none)?;
    Ok(json!({ "Code": sent.code, "DeliveryMedium": sent.medium, "Destination": sent.destination }))
}

fn access_token(pool: &mut Pool, input: Input) -> Answer {
    let sub = pool.find(input.required("Username"))?;
    let client = pool.client(input.required("ClientId"))?.clone();
    Ok(json!({ "AccessToken": pool.access_token(&sub, &client, input.required("Scope"))? }))
}

/// The key set.
pub async fn jwks(State(service): State<Arc<Service>>, Path(pool): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    document(&service, Document::Keys, &pool, &uri, &headers)
}

/// The OpenID configuration.
pub async fn openid_configuration(State(service): State<Arc<Service>>, Path(pool): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    document(&service, Document::Configuration, &pool, &uri, &headers)
}

fn document(service: &Service, document: Document, pool: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let step = headers.get(STEP_HEADER).and_then(|step| step.to_str().ok());
    service.document(document, pool, uri.path(), step)
}
