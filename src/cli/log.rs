//! What `RUST_LOG` asks for is told on standard error; without it, warnings of this program.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// From here on events of this program, and those of its libraries that somebody asks for, are told.
pub fn begin() {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("cognito_conformance=warn"));
    let told = tracing_subscriber::registry().with(filter_fn(is_no_secret)).with(asked).with(fmt::layer().with_writer(std::io::stderr));
    // Where somebody listens already, as in a test, that is enough.
    let _ = told.try_init();
}

/// The AWS SDK tells of access keys and accounts when all goes well.
fn is_no_secret(event: &Metadata<'_>) -> bool {
    !event.target().starts_with("aws_") || *event.level() <= Level::WARN
}
