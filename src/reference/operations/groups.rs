//! Groups, and who is in them.

use super::Operation;

/// The operation of that name, if it is one of these.
pub fn find(_: &str) -> Option<Operation> {
    None
}
