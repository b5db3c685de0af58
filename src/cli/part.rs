//! Which of the selected cases are run: what is left of an earlier run, and one shard of several.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use crate::case::{Filter, Shard, Suite};
use crate::engine::{self, Outcome};
use crate::report::RunResult;

const INTERRUPTED: &str = "the earlier run was interrupted: cases that it had not begun are not in its report, and are not run";

/// Names that an error lists.
const NAMED: usize = 10;

/// Arguments that leave a part of the selected cases.
#[derive(Debug, Clone, Default, Args)]
pub struct Part {
    /// Run only what did not pass in the report of an earlier run (`--report FILE`)
    #[arg(long, value_name = "FILE")]
    pub rerun_failed: Option<PathBuf>,
    /// Run only one part of several, for machines that run at the same time: 2/4 is the second of four
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

/// What is to be run.
#[derive(Debug)]
pub(super) struct Choice {
    /// Cases, by name. There may be none.
    pub(super) names: Vec<String>,
    /// The shard that they are.
    pub(super) part: Option<engine::Part>,
    /// What the user should know of it.
    pub(super) notes: Vec<String>,
}

impl Part {
    /// The cases that are left: first those that the filter selects, then those that did not pass, then those of the shard.
    ///
    /// # Errors
    /// The filter matches nothing, the report cannot be read, or it names cases that the suite has not.
    pub(super) fn choose(&self, suite: &Suite, filter: &Filter) -> Result<Choice, Failure> {
        let (mut cases, mut notes) = (suite.select(filter)?, Vec::new());
        if let Some(path) = &self.rerun_failed {
            let earlier = RunResult::read(path)?;
            let not_passed = not_passed(&earlier);
            known(&not_passed, path, suite)?;
            cases.retain(|case| not_passed.contains(case.name.as_str()));
            notes.extend(earlier.summary.interrupted.then(|| INTERRUPTED.to_owned()));
        }
        let all_passed = cases.is_empty();
        let part = self.shard.map(|shard| engine::Part::split(shard, &mut cases));
        notes.extend(match (all_passed, &part) {
            (true, _) => Some("all selected cases passed last time: there is nothing to run".to_owned()),
            (false, Some(part)) if cases.is_empty() => {
                Some(format!("no selected case is in shard {}: there is nothing to run", part.shard))
            }
            _ => None,
        });
        Ok(Choice { names: cases.into_iter().map(|case| case.name.clone()).collect(), part, notes })
    }
}

fn not_passed(earlier: &RunResult) -> BTreeSet<&str> {
    earlier.cases.iter().filter(|case| case.outcome != Outcome::Pass).map(|case| case.name.as_str()).collect()
}

/// A case that is no longer there cannot be run again, and must not be forgotten silently.
fn known(names: &BTreeSet<&str>, path: &Path, suite: &Suite) -> Result<(), Failure> {
    let gone: Vec<_> = names.iter().filter(|name| suite.case(name).is_none()).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut names: Vec<_> = gone.iter().take(NAMED).map(|name| format!("`{}`", crate::report::untrusted::line(name))).collect();
    names.extend((gone.len() > NAMED).then(|| format!("and {} more", gone.len() - NAMED)));
    let message = format!("{} names cases that the suite does not have: {}", path.display(), names.join(", "));
    Err(Failure::argument(message, "another version of the suite wrote it; run without `--rerun-failed` and write a new one".to_owned()))
}
