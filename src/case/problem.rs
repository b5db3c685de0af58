//! What is wrong with case files: the place, the offending text underlined, and a suggestion.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::Place;
use super::document::{Document, Span};

/// One thing that is wrong with a case file.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Where, where a place is known.
    pub place: Option<Place>,
    message: String,
    help: Option<String>,
    source: Option<NamedSource<Arc<str>>>,
    label: Option<LabeledSpan>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label.clone().map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

impl Problem {
    /// A problem of a file as a whole: it cannot be read, say.
    pub fn of_file(message: String, help: Option<String>) -> Self {
        Self { place: None, message, help, source: None, label: None }
    }

    /// A text that is not YAML.
    pub fn of_yaml(file: &str, text: &str, error: &serde_saphyr::Error) -> Self {
        let location = error.location();
        let at = location.and_then(|location| location.span().byte_offset()).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let place = location.map(|location| Place { file: file.into(), line: narrow(location.line()), column: narrow(location.column()) });
        let words = error.without_snippet().to_string();
        Self {
            place,
            message: format!("the file is not YAML: {words}"),
            help: None,
            source: Some(NamedSource::new(file, text.into())),
            label: Some(LabeledSpan::new(Some("here".to_owned()), at.min(text.len()), 1)),
        }
    }
}

/// Everything that is wrong with all files, at once.
#[derive(Debug)]
pub struct LoadError {
    problems: Vec<Problem>,
}

impl LoadError {
    /// All that is wrong, in the order of files and lines.
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| a.place.cmp(&b.place));
        // What a fixture gets wrong, those that extend it get wrong too.
        problems.dedup_by(|a, b| a.place.is_some() && a.place == b.place && a.message == b.message);
        Self { problems }
    }

    /// The single problems.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("the cases cannot be used: 1 problem"),
            count => write!(f, "the cases cannot be used: {count} problems"),
        }
    }
}

impl std::error::Error for LoadError {}

impl Diagnostic for LoadError {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// A document and what was found wrong with it so far.
#[derive(Debug)]
pub struct Page<'a> {
    /// The document.
    pub document: &'a Document,
    problems: &'a RefCell<Vec<Problem>>,
}

impl<'a> Page<'a> {
    /// A page whose problems go into `problems`.
    pub fn new(document: &'a Document, problems: &'a RefCell<Vec<Problem>>) -> Self {
        Self { document, problems }
    }

    /// Notes a problem with the value at a JSON pointer.
    pub fn value(&self, pointer: &str, message: impl Into<String>, help: Option<String>) {
        self.note(self.document.span(pointer), message.into(), help);
    }

    /// Notes a problem with the key at the end of a JSON pointer.
    pub fn key(&self, pointer: &str, message: impl Into<String>, help: Option<String>) {
        self.note(self.document.key_span(pointer), message.into(), help);
    }

    /// Notes a problem at a place of the file.
    pub fn at(&self, place: &Place, message: String) {
        let offset = self.document.offset(place);
        self.note(Span { line: place.line, column: place.column, offset, len: usize::MAX }, message, None);
    }

    fn note(&self, span: Span, message: String, help: Option<String>) {
        let place = Place { file: self.document.file.clone(), line: span.line, column: span.column };
        // A block spans many lines; its first one is enough to find it.
        let rest = &self.document.text[span.offset.min(self.document.text.len())..];
        let line = rest.find('\n').unwrap_or(rest.len());
        self.problems.borrow_mut().push(Problem {
            place: Some(place),
            message,
            help,
            source: Some(NamedSource::new(&self.document.file, self.document.text.clone())),
            label: Some(LabeledSpan::new(Some("here".to_owned()), span.offset, span.len.clamp(1, line.max(1)))),
        });
    }
}

/// `did you mean …?`, where something near exists.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    crate::model::closest(written, known).map(|near| format!("did you mean `{near}`?"))
}
