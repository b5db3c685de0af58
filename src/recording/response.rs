//! A recorded answer, as the judges read answers.

use serde_json::Value;

use crate::engine::ShownExchange;
use crate::wire::Response;

/// The answer of a recorded exchange. Values that were normalised are the placeholders that stand for them.
pub fn response(exchange: &ShownExchange) -> Response {
    let body = match &exchange.response {
        // What is a text here was no JSON on the wire.
        Value::String(text) => text.clone().into_bytes(),
        json => json.to_string().into_bytes(),
    };
    // Nothing is recorded through a tool that does not tell the status.
    Response::new(exchange.status.unwrap_or_default(), exchange.headers.clone(), body, false)
}
