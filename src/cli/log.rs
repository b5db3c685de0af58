//! What `RUST_LOG` asks for is told on standard error; without it, warnings.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// From here on events of this program and of its libraries are told.
pub fn begin() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    // It would tell the access key id of every signature.
    let filter = filter.add_directive("aws_sigv4=off".parse().expect("a constant"));
    // Where somebody listens already, as in a test, that is enough.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
