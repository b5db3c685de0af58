//! The seam for servers that are wrong on purpose.
//!
//! A layer may run an operation against state that is thrown away or old, and may change the response before it is
//! written. Without a layer the server is what it claims to be.

use serde_json::Value;

use super::protocol::Response;

/// Which state an operation sees and leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handling {
    /// The state as it is; what changes, stays.
    #[default]
    Faithful,
    /// A copy of the state, thrown away afterwards: the answer is right, the write is lost.
    DiscardWrites,
    /// A copy of the pool as it was before the last operation that may write (see
    /// [`only_reads`](crate::model::only_reads)): a stale read.
    Stale,
}

/// A layer between the operations and the wire.
pub trait Tamper: Send + Sync + 'static {
    /// Asked last where a request names the step of a case that it is sent for; `body` is a text where it was not JSON.
    fn step(&self, step: &str, body: &Value, response: &mut Response) {
        let _ = (step, body, response);
    }

    /// Asked before a validated request is carried out.
    fn before(&self, operation: &str, input: &Value) -> Handling {
        let _ = (operation, input);
        Handling::Faithful
    }

    /// Whether stale reads may be asked for: then every write keeps a copy of its pool as it was.
    fn keeps_history(&self) -> bool {
        true
    }

    /// Shown every response of the API (not of the side doors) before it is written; `input` is null when the body
    /// was not JSON.
    fn after(&self, operation: &str, input: &Value, response: &mut Response) {
        let _ = (operation, input, response);
    }
}
