//! All cases as trials: against the embedded server, or against `COGNITO_CONFORMANCE_ENDPOINT`.
//!
//! `COGNITO_CONFORMANCE_TARGET` names the profile of the server at that endpoint: its capabilities and side doors.
//! `COGNITO_CONFORMANCE_BASELINE` names what is known to fail there: a file (`./known.yaml`), or a target with a built-in baseline.
//! `COGNITO_CONFORMANCE_ALLOW_AWS=1` lets requests go to the real service, with the credentials of the standard chain.

use std::path::Path;
use std::process::ExitCode;

use cognito_conformance::baseline::Baseline;
use cognito_conformance::case::Suite;
use cognito_conformance::harness::{self, ALLOW_AWS, Options};
use cognito_conformance::target::Profile;

fn main() -> ExitCode {
    match prepared() {
        Ok((options, suite)) => harness::run(suite, options).exit_code(),
        Err(report) => {
            eprintln!("{report:?}");
            ExitCode::from(2)
        }
    }
}

fn prepared() -> miette::Result<(Options, Suite)> {
    let suite = Suite::from_dir(Path::new("cases"))?;
    Ok((options(&suite)?, suite))
}

fn options(suite: &Suite) -> miette::Result<Options> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let endpoint = variable("COGNITO_CONFORMANCE_ENDPOINT").map(|text| text.parse()).transpose();
    let endpoint = endpoint.map_err(|error| miette::miette!("COGNITO_CONFORMANCE_ENDPOINT is no URL: {error}"))?;
    let profile = variable("COGNITO_CONFORMANCE_TARGET").map(|name| Profile::load(&name)).transpose()?;
    // What the embedded server answers is recorded; what another one answers is compared with that only when asked to.
    let snapshots = endpoint.is_none().then(|| Path::new("snapshots/reference").to_owned());
    let baseline = variable("COGNITO_CONFORMANCE_BASELINE").map(|name| Baseline::load(&name, suite)).transpose()?;
    let allow_aws = variable(ALLOW_AWS).is_some_and(|value| value == "1");
    Ok(Options { endpoint, profile, snapshots, baseline, allow_aws })
}
