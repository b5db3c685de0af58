//! Gathers a run and renders it when it ends.

use std::io;

use super::Format;
use super::human::Look;
use super::output::Output;
use super::run_result::{Context, RunResult};
use crate::engine::{Event, Reporter};

/// Gathers a run and renders it when it ends, to as many places as asked for.
pub struct Ending<'o> {
    result: RunResult,
    look: Look,
    documents: Vec<(Format, Box<dyn Output + 'o>)>,
}

impl<'o> Ending<'o> {
    /// A run that was asked for so.
    pub fn new(context: Context, look: Look) -> Self {
        Self { result: RunResult::begin(context), look, documents: Vec::new() }
    }

    /// Also in this format, to this place.
    pub fn add(&mut self, format: Format, output: impl Output + 'o) {
        self.documents.push((format, Box::new(output)));
    }

    fn open(&mut self, event: &Event) -> io::Result<()> {
        let Event::RunStarted(run) = event else { return Ok(()) };
        let look = &self.look;
        let openings = self.documents.iter_mut().filter_map(|(format, output)| Some((format.opening(run, look)?, output)));
        for (text, output) in openings {
            output.put(text.as_bytes())?;
        }
        Ok(())
    }

    /// Every document, whatever becomes of the others; the first trouble is told.
    fn close(&mut self) -> io::Result<()> {
        let mut told = Ok(());
        for (format, output) in &mut self.documents {
            let done = format.render(&self.result, &self.look).and_then(|text| output.put(text.as_bytes()));
            told = told.and(done);
        }
        told
    }
}

impl Reporter for Ending<'_> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.open(event)?;
        if self.result.take(event) { self.close() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, Closed};
    use super::*;

    #[test]
    fn one_document_that_cannot_be_written_does_not_stop_the_others() {
        let mut text = Vec::new();
        let mut ending = Ending::new(Context::default(), Look::default());
        ending.add(Format::Json, Closed);
        ending.add(Format::Json, &mut text);
        let results: Vec<_> = samples::events().iter().map(|event| ending.event(event)).collect();
        let (last, before) = results.split_last().expect("several events");
        assert!(before.iter().all(Result::is_ok));
        assert_eq!(last.as_ref().expect_err("told at the end").kind(), io::ErrorKind::BrokenPipe);
        drop(ending);
        assert!(text.ends_with(b"}\n"));
    }
}
