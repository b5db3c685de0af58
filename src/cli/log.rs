//! What `RUST_LOG` asks for is told on standard error; without it, warnings of this program.

use tracing_subscriber::EnvFilter;

/// From here on events of this program, and those of its libraries that somebody asks for, are told.
pub fn begin() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("cognito_conformance=warn"));
    // It would tell the access key id of every signature.
    let filter = filter.add_directive("aws_sigv4=off".parse().expect("a constant"));
    // Where somebody listens already, as in a test, that is enough.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
