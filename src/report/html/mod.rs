//! One self-contained HTML page: of one result, or of several side by side, a column for each target.
//!
//! What can be read without a script (figures, scoreboard, defects, causes, the list of cases) is HTML that a template writes. What
//! a person opens case by case (evidence, findings, exchanges) lies beside it as JSON, and the page's script shows it.
//!
//! - `visible`: text from a target made fit for a page
//! - `merged`: each case with what every target made of it
//! - `name`, `texts`: names as links, and texts kept once
//! - `compared`: what a comparison found, as it is given to the page
//! - `targets`, `scoreboard`, `defects`, `causes`, `listing`: the sections of the page, ready for the template
//! - `island`: the JSON beside them
//! - `document`: all of it in one file, under a policy that lets nothing else run

mod causes;
pub mod compared;
mod defects;
mod document;
mod island;
mod listing;
mod merged;
mod name;
mod scoreboard;
mod targets;
mod texts;
mod visible;

use std::io;

use self::compared::Compared;
use self::document::View;
use super::run_result::RunResult;

/// The page of one result.
///
/// # Errors
/// Never, for a result that a run brought.
pub(super) fn render(result: &RunResult) -> io::Result<String> {
    page(std::slice::from_ref(result), &Compared::default())
}

/// The page of several results side by side, in the order given: one column for each, and what their comparison found. With one result and
/// nothing found, that result's page.
///
/// # Errors
/// Never, for results that runs brought.
pub fn page(results: &[RunResult], compared: &Compared) -> io::Result<String> {
    let labels = targets::labels(results, &compared.labels);
    let cases = merged::merge(results);
    let view = View {
        several: results.len() > 1,
        scoreboard: scoreboard::rows(results),
        defects: if let [result] = results { defects::find(result) } else { Vec::new() },
        causes: causes::of_all(results, &labels),
        sections: listing::sections(&cases),
        filters: listing::filters(&cases),
        targets: targets::all(results, &labels),
        suite: env!("CARGO_PKG_VERSION"),
        compared,
    };
    document::assemble(&view, &island::json(results, &labels, &cases)?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use aws_lc_rs::digest;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde_json::Value;

    use super::*;
    use crate::report::samples;

    fn page(results: &[RunResult]) -> io::Result<String> {
        super::page(results, &Compared::default())
    }

    /// What a server under test may answer; the browser's tests open its page.
    fn hostile() -> RunResult {
        RunResult::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/hostile.json"))).expect("a result")
    }

    /// The text between the last of these openings and the closing that follows.
    fn inside<'a>(page: &'a str, opening: &str, closing: &str) -> &'a str {
        let (_, after) = page.rsplit_once(opening).expect("opens");
        after.split_once(closing).expect("closes").0
    }

    #[test]
    fn the_policy_allows_this_script_and_this_style_and_nothing_else() {
        let page = page(&[samples::result(), hostile()]).expect("renders");
        let policy = inside(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"").replace("&#x27;", "'").replace("&#x2f;", "/");
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes())));
        let script = hash(inside(&page, "<script>", "</script>"));
        let style = hash(inside(&page, "<style>", "</style>"));
        let allowed = format!("default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'; ");
        assert!(policy.starts_with(&allowed), "{policy}\n{allowed}");
        assert!(policy.ends_with("require-trusted-types-for 'script'; trusted-types 'none'"), "{policy}");
    }

    #[test]
    fn no_answer_becomes_markup() {
        for results in [vec![hostile()], vec![hostile(), samples::result()]] {
            let page = page(&results).expect("renders");
            assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
            assert_eq!(page.matches("<svg").count(), page.matches("<svg viewBox=").count());
            assert!(!page.contains("<img") && !page.contains("<b>onload") && !page.contains("href=\"javascript:"));
            assert!(!page.contains(['\u{202e}', '\u{1b}', '\u{200b}', '\u{9b}', '\u{2028}', '\u{feff}']));
        }
    }

    #[test]
    fn the_island_holds_the_cases_of_the_list_in_its_order() {
        let page = page(&[hostile(), samples::result()]).expect("renders");
        let island: Value =
            serde_json::from_str(inside(&page, "<script type=\"application/json\" id=\"island\">", "</script>")).expect("JSON");
        let cases = island["cases"].as_array().expect("cases");
        assert_eq!(cases.len(), page.matches("<details class=\"case\"").count());
        let list = &page[page.find("id=\"list\"").expect("a list")..];
        let plain = cases.iter().filter_map(|case| case["name"].as_str()).filter(|name| !name.contains(['<', '"']));
        let places: Vec<_> = plain.map(|name| list.find(&format!("id=\"{name}\""))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    }

    #[test]
    fn asks_for_nothing_from_elsewhere() {
        let page = page(&[samples::result()]).expect("renders");
        let head_and_body = page.replace(inside(&page, "id=\"island\">", "</script>"), "");
        for word in [" src=", "@import", "url(", "<link", "http-equiv=\"refresh\""] {
            assert!(!head_and_body.contains(word), "{word}");
        }
    }

    #[test]
    fn a_run_of_the_whole_suite_is_a_small_page() {
        let mut result = samples::result();
        let model = result.cases.clone();
        let name = |at: usize, case: &str| format!("{case}_{at}");
        result.cases = (0..820)
            .map(|at| (at, model[at % model.len()].clone()))
            .map(|(at, mut case)| {
                case.name = name(at, &case.name);
                case
            })
            .collect();
        let one = render(&result).expect("renders").len();
        let eight = page(&vec![result; 8]).expect("renders").len();
        assert!(one < 1 << 20 && eight < 4 << 20, "{one} and {eight} bytes");
    }

    #[test]
    fn no_result_and_an_empty_one_are_pages_too() {
        assert!(page(&[]).is_ok_and(|page| page.ends_with("</html>\n") || page.ends_with("</html>")));
        assert!(render(&RunResult::default()).is_ok());
    }
}
