//! Where cases come from, and choosing among them.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::case::{Filter, Suite};

/// Where cases come from.
#[derive(Debug, Clone, Default, Args)]
pub struct CaseSources {
    /// Folder of case files, instead of the ones that the program carries
    #[arg(long = "cases", global = true, value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

impl CaseSources {
    /// Loads and verifies the cases.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn load(&self) -> Result<Suite, Failure> {
        Ok(match &self.folder {
            Some(folder) => Suite::from_dir(folder)?,
            None => Suite::embedded()?,
        })
    }

    /// The folder, as a person types it.
    pub fn shown(&self) -> String {
        self.folder.as_ref().map_or_else(|| "cases".to_owned(), |folder| folder.display().to_string().trim_end_matches('/').to_owned())
    }
}

/// Which cases are meant, in libtest's words.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Cases whose name contains any of these; all when none is given
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Take the filters as whole names
    #[arg(long)]
    pub exact: bool,
    /// Leave out cases whose name contains this; may be given several times
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
}

impl Selection {
    /// As the suite wants it.
    pub fn filter(&self) -> Filter {
        Filter { filters: self.filters.clone(), exact: self.exact, skip: self.skip.clone() }
    }
}
