//! The real service: where it is, what the AWS CLI would be configured to do there, and in which account that is.
//!
//! - [`host`](is_aws): names of hosts, regions and partitions
//! - [`Settings`]: the shared configuration and the standard credential chain
//! - [`Caller`]: the account that credentials are of, by STS
//! - [`permitted`]: nothing goes to the real service without a word of the user

mod caller;
mod error;
mod host;
mod permission;
mod settings;

pub use caller::Caller;
pub use error::AccessError;
pub use host::{Names, endpoint, is_account, is_aws, is_region, region};
pub use permission::{NotPermitted, permitted};
pub use settings::{Asked, Settings};
