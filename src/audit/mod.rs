//! What do the cases refuse? They are run against servers that are wrong on purpose, and what slips through is told.
//!
//! - [`null`]: servers that give one answer to everything; they must end near zero conformance
//! - [`Fault`]: one thing wrong with one operation; `member`: what can be wrong with a member of a body
//! - `token`, `documents`: what can be wrong with tokens, and with the documents by which they are verified
//! - `layer`: the reference server with a fault; `observe`: what it answers without one
//! - `variants`: which faults there are, derived from what was observed
//! - `trial`: cases against one server; `run`: all of it; `report`: what slipped through

mod documents;
mod fault;
mod layer;
mod member;
pub mod null;
mod observe;
mod report;
mod run;
mod token;
mod trial;
mod variants;

pub use documents::Misprint;
pub use fault::{Fault, FaultError, Header, Kind, Refusals};
pub use layer::Faulted;
pub use member::{Change, MemberPath};
pub use report::{AuditReport, NullResult, OperationRow, VariantResult, Verdict};
pub use run::{AuditError, Options, run};
pub use token::{Flaw, Which};
