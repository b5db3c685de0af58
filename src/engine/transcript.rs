//! Exchanges as text, for snapshots: written, and read back.

use std::fmt::Write;

use serde_json::Value;
use thiserror::Error;

use super::ShownExchange;

/// One paragraph per exchange: step and operation, request, status with headers, answer.
///
/// Members of an answer stand in the order of their names: JSON gives them none, and some servers shuffle them.
pub fn of(exchanges: &[ShownExchange]) -> String {
    let mut text = String::new();
    for exchange in exchanges {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}: {}\n{:#}\n=> {}", exchange.step, exchange.operation, exchange.request, status(exchange));
        for (name, value) in &exchange.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        let mut response = exchange.response.clone();
        response.sort_all_objects();
        let _ = writeln!(text, "{response:#}\n");
    }
    text
}

fn status(exchange: &ShownExchange) -> String {
    let exit = exchange.exit_status.map(|status| format!("exit status {status}"));
    exchange.status.map(|status| status.to_string()).or(exit).unwrap_or_default()
}

/// A text that nobody wrote with [`of`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {expected} is expected, not `{found}`")]
pub struct TranscriptError {
    /// Line, from 1, where the exchanges begin.
    pub line: usize,
    /// What should stand there.
    pub expected: &'static str,
    /// What stands there, cut.
    pub found: String,
}

/// The exchanges that a text tells of.
///
/// # Errors
/// The first place where it tells of none.
pub fn read(text: &str) -> Result<Vec<ShownExchange>, TranscriptError> {
    let mut reader = Reader { text, at: 0 };
    let mut exchanges = Vec::new();
    while reader.skip_empty() {
        exchanges.push(reader.exchange()?);
    }
    Ok(exchanges)
}

/// Characters of a wrong line that an error shows.
const SHOWN: usize = 60;

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes over empty lines; whether anything is left.
    fn skip_empty(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start_matches(['\n', '\r']).len();
        !self.rest().is_empty()
    }

    fn exchange(&mut self) -> Result<ShownExchange, TranscriptError> {
        let heading = self.line();
        let named = heading.strip_prefix("# ").and_then(|heading| heading.rsplit_once(": "));
        let (step, operation) = named.ok_or_else(|| self.wrong("`# step: Operation`", heading))?;
        let request = self.json()?;
        let line = self.line();
        let status = line.strip_prefix("=> ").and_then(|status| status.trim().parse().ok());
        let status = status.ok_or_else(|| self.wrong("`=> ` and a status", line))?;
        let mut headers = Vec::new();
        while let Some((name, value)) = header(self.rest()) {
            headers.push((name.to_owned(), value.to_owned()));
            self.line();
        }
        let response = self.json()?;
        Ok(ShownExchange {
            step: step.to_owned(),
            operation: operation.to_owned(),
            request,
            status: Some(status),
            exit_status: None,
            headers,
            response,
        })
    }

    /// The line that begins here, without its end; goes behind it.
    fn line(&mut self) -> &'t str {
        let line = self.rest().split('\n').next().unwrap_or_default();
        self.at = (self.at + line.len() + 1).min(self.text.len());
        line.trim_end_matches('\r')
    }

    /// The JSON value that begins here; goes behind its line.
    fn json(&mut self) -> Result<Value, TranscriptError> {
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                match self.line() {
                    "" => Ok(value),
                    found => Err(self.wrong("the end of the line after a JSON value", found)),
                }
            }
            _ => {
                let found = self.line();
                Err(self.wrong("a JSON value", found))
            }
        }
    }

    /// What is wrong with the line that ends here.
    fn wrong(&self, expected: &'static str, found: &str) -> TranscriptError {
        let line = self.text[..self.at].lines().count().max(1);
        TranscriptError { line, expected, found: found.chars().take(SHOWN).collect() }
    }
}

/// `name: value` on the first line of a text. No JSON value begins with a lower-case word and a colon.
fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split('\n').next()?.split_once(": ")?;
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    is_name.then(|| (name, value.trim_end_matches('\r')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn exchange(step: &str, request: Value, headers: &[(&str, &str)], response: Value) -> ShownExchange {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ShownExchange {
            step: step.to_owned(),
            operation: "GetUser".to_owned(),
            request,
            status: Some(400),
            exit_status: None,
            headers,
            response,
        }
    }

    #[test]
    fn is_read_back_as_it_was_written() {
        let exchanges = [
            exchange("before 1", json!({}), &[], json!({"a": [1, 2.5, null], "b": {"c": "# x: y\n=> 200\nk: v\u{2028}\r"}})),
            exchange("request", json!("no JSON: {\n\n# request: GetUser"), &[("content-type", "a: b"), ("x-1", "")], json!("<html>\n\n")),
            exchange("then 2", json!({"b": 1, "a": "=> 1"}), &[("x-amzn-errortype", "X:")], json!([])),
            exchange("step 3", json!(null), &[], json!(-0.5)),
        ];
        assert_eq!(read(&of(&exchanges)), Ok(exchanges.to_vec()));
        assert_eq!(read(of(&exchanges).trim_end()), Ok(exchanges.to_vec()), "as insta keeps it");
        assert_eq!(read(&of(&exchanges).replace('\n', "\r\n")), Ok(exchanges.to_vec()), "as git may check it out");
    }

    #[test]
    fn the_order_of_an_answers_members_is_not_told() {
        let text = |response| of(&[exchange("request", json!({"b": 1, "a": 2}), &[], response)]);
        assert_eq!(text(json!({"a": 1, "b": {"c": 2, "d": 3}})), text(json!({"b": {"d": 3, "c": 2}, "a": 1})));
        assert!(text(json!({})).contains("{\n  \"b\": 1,\n  \"a\": 2\n}"), "a request is as the case has it");
    }

    #[rstest]
    #[case("GetUser\n{}\n=> 200\n{}", 1, "`# step: Operation`", "GetUser")]
    #[case("# request: GetUser\n{\n=> 200\n{}", 2, "a JSON value", "{")]
    #[case("# request: GetUser\n{}\n=> fine\n{}", 3, "`=> ` and a status", "=> fine")]
    #[case("# request: GetUser\n{}\n=> 200\n{} {}", 4, "the end of the line after a JSON value", " {}")]
    #[case("# request: GetUser\n{}\n=> 200\na: b\n", 4, "a JSON value", "")]
    #[case("# request: GetUser\n{}\n=> 200\n{}\n\n<<<<<<< HEAD\n", 6, "`# step: Operation`", "<<<<<<< HEAD")]
    fn what_is_no_transcript_is_told_by_its_line(
        #[case] text: &str,
        #[case] line: usize,
        #[case] expected: &'static str,
        #[case] found: &str,
    ) {
        assert_eq!(read(text), Err(TranscriptError { line, expected, found: found.to_owned() }));
    }
}
