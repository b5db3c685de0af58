//! awsJson1.1 over HTTP: requests, responses, signing, pace, limits; and the same through the installed AWS CLI.

pub mod aws_cli;
mod client;
mod credentials;
mod pace;
mod request;
mod response;
mod signing;

pub use client::{Client, ClientError, ClientOptions, TransportError, authorities};
pub use credentials::{Credentials, Expired};
pub use pace::Pace;
pub use request::{CONTENT_TYPE, NOT_RECORDED, Request, STEP_HEADER, TARGET_PREFIX};
pub use response::{ErrorBody, Response, Shown, Wrong};
pub use signing::SigningError;
