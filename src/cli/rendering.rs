//! `--as FORMAT[=FILE]`: what a result is rendered to, and where it goes.

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;

use super::failure::Failure;
use crate::report::{Format, Output, ReportFile};

/// A format, and the file that it goes to; without one, standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering<F = Format> {
    /// The format.
    pub format: F,
    /// The file.
    pub file: Option<PathBuf>,
}

impl<F> Rendering<F> {
    /// Writes it where it goes.
    pub(super) fn put(&self, text: &str, out: &mut dyn Write) -> Result<(), Failure> {
        match &self.file {
            Some(path) => ReportFile::create(path)?.put(text.as_bytes())?,
            None => out.write_all(text.as_bytes())?,
        }
        Ok(())
    }
}

impl<F: ValueEnum> FromStr for Rendering<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').map_or((text, None), |(format, file)| (format, Some(file)));
        if file == Some("") {
            return Err(format!("no file after `{format}=`"));
        }
        let format = F::from_str(format, false).map_err(|_| format!("no such format; there are {}", names::<F>()))?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

fn names<F: ValueEnum>() -> String {
    let values = F::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("github", Format::Github, None)]
    #[case("html=a=b.html", Format::Html, Some("a=b.html"))]
    fn reads_a_format_and_a_file(#[case] text: &str, #[case] format: Format, #[case] file: Option<&str>) {
        assert_eq!(text.parse(), Ok(Rendering { format, file: file.map(PathBuf::from) }));
    }

    #[rstest]
    #[case("html=", "no file after `html=`")]
    #[case("pdf=x", "no such format; there are human, json, junit, github, markdown, tap, badge, html")]
    fn refuses_what_it_cannot_write(#[case] text: &str, #[case] message: &str) {
        assert_eq!(text.parse::<Rendering>(), Err(message.to_owned()));
    }
}
