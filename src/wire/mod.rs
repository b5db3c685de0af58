//! awsJson1.1 over HTTP: requests, responses, signing, limits; and the same through the installed AWS CLI.

pub mod aws_cli;
mod client;
mod request;
mod response;
mod signing;

pub use client::{Client, ClientError, ClientOptions, TransportError};
pub use request::{CONTENT_TYPE, Request, TARGET_PREFIX};
pub use response::{ErrorBody, Response, Shown, Wrong};
pub use signing::{Credentials, SigningError};
