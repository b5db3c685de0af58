//! The command line: one file per subcommand, arguments and output only.

pub mod access;
pub mod audit;
pub mod baseline;
mod case_sources;
pub mod check;
mod colour;
pub mod command_line;
pub mod compare;
pub mod completions;
pub mod coverage;
pub mod endpoint;
mod failure;
pub mod form;
pub mod iam_policy;
pub mod list;
mod live;
mod log;
pub mod merge;
pub mod model;
mod opened;
pub mod part;
mod place;
pub mod politeness;
pub mod record;
pub mod rendering;
pub mod report;
pub mod run;
pub mod running;
pub mod schema;
pub mod serve;
pub mod show;
mod signal;
pub mod snapshots;
pub mod sweep;
pub mod targets;
pub mod via;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use colour::Colour;
pub use failure::Failure;

use case_sources::CaseSources;

/// Where does an endpoint answer as Amazon Cognito user pools (cognito-idp) do, and where not?
#[derive(Debug, Parser)]
#[command(version, max_term_width = 120, after_help = EXIT_CODES)]
pub struct Cli {
    /// Options that every subcommand has.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0    the target conforms
  1    a case failed, or passed although it is listed as a known failure
  2    the run itself could not be done: arguments, case files, nothing selected
  3    too much could not be observed: no connection, time-outs, throttling, coverage below --min-coverage
  130  interrupted, after clean-up";

/// Options that every subcommand has.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Where cases come from.
    #[command(flatten)]
    pub sources: CaseSources,
    /// Print only failures and the last line; no progress bar
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colour in what is printed; `auto` follows the terminal and NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value_t, value_enum)]
    pub color: Colour,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run cases against an endpoint; without one, against the embedded server
    Run(Box<run::Run>),
    /// Render the result of an earlier run: HTML, JUnit, GitHub annotations, Markdown, and more
    Report(report::Report),
    /// Several results side by side: figures, what changed, and claims that most targets contradict
    Compare(compare::Compare),
    /// Put the results of a run's shards together, and gate on the whole
    Merge(merge::Merge),
    /// Keep what an endpoint answers in a folder, to compare with or to learn from
    Record(Box<record::Record>),
    /// Recordings: what moved between two of them, and which cases they are evidence for
    Snapshots(snapshots::Snapshots),
    /// List cases
    List(list::List),
    /// Show a case: what it sends, what must come back, why, and how to send it by hand
    Show(show::Show),
    /// Run the embedded server until it is interrupted
    Serve(serve::Serve),
    /// Load and verify all case files, without any endpoint
    Check(check::Check),
    /// What the cases claim and what they do not: operations, documented errors, evidence
    Coverage(coverage::CoverageArgs),
    /// Run the cases against servers that are wrong on purpose, and tell what slips through
    Audit(audit::Audit),
    /// Print the IAM policy that is just enough for a run of these cases, and for `sweep`
    IamPolicy(iam_policy::IamPolicy),
    /// Remove what killed runs left behind on their targets
    Sweep(sweep::Sweep),
    /// What is known of servers: list, show and examine profiles, write a new one
    Targets(targets::Targets),
    /// Print the JSON Schema of a kind of file, for editors
    Schema(schema::Schema),
    /// The service model: import a published one, compare two, show an operation
    Model(model::ModelArgs),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

impl Command {
    /// Does it, with text for people and programs to `out`; gives the exit code.
    ///
    /// # Errors
    /// It could not be done; see [`Failure::code`].
    pub fn execute(&self, global: &Global, out: &mut (dyn Write + Send)) -> Result<u8, Failure> {
        match self {
            Self::Run(run) => run.execute(global, out),
            Self::Report(report) => report.execute(global, out),
            Self::Compare(compare) => compare.execute(global, out),
            Self::Merge(merge) => merge.execute(global, out),
            Self::Record(record) => record.execute(global, out),
            Self::Snapshots(snapshots) => snapshots.execute(global, out),
            Self::List(list) => list.execute(global, out),
            Self::Show(show) => show.execute(global, out),
            Self::Serve(serve) => serve.execute(out),
            Self::Check(check) => check.execute(global, out),
            Self::Coverage(coverage) => coverage.execute(global, out),
            Self::Audit(audit) => audit.execute(global, out),
            Self::IamPolicy(policy) => policy.execute(global, out),
            Self::Sweep(sweep) => sweep.execute(global, out),
            Self::Targets(targets) => targets.execute(global, out),
            Self::Schema(schema) => schema.execute(out),
            Self::Model(model) => model.execute(global, out),
            Self::Completions(completions) => completions.execute(out),
        }
    }
}

/// Reads the arguments, does what they say, and tells what went wrong in one message on standard error.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log::begin();
    cli.global.color.set_up_messages();
    let mut out = std::io::stdout();
    let done = cli.command.execute(&cli.global, &mut out).and_then(|code| Ok(out.flush().map(|()| code)?));
    ExitCode::from(done.unwrap_or_else(Failure::tell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_names_the_exit_codes_as_they_are() {
        use crate::exit::{CONFORMS, FAILED, INTERRUPTED, NOT_OBSERVED, NOT_RUN};
        let listed: Vec<u8> = EXIT_CODES.lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
        assert_eq!(listed, [CONFORMS, FAILED, NOT_RUN, NOT_OBSERVED, INTERRUPTED]);
    }
}
