//! How a person wrote a baseline: its head, its comments, and each entry as it stands, so that an update changes only what it must.

use super::source::BaselineFile;
use super::update::Heading;
use super::write::head;
use crate::case::document::{Document, Span};

/// Spaces before each entry, where nobody wrote one.
const INDENT: usize = 2;

/// The text of a baseline, around and inside its list.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// What stands before the list.
    pub(super) before: String,
    /// The entries in their order; `None` where they are not written one a block, so that they have to be written anew.
    pub(super) blocks: Option<Vec<Block>>,
    /// What stands behind the list.
    pub(super) after: String,
    /// Spaces before each entry.
    pub(super) indent: usize,
    /// What stands before the list when all is written anew.
    pub(super) plain: String,
}

/// An entry as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The comments and empty lines above it.
    pub(super) comments: String,
    /// Its own lines.
    pub(super) lines: String,
}

impl Layout {
    /// The layout of a baseline with that many entries.
    pub(super) fn of(document: &Document, entries: usize) -> Self {
        let text = Text { lines: document.text.split_inclusive('\n').collect() };
        let (keys, plain) = (top_level(document), plain(document, &text));
        let Some(at) = keys.iter().position(|(name, span)| name == "known" && span.column == 1) else {
            return Self { before: plain.clone(), indent: INDENT, plain, ..Self::default() };
        };
        let (begin, end) = (line_of(&keys[at].1), keys.get(at + 1).map_or(text.lines.len(), |(_, span)| line_of(span)));
        let spans: Vec<Span> = (0..entries).map(|entry| document.span(&format!("/known/{entry}"))).collect();
        let blocks = text.blocks(&spans, begin + 1, end);
        let indent = spans.first().filter(|_| blocks.is_some()).map_or(INDENT, |span| text.indent(line_of(span)));
        let close = text.margin_before(end, begin + 1, spans.last().map_or(usize::MAX, |span| span.column as usize));
        Self { before: text.part(0, begin), blocks, after: text.part(close, text.lines.len()), indent, plain }
    }

    /// A layout for a file that is written for the first time.
    pub(super) fn new(heading: &Heading) -> Self {
        let schema = heading.schema.iter().map(|path| format!("# yaml-language-server: $schema={path}\n"));
        let members = head(heading.target.as_deref(), heading.version.as_deref());
        let before: String = schema.chain([members]).collect();
        Self { plain: before.clone(), before, indent: INDENT, ..Self::default() }
    }
}

/// The comments that the file begins with, and the members before the list.
fn plain(document: &Document, text: &Text<'_>) -> String {
    let file = BaselineFile::of(document);
    let members = file.map(|file| head(file.target.as_deref(), file.version.as_deref()));
    text.leading_comments() + &members.unwrap_or_default()
}

/// The members of the file and where their names stand, in their order.
fn top_level(document: &Document) -> Vec<(String, Span)> {
    let value = document.value();
    let names = value.as_object().into_iter().flat_map(|members| members.keys());
    names.map(|name| (name.clone(), document.key_span(&format!("/{name}")))).collect()
}

/// Position among the lines, from 0.
fn line_of(span: &Span) -> usize {
    (span.line as usize).saturating_sub(1)
}

/// The lines of a file, each with its end.
struct Text<'t> {
    lines: Vec<&'t str>,
}

impl Text<'_> {
    fn part(&self, from: usize, to: usize) -> String {
        let mut part = self.lines.get(from..to).unwrap_or_default().concat();
        if !part.is_empty() && !part.ends_with('\n') {
            part.push('\n');
        }
        part
    }

    fn indent(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
    }

    fn leading_comments(&self) -> String {
        let count = self.lines.iter().take_while(|line| line.starts_with('#')).count();
        self.part(0, count)
    }

    /// Whether the line is empty or a comment. One that is indented further than the members of an entry may be text of a value.
    fn is_margin(&self, line: usize, column: usize) -> bool {
        let text = self.lines[line].trim();
        text.is_empty() || (text.starts_with('#') && self.indent(line) < column)
    }

    /// The first of the comments and empty lines that stand directly before a line, none before `limit`.
    fn margin_before(&self, line: usize, limit: usize, column: usize) -> usize {
        let mut first = line;
        while first > limit && self.is_margin(first - 1, column) {
            first -= 1;
        }
        first
    }

    /// The entries as they stand, where each begins with a dash on a line of its own, all at the same depth.
    fn blocks(&self, spans: &[Span], begin: usize, end: usize) -> Option<Vec<Block>> {
        let starts: Vec<usize> = spans.iter().map(line_of).collect();
        let indent = starts.first().map_or(0, |start| self.indent(*start));
        let is_item =
            |start: &usize| self.lines.get(*start).is_some_and(|line| line.trim_start().starts_with("- ")) && self.indent(*start) == indent;
        if !starts.is_sorted_by(|one, other| one < other)
            || !starts.iter().all(is_item)
            || starts.first().is_some_and(|first| *first < begin)
        {
            return None;
        }
        let column = |at: usize| spans[at].column as usize;
        let heads: Vec<usize> = (0..starts.len())
            .map(|at| self.margin_before(starts[at], if at == 0 { begin } else { starts[at - 1] + 1 }, column(at)))
            .collect();
        let close = starts.last().map(|last| self.margin_before(end, last + 1, column(starts.len() - 1)));
        let ends = heads.iter().skip(1).copied().chain(close);
        let blocks = starts.iter().zip(&heads).zip(ends);
        Some(blocks.map(|((start, head), end)| Block { comments: self.part(*head, *start), lines: self.part(*start, end) }).collect())
    }
}
