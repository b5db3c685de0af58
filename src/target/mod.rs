//! What is being tested: an endpoint, its credentials, its capabilities, how to start it.
//!
//! - [`Profile`]: what is known of a server, read from a YAML file of `targets/`
//! - [`Launched`]: a server that was started for the run, and is gone with it
//! - [`Doors`]: what no API call can do: reading a code, moving the clock

mod door;
mod doors;
mod group;
mod hidden;
mod launch;
mod load;
mod log;
mod placeholders;
mod profile;
mod reached;
mod resources;
mod search;
mod version;

pub use door::{CommandDoor, Door, HttpDoor, LogDoor, Method, Pointer};
pub use doors::{DoorError, DoorFault, Doors};
pub use hidden::Hidden;
pub use launch::{Died, LaunchError, Launched, Orphan, orphans, stop_orphans};
pub use load::{ProfileError, built_in_files, profile_schema};
pub use profile::{Credentials, NotImplemented, Pattern, Profile, Ready, Start, WorkFile};
pub use search::Search;
