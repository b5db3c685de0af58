//! `targets list`: the servers that have a profile.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use crate::cli::Failure;
use crate::cli::form::Form;
use crate::exit;
use crate::target::{Profile, ProfileError};

/// Arguments of `targets list`.
#[derive(Debug, Args)]
pub struct List {
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    pub format: Form,
}

#[derive(Serialize)]
struct Row {
    name: String,
    version: Option<String>,
    capabilities: Vec<String>,
    install: Option<String>,
    about: String,
}

impl From<Profile> for Row {
    fn from(profile: Profile) -> Self {
        let mut capabilities: Vec<_> = profile.doors.into_keys().chain(profile.capabilities).collect();
        capabilities.sort_unstable();
        Self { name: profile.name, version: profile.version, capabilities, install: profile.install, about: profile.about }
    }
}

impl List {
    pub(super) fn execute(&self, out: &mut dyn Write) -> Result<u8, Failure> {
        let rows = Profile::built_in_names().into_iter().map(|name| Profile::load(name).map(Row::from));
        let rows = rows.collect::<Result<Vec<_>, ProfileError>>()?;
        match self.format {
            Form::Human => out.write_all(table(&rows).as_bytes())?,
            Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(&rows).map_err(std::io::Error::from)?)?,
        }
        Ok(exit::CONFORMS)
    }
}

fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(|row| {
        let capabilities = if row.capabilities.is_empty() { "-".to_owned() } else { row.capabilities.join(", ") };
        [row.name.clone(), row.version.clone().unwrap_or_else(|| "-".to_owned()), capabilities, row.install.clone().unwrap_or_default()]
    });
    let heading = ["name", "version", "capabilities", "install"].map(str::to_owned);
    let cells: Vec<_> = std::iter::once(heading).chain(cells).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| format!("{:3$}  {:4$}  {:5$}  {6}", row[0], row[1], row[2], widths[0], widths[1], widths[2], row[3]);
    cells.iter().map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_built_in_profile_with_its_capabilities() {
        let mut text = Vec::new();
        List { format: Form::Human }.execute(&mut text).expect("lists");
        let text = String::from_utf8(text).expect("UTF-8");
        assert_eq!(text.lines().count(), Profile::built_in_names().len() + 1);
        let line = text.lines().find(|line| line.starts_with("reference ")).expect("a line");
        assert!(line.contains("access_token, clock, codes"), "{line}");
    }
}
