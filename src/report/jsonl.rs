//! One event a line, as it happens: `--format jsonl`, for programs that follow a run.

use std::io::{self, Write};

use super::untrusted;
use crate::engine::{Event, Reporter};

/// Writes each event as one line of JSON and flushes it.
#[derive(Debug)]
pub struct Jsonl<W> {
    output: W,
}

impl<W: Write + Send> Jsonl<W> {
    /// Events go to `output`.
    pub fn new(output: W) -> Self {
        Self { output }
    }
}

impl<W: Write + Send> Reporter for Jsonl<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let line = untrusted::json(&serde_json::to_string(event)?) + "\n";
        self.output.write_all(line.as_bytes())?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_line_is_an_event() {
        let mut text = Vec::new();
        samples::play(&mut Jsonl::new(&mut text));
        let text = String::from_utf8(text).expect("UTF-8");
        let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(events.first().map(|event| &event["event"]), Some(&"run-started".into()));
        assert_eq!(events.iter().filter(|event| event["event"] == "case-finished").count(), 13);
        let last = events.last().expect("several events");
        assert_eq!(last["event"], "run-finished");
        assert_eq!(last["total"]["coverage"], 9.0 / 13.0);
    }
}
