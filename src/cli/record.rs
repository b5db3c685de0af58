//! `record`: what a target answers is kept in a folder.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::endpoint::environment;
use super::run::verdict;
use super::running::Running;
use super::{Failure, Global};
use crate::case::{Origin, Suite};
use crate::engine::Config;
use crate::exit;
use crate::recording::{Recorder, Selected, Setting, Written};
use crate::report::figures::count;
use crate::report::{All, Progress, untrusted};

/// Arguments of `record`.
#[derive(Debug, Args)]
pub struct Record {
    /// Which cases, against what, how many at once and how long.
    #[command(flatten)]
    pub running: Running,
    /// Folder for the exchanges: a new one, or one that was recorded into before
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Names of cases that are listed for one reason.
const NAMED: usize = 5;

impl Record {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let suite = Arc::new(global.sources.load()?);
        let filter = self.running.selection.filter();
        let names = recorded(&suite, &filter)?;
        let against = self.running.endpoint.against(&environment)?;
        let mut recorder = Recorder::open(&self.out, Selected::from(&filter), names.clone())?;
        let done = self.running.go(suite.clone(), &names, &against, async |config| {
            recorder.begin(setting(&config))?;
            let mut all = All::default();
            if !global.quiet && std::io::stderr().is_terminal() {
                all.add(Progress::new());
            }
            all.add(&mut recorder);
            Ok((config, all))
        });
        match recorder.finish(&suite)? {
            Some(written) => {
                self.tell(&written, global.quiet, out)?;
                done?;
                Ok(verdict(&written.summary.with_all_listed(), None))
            }
            None => done.map(|()| exit::INTERRUPTED),
        }
    }

    fn tell(&self, written: &Written, quiet: bool, out: &mut dyn Write) -> std::io::Result<()> {
        let Written { about, removed, .. } = written;
        let figures = &about.figures;
        let lists = about.not_observed.iter().map(|gap| (format!("not observed, {}", gap.reason), &gap.cases));
        let lists = lists.chain(about.kept.iter().map(|kept| (format!("kept as recorded on {}", kept.recorded), &kept.cases)));
        let lists = lists.chain((!removed.is_empty()).then(|| ("removed, no longer in the suite".to_owned(), removed)));
        for (reason, cases) in lists.filter(|_| !quiet) {
            writeln!(out, "{}: {}", untrusted::line(&reason), some_of(cases))?;
        }
        let whole = format!("{} of {}", figures.recorded, count(figures.selected, "case"));
        writeln!(out, "recorded {whole} of {} into {}: {}", untrusted::line(&about.of()), self.out.display(), about.state)
    }
}

/// The cases whose exchanges are kept. One about the shape of answers has none of its own: it looks at those of all others.
fn recorded(suite: &Suite, filter: &crate::case::Filter) -> Result<Vec<String>, Failure> {
    let selected = suite.select(filter)?;
    let names: Vec<_> = selected.iter().filter(|case| case.origin != Origin::Shape).map(|case| case.name.clone()).collect();
    if names.is_empty() {
        let help = "they look at the answers to other cases; record those".to_owned();
        return Err(Failure::argument("only cases about shapes are selected, which have no exchanges of their own", help));
    }
    Ok(names)
}

fn setting(config: &Config) -> Setting {
    Setting {
        target: config.profile.name.clone(),
        endpoint: config.client.endpoint.clone(),
        live: config.profile.live,
        region: config.client.region.clone(),
    }
}

fn some_of(cases: &[String]) -> String {
    let named = cases.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let left = cases.len().saturating_sub(NAMED);
    if left == 0 { named } else { format!("{named}, … and {left} more (see recording.json)") }
}
