//! The embedded server: a small, executable statement of what we claim AWS does.
//!
//! State is in memory; answers follow the collected evidence; what AWS has and this server has not is answered with
//! 501 `NotImplementedException`, which AWS does not have. Nothing that judges may reach this module but over a socket.
//!
//! From the outside in:
//!
//! - [`config`](Config): how to start it; [`server`](Server): the socket; `patience`: its time limits
//! - [`side_doors`]: clock, codes, tokens, off the API's own paths
//! - `documents`: what a pool shows everybody: its keys and its OpenID configuration
//! - `sts`: `GetCallerIdentity`, at the same port
//! - `service`: the road of a request; `signature`: whether it may be carried out; `protocol`: awsJson1.1; `validation`: the model's constraints; `error`: refusals
//! - `tamper`: the seam for servers that are wrong on purpose
//! - `operations`: one file per family
//! - `state`, `history`, `pool`, `client`, `user`, `session`, `token`, `refresh`: what is remembered
//! - `groups`: who belongs together, and what tokens say of it
//! - `events`: what threat protection remembers of a user
//! - `providers`: who a user is elsewhere
//! - `triggers`: the functions that a pool calls, and what becomes of their answers
//! - `first_factor`, `admission`, `srp`, `lockout`: what a sign-in may begin with, who may sign in, proofs of a password, and guessing at one
//! - `attributes`, `attribute_value`, `password`, `passwords`, `recovery`, `delivery`, `codes`, `passkeys`, `tries`: rules of a pool
//! - `devices`, `user_sessions`: where a user is signed in

mod admission;
mod attribute_value;
mod attributes;
mod client;
mod codes;
mod config;
mod delivery;
mod devices;
mod documents;
mod error;
mod events;
mod first_factor;
mod groups;
mod history;
mod input;
mod lockout;
mod operations;
mod passkeys;
mod password;
mod passwords;
mod patience;
mod pool;
mod protocol;
mod providers;
mod recovery;
mod refresh;
mod server;
mod service;
mod session;
pub mod side_doors;
mod signature;
mod srp;
mod state;
mod sts;
mod tamper;
mod token;
mod tries;
mod triggers;
mod user;
mod user_sessions;
mod validation;

pub use config::{AccountId, Config};
pub use protocol::Response;
pub use server::Server;
pub use signature::{KeyPair, Session};
pub use tamper::{Handling, Tamper};
pub use token::{Signer, reissue};
