//! The YAML case format, expressions, generated cases, evidence.

mod completeness;
mod derive;
pub mod document;
mod evidence;
mod expression;
mod fixture;
mod functions;
mod gain;
mod generated;
mod load;
mod path;
mod pattern;
mod place;
mod plan;
mod problem;
pub mod schema;
mod shard;
pub mod source;
mod steps;
mod suite;
mod verify;

pub use evidence::{Evidence, EvidenceError, Level, Source};
pub use expression::{ExpressionError, Scope as Values, Template};
pub use fixture::{Fixture, Fixtures, OrderError};
pub use functions::{CASE_TIME, NAME_PREFIX, RUN_ID};
pub use gain::{Gained, gain};
pub use generated::SHAPE_CASE;
pub use path::Path;
pub use pattern::{JsonType, Pattern};
pub use place::Place;
pub use plan::{Action, Case, Expectation, FixtureUse, Message, Origin, Places, Role, Step, Verdict, documented_status};
pub use problem::{LoadError, Page, Problem, did_you_mean};
pub use shard::{Shard, ShardError};
pub use source::{Scope, Wire};
pub use suite::{Filter, SelectError, Suite};
