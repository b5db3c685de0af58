//! Why a request is not sent.

use thiserror::Error;

use crate::case::NAME_PREFIX;
use crate::engine::messages::Medium;

/// Why a request is not sent to a live target. Each says what to do, and none shows an account's id or a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It names a pool that the run did not make.
    #[error("not sent: this run did not make the user pool `{0}`, and on a live target it touches no other; use a fixture's pool")]
    Pool(String),
    /// Whether a pool is anybody's could not be told.
    #[error("not sent: this run did not make the user pool `{pool}`, and DescribeUserPool does not say that there is none ({answer})")]
    Unsure {
        /// Its id.
        pool: String,
        /// What came back.
        answer: String,
    },
    /// It names an app client that the run did not make.
    #[error(
        "not sent: this run did not make the app client `{0}`, and on a live target it touches no other; use a fixture's client, \
         or `00000000000000000000000000` for one that does not exist"
    )]
    Client(String),
    /// It carries a session string that the run was not given.
    #[error("not sent: the session string is not one that this run was given; save it from an answer")]
    Session,
    /// It points to something outside.
    #[error("not sent: it names something outside by its ARN; name that under `resources` in the target's profile")]
    Outside,
    /// It gets something that is no document of a pool.
    #[error(
        "not sent: on a live target only `/<pool>/.well-known/jwks.json` and `/<pool>/.well-known/openid-configuration` are got by path"
    )]
    Path,
    /// Its body can be read in more than one way.
    #[error("not sent: what the body names cannot be told for sure because of its escapes; write the characters themselves")]
    Unclear,
    /// An operation that changes something which is no pool's.
    #[error("not sent: {0} reaches beyond the user pools of this run")]
    Beyond(String),
    /// A pool under a name that a sweep would not look for.
    #[error("not sent: a sweep would not find a pool without a name that begins with `{NAME_PREFIX}`; write `$unique(\"pool\")`")]
    Name,
    /// A pool whose tags leave no room, or lose those by which a sweep finds it.
    #[error("not sent: the tags by which a sweep finds the pool would be lost")]
    Tags,
    /// Somebody might get a message.
    #[error("not sent: `{0}` is not of nobody; take a number +1 206 555 01xx or an address at example.com")]
    Recipient(String),
    /// The service would send a message.
    #[error("sends a message ({0}): run with --allow-messages")]
    Message(Medium),
}
