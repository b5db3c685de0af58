//! Markdown, for a GitHub step summary or a comment.
//!
//! - `inline`: foreign text as code, and as prose that is only prose
//! - `sections`: what is told beside the failures
//! - `failures`: the failures, those of one cause together

mod failures;
pub(crate) mod inline;
mod sections;

use super::run_result::RunResult;

/// Bytes of the document. GitHub takes 1 MiB of a step and drops all of it where there is more; the rest is for what others write.
const LIMIT: usize = 1_000_000;

/// The figures first, then what is to be done about them. Each part stands by itself, so that the document can be cut after any.
pub(super) fn render(result: &RunResult) -> String {
    let parts = [
        sections::heading(result),
        sections::operations(result),
        sections::causes(result),
        failures::parts(result),
        sections::stale(result),
        sections::flaky(result),
        sections::known(result),
        sections::left_behind(result),
    ];
    fit(parts.concat(), LIMIT)
}

/// As many parts as there is room for, and how many there are more.
fn fit(parts: Vec<String>, limit: usize) -> String {
    let number = parts.len();
    let mut text = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        if text.len() + part.len() > limit {
            let note = "GitHub takes no more in one summary. The whole is in the other reports.";
            return text + &format!("\n**Cut here: {} of {number} parts are left out.** {note}\n", number - at);
        }
        let gap = if text.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{part}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// `UPDATE_SAMPLES=1 cargo test report` writes it anew.
    #[test]
    fn tells_figures_then_what_is_to_be_done() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/markdown/sample.md");
        let text = render(&samples::result());
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            std::fs::write(path, &text).expect("write the sample");
        }
        assert_eq!(text, std::fs::read_to_string(path).expect("the sample"));
    }

    #[test]
    fn is_cut_between_parts_and_says_so() {
        let text = fit(vec!["one".to_owned(), "two".to_owned(), "x".repeat(50), "four".to_owned()], 40);
        assert!(text.starts_with("one\n\ntwo\n\n**Cut here: 2 of 4 parts are left out.**"), "{text}");
        assert_eq!(fit(vec!["one".to_owned()], 3), "one\n");
    }
}
