//! `snapshots promote`: recorded answers become evidence.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::case::{Case, Gained, Source, Suite, gain};
use crate::cli::{Failure, Global};
use crate::exit;
use crate::judge::Finding;
use crate::recording::{Promotion, Recording};
use crate::report::figures::count;
use crate::report::{Output, ReportFile, untrusted};

/// Arguments of `snapshots promote`.
#[derive(Debug, Args)]
pub struct Promote {
    /// A recording of the real service
    #[arg(value_name = "DIR")]
    pub recording: PathBuf,
    /// Write the evidence into the case files of --cases
    #[arg(long)]
    pub write: bool,
}

impl Promote {
    pub(super) fn execute(&self, global: &Global, out: &mut dyn Write) -> Result<u8, Failure> {
        let folder = self.folder(global)?;
        let suite = global.sources.load()?;
        let promotion = Promotion::new(&Recording::read(&self.recording)?, &suite)?;
        contradicted(&promotion, &global.sources.shown(), out)?;
        if !global.quiet {
            undecided(&promotion, out)?;
        }
        match folder {
            Some(folder) => write(&promotion, folder, out)?,
            None => would_write(&promotion, out)?,
        }
        let figures = [
            format!("{} confirmed", count(promotion.confirmed.len(), "case")),
            format!("{} contradicted", promotion.contradicted.len()),
            format!("{} cannot be judged", promotion.undecided.values().map(Vec::len).sum::<usize>()),
        ];
        writeln!(out, "{}", figures.join(", "))?;
        Ok(if promotion.contradicted.is_empty() { exit::CONFORMS } else { exit::FAILED })
    }

    /// Where to write, where that is asked for.
    fn folder<'g>(&self, global: &'g Global) -> Result<Option<&'g Path>, Failure> {
        let folder = global.sources.folder.as_deref().filter(|_| self.write);
        if self.write && folder.is_none() {
            let help = "name their folder: `--cases cases`".to_owned();
            return Err(Failure::argument("--write needs case files to write; the program carries its own", help));
        }
        Ok(folder)
    }
}

fn contradicted(promotion: &Promotion<'_>, cases: &str, out: &mut dyn Write) -> std::io::Result<()> {
    for (case, findings) in &promotion.contradicted {
        let place = case.place.as_ref().map(|place| format!(" ({cases}/{place})")).unwrap_or_default();
        writeln!(out, "contradicted: {}{place}", case.name)?;
        for Finding { step, operation, check, path, fault, .. } in findings {
            let path = if path.is_empty() { String::new() } else { format!(" {path}") };
            writeln!(out, "  {step}, {operation}: {check}{path}")?;
            writeln!(out, "    expected  {}", untrusted::line(&fault.expected()))?;
            writeln!(out, "    recorded  {}", untrusted::line(&fault.actual()))?;
        }
        for source in &case.evidence.sources {
            writeln!(out, "    evidence  {source}")?;
        }
    }
    Ok(())
}

/// Names of cases that are listed for one reason.
const NAMED: usize = 5;

fn undecided(promotion: &Promotion<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    for (reason, cases) in &promotion.undecided {
        let named = cases.iter().take(NAMED).map(|case| case.name.as_str()).collect::<Vec<_>>().join(", ");
        let left = cases.len().saturating_sub(NAMED);
        let more = if left == 0 { String::new() } else { format!(", … and {left} more") };
        writeln!(out, "cannot be judged, {}: {named}{more}", untrusted::line(reason))?;
    }
    Ok(())
}

fn would_write(promotion: &Promotion<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    promotion.confirmed.iter().try_for_each(|(case, source)| writeln!(out, "confirmed: {}: {source}", case.name))
}

fn write(promotion: &Promotion<'_>, folder: &Path, out: &mut dyn Write) -> Result<(), Failure> {
    let mut by_file: BTreeMap<&str, BTreeMap<String, Source>> = BTreeMap::new();
    for (case, source) in &promotion.confirmed {
        by_file.entry(file(case)).or_default().insert(case.name.clone(), source.clone());
    }
    for (file, gained) in by_file {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).map_err(|reason| Failure::Read { path: path.clone(), reason })?;
        let Gained { text, written, left } = gain(file, &text, &gained);
        if !written.is_empty() {
            ReportFile::create(&path)?.put(text.as_bytes())?;
            writeln!(out, "{}: evidence of {}", path.display(), count(written.len(), "case"))?;
        }
        for (case, why) in left {
            writeln!(out, "left as it was: {case}: {why}")?;
        }
    }
    // What was written is read as every run will read it.
    Suite::from_dir(folder)?;
    Ok(())
}

fn file(case: &Case) -> &str {
    case.place.as_ref().map_or("", |place| place.file.as_ref())
}
