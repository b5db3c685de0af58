//! Several reports of one run.

use std::io;

use crate::engine::{Event, Reporter};

/// Hands every event to every report. One that cannot be written gets no more events; the others, and the run, go on, and the
/// first error is told when the run ends: a closed pipe must not cost the report file, nor leave things behind on the target.
#[derive(Default)]
pub struct All<'r> {
    reporters: Vec<Box<dyn Reporter + 'r>>,
    failed: Option<io::Error>,
}

impl<'r> All<'r> {
    /// One more report.
    pub fn add(&mut self, reporter: impl Reporter + 'r) {
        self.reporters.push(Box::new(reporter));
    }
}

impl Reporter for All<'_> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let failed = &mut self.failed;
        self.reporters.retain_mut(|reporter| match reporter.event(event) {
            Ok(()) => true,
            Err(error) => {
                failed.get_or_insert(error);
                false
            }
        });
        match event {
            Event::RunFinished(_) => self.failed.take().map_or(Ok(()), Err),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Jsonl;
    use super::super::samples::{self, Closed};
    use super::*;

    #[test]
    fn one_that_cannot_be_written_stops_neither_the_others_nor_the_run() {
        let mut text = Vec::new();
        let mut all = All::default();
        all.add(Jsonl::new(Closed));
        all.add(Jsonl::new(&mut text));
        let events = samples::events();
        let results: Vec<_> = events.iter().map(|event| all.event(event)).collect();
        let (last, before) = results.split_last().expect("several events");
        assert!(before.iter().all(Result::is_ok));
        assert_eq!(last.as_ref().expect_err("told at the end").kind(), io::ErrorKind::BrokenPipe);
        drop(all);
        assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), events.len());
    }
}
