//! A workflow command, escaped as GitHub documents it.

use std::fmt;

use crate::case::Place;
use crate::report::run_result::RunResult;

/// What GitHub makes of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Red.
    Error,
    /// Yellow.
    Warning,
    /// To know.
    Notice,
}

/// A place in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    /// The file, from the root of the repository.
    file: String,
    /// From 1.
    line: u32,
    /// From 1.
    column: Option<u32>,
}

impl At {
    /// A line of a file as its user named it.
    pub(super) fn line(file: &str, line: u32) -> Self {
        Self { file: from_root(file), line, column: None }
    }

    /// A place in a case file.
    pub(super) fn case(place: &Place, result: &RunResult) -> Self {
        let file = from_root(&format!("{}/{}", result.cases_folder, place.file));
        Self { file, line: place.line, column: Some(place.column) }
    }
}

/// GitHub knows `cases/a.yaml`, not `./cases/a.yaml`.
fn from_root(file: &str) -> String {
    file.trim_start_matches("./").to_owned()
}

/// One annotation. It is printed as one line, whatever stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Annotation {
    /// How bad it is.
    pub(super) level: Level,
    /// Where to look; `None` for the run as a whole.
    pub(super) place: Option<At>,
    /// In a few words.
    pub(super) title: String,
    /// The message.
    pub(super) lines: Vec<String>,
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        write!(f, "::{level} ")?;
        if let Some(At { file, line, column }) = &self.place {
            write!(f, "file={},line={line},", property(file))?;
            column.iter().try_for_each(|column| write!(f, "col={column},"))?;
        }
        writeln!(f, "title={}::{}", property(&self.title), message(&self.lines.join("\n")))
    }
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_ends_it() {
        let place = Some(At::line("./a,b:c%.yaml", 3));
        let lines = vec!["100%\r\n::stop-commands::x".to_owned(), "::set-output name=a::b".to_owned()];
        let annotation = Annotation { level: Level::Error, place, title: "t::error::\n,file=x".to_owned(), lines };
        assert_eq!(
            annotation.to_string(),
            "::error file=a%2Cb%3Ac%25.yaml,line=3,title=t%3A%3Aerror%3A%3A%0A%2Cfile=x::\
             100%25%0D%0A::stop-commands::x%0A::set-output name=a::b\n"
        );
    }
}
