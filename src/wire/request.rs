//! A request as it goes over the wire.

use std::fmt;

use serde_json::{Value, json};

use crate::model::only_reads;

/// Content type of every request and answer of the protocol.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What precedes the operation in `X-Amz-Target`.
pub const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService";

/// Header in which a step of a case names itself, `GetUser::shows_all then 1`, where the target's profile asks for it.
pub const STEP_HEADER: &str = "x-cognito-conformance-step";

/// Error type of the answer to a step that is not recorded. No other server has it.
pub const NOT_RECORDED: &str = "NotRecordedException";

/// A request, ordinary or deliberately odd.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The operation that is meant, or the document, for reports.
    pub operation: String,
    /// Path of a document below the endpoint; requests of the API go to the endpoint itself.
    pub path: Option<String>,
    /// HTTP method.
    pub method: String,
    /// `X-Amz-Target` header, if any.
    pub target: Option<String>,
    /// `Content-Type` header, if any.
    pub content_type: Option<String>,
    /// The step of a case that it is sent for, where the target is to know.
    pub step: Option<String>,
    /// Whether it is signed.
    pub sign: bool,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    /// Without the body, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation).field("method", &self.method).finish_non_exhaustive()
    }
}

impl Request {
    /// An ordinary request: POST, JSON body, the operation's own target.
    pub fn new(operation: &str, input: &Value, sign: bool) -> Self {
        Self {
            operation: operation.to_owned(),
            path: None,
            method: "POST".to_owned(),
            target: Some(format!("{TARGET_PREFIX}.{operation}")),
            content_type: Some(CONTENT_TYPE.to_owned()),
            step: None,
            sign,
            body: input.to_string().into_bytes(),
        }
    }

    /// A request for a document, which everybody may read.
    pub fn get(name: &str, path: String) -> Self {
        Self {
            operation: name.to_owned(),
            path: Some(path),
            method: "GET".to_owned(),
            target: None,
            content_type: None,
            step: None,
            sign: false,
            body: Vec::new(),
        }
    }

    /// Whether it only reads, by the operation that its header names.
    pub fn only_reads(&self) -> bool {
        self.path.is_some() || self.target.as_deref().and_then(|target| target.rsplit('.').next()).is_some_and(only_reads)
    }

    /// The headers of the protocol, in the order in which they are sent.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let target = self.target.as_deref().map(|target| ("x-amz-target", target));
        let content_type = self.content_type.as_deref().map(|content_type| ("content-type", content_type));
        let step = self.step.as_deref().map(|step| (STEP_HEADER, step));
        content_type.into_iter().chain(target).chain(step).collect()
    }

    /// The body as JSON, or as text where it is none; of a document, its path.
    pub fn shown_body(&self) -> Value {
        if let Some(path) = &self.path {
            return json!({ "get": path });
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&self.body).into_owned()))
    }
}
