//! What is being tested: an endpoint, its credentials, its capabilities, how to start it.
//!
//! - [`Profile`]: what is known of a server, read from a YAML file of `targets/`
//! - [`Launched`]: a server that was started for the run, and is gone with it
//! - [`Doors`]: what no API call can do: reading a code, moving the clock

mod doors;
mod hidden;
mod launch;
mod load;
mod profile;

pub use doors::{DoorError, Doors};
pub use hidden::Hidden;
pub use launch::{LaunchError, Launched, Orphan, orphans, stop_orphans};
pub use load::{ProfileError, profile_schema};
pub use profile::{Credentials, Door, HttpDoor, Method, NotImplemented, Pattern, Pointer, Profile, Ready, Start, WorkFile};
