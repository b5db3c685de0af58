//! Reading a baseline: a built-in one by its target's name, or a file.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use time::Date;
use time::macros::format_description;
use url::Url;

use super::contradiction::contradictions;
use super::entry::{Cases, Entry};
use super::layout::Layout;
use super::source::{Listed, baseline_schema};
use super::{Baseline, BaselineError};
use crate::case::document::Document;
use crate::case::schema::Checker;
use crate::case::{Page, Problem, Suite, did_you_mean};
use crate::target::built_in_files;

/// Explains baselines.
const GUIDE: &str = "docs/baselines.md";

/// What the built-in baselines' files end in.
const ENDING: &str = ".baseline.yaml";

impl Baseline {
    /// The built-in baseline of that target, or that file: anything with a `/` or ending in `.yaml` or `.yml` is a file.
    ///
    /// # Errors
    /// There is none of that name, or all that is wrong with it.
    pub fn load(name_or_path: &str, suite: &Suite) -> Result<Self, BaselineError> {
        if is_file(name_or_path) {
            let read = std::fs::read_to_string(name_or_path);
            let text = read.map_err(|source| BaselineError::Read { path: Path::new(name_or_path).to_owned(), source })?;
            return Self::parse(name_or_path, &text, suite);
        }
        let file = format!("{name_or_path}{ENDING}");
        match built_in_files().find(|(name, _)| *name == file) {
            Some((_, text)) => Self::parse(&format!("targets/{file}"), text, suite),
            None => Err(unknown(name_or_path)),
        }
    }

    /// A baseline from its text, for the cases of a suite.
    ///
    /// # Errors
    /// All that is wrong with it: it is not of the format, an entry matches no case, or two entries say something of the same.
    pub fn parse(file: &str, text: &str, suite: &Suite) -> Result<Self, BaselineError> {
        let refused = |problems| BaselineError::Refused { file: file.to_owned(), problems };
        let document = Document::parse(file, text).map_err(|error| refused(vec![Problem::of_yaml(file, text, &error)]))?;
        let problems = RefCell::new(Vec::new());
        let page = Page::new(&document, &problems);
        let entries = entries(&page, suite);
        let by_case = by_case(&entries, suite);
        contradictions(&page, &entries, &by_case);
        let mut problems = problems.take();
        if !problems.is_empty() {
            problems.sort_by(|a, b| a.place.cmp(&b.place));
            return Err(refused(problems));
        }
        let entries: Vec<Entry> = entries.into_values().collect();
        Ok(Self { file: file.to_owned(), layout: Layout::of(&document, entries.len()), entries, by_case })
    }
}

/// The targets that have a built-in baseline, in alphabetical order.
pub fn built_in_names() -> Vec<&'static str> {
    let mut names: Vec<_> = built_in_files().filter_map(|(name, _)| name.strip_suffix(ENDING)).collect();
    names.sort_unstable();
    names
}

/// Whether a baseline is named by its file rather than by its target.
pub fn is_file(name_or_path: &str) -> bool {
    name_or_path.contains(['/', '\\']) || name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml")
}

fn unknown(name: &str) -> BaselineError {
    let names = built_in_names();
    let known = if names.is_empty() { "none is built in".to_owned() } else { format!("built in are {}", names.join(", ")) };
    let near = did_you_mean(name, names).map(|near| format!("{near} ")).unwrap_or_default();
    BaselineError::Unknown { name: name.to_owned(), help: format!("{near}{known}; a file's name ends in .yaml or has a '/'") }
}

/// The listed failures of a document; `None` for those that are not of the format.
fn listed(document: &Document) -> impl Iterator<Item = Option<Listed>> {
    let items = document.value().get("known").and_then(Value::as_array).cloned().unwrap_or_default();
    items.into_iter().map(|item| serde_json::from_value(item).ok())
}

/// The entries that could be read, by position. What is wrong is noted.
fn entries(page: &Page<'_>, suite: &Suite) -> BTreeMap<usize, Entry> {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    CHECKER.get_or_init(|| Checker::new(&baseline_schema(), GUIDE)).check(page, &page.document.value());
    let listed = listed(page.document).enumerate().filter_map(|(at, listed)| Some((at, listed?)));
    listed.map(|(at, listed)| (at, entry(page, &format!("/known/{at}"), listed, suite))).collect()
}

fn entry(page: &Page<'_>, at: &str, listed: Listed, suite: &Suite) -> Entry {
    let cases = Cases::written(&listed.case);
    note_unknown(page, &format!("{at}/case"), &cases, suite);
    if listed.reason.trim().is_empty() {
        let help = "say in a sentence why the failure is known".to_owned();
        page.value(&format!("{at}/reason"), "the reason is empty", Some(help));
    }
    if listed.link.as_deref().is_some_and(|link| !is_address(link)) {
        let help = "write it as in `https://example.com/issues/1`".to_owned();
        page.value(&format!("{at}/link"), "the link is no address of the web", Some(help));
    }
    let expires = listed.expires.as_deref().and_then(|text| {
        let day = day(text);
        if day.is_none() {
            page.value(&format!("{at}/expires"), format!("`{text}` is no day"), Some("write it as in `2027-01-31`".to_owned()));
        }
        day
    });
    let checks = listed.checks.map(|checks| checks.into_iter().collect());
    Entry { cases, checks, reason: listed.reason, link: listed.link, expires, line: page.document.span(at).line }
}

fn is_address(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn day(text: &str) -> Option<Date> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    // The parser takes signs, too.
    (day.to_string() == text).then_some(day)
}

/// An entry that matches no case is a slip of the pen, or of a case that is gone: neither may pass unnoticed.
fn note_unknown(page: &Page<'_>, at: &str, cases: &Cases, suite: &Suite) {
    let operations = || suite.cases().iter().map(|case| case.operation.as_str());
    let all_names = || "`cognito-conformance list` shows all names".to_owned();
    match cases {
        Cases::Operation(operation) if operations().any(|known| known == operation) => {}
        Cases::One(name) if suite.case(name).is_some() => {}
        Cases::Operation(operation) if !operation.contains('*') => {
            let near = did_you_mean(&format!("{operation}::*"), wildcards(suite).iter().map(String::as_str));
            page.value(at, format!("no case is of the operation `{operation}`"), Some(near.unwrap_or_else(all_names)));
        }
        cases if cases.to_string().contains('*') => {
            let help = "write `GetUser::*` for all cases of one operation; there is no other wildcard".to_owned();
            page.value(at, format!("`{cases}` is no wildcard"), Some(help));
        }
        cases => {
            let (wildcards, name) = (wildcards(suite), cases.to_string());
            let names = suite.cases().iter().map(|case| case.name.as_str()).chain(wildcards.iter().map(String::as_str));
            let whole = operations().any(|known| known == name).then(|| format!("did you mean `{name}::*`?"));
            page.value(
                at,
                format!("there is no case `{name}`"),
                whole.or_else(|| did_you_mean(&name, names)).or_else(|| Some(all_names())),
            );
        }
    }
}

fn wildcards(suite: &Suite) -> BTreeSet<String> {
    suite.cases().iter().map(|case| Cases::Operation(case.operation.clone()).to_string()).collect()
}

/// The entries of each case, by position.
fn by_case(entries: &BTreeMap<usize, Entry>, suite: &Suite) -> BTreeMap<String, Vec<usize>> {
    let mut by_case: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries {
        match &entry.cases {
            Cases::One(name) if suite.case(name).is_some() => by_case.entry(name.clone()).or_default().push(*at),
            Cases::One(_) => {}
            Cases::Operation(operation) => {
                for case in suite.cases().iter().filter(|case| case.operation == *operation) {
                    by_case.entry(case.name.clone()).or_default().push(*at);
                }
            }
        }
    }
    by_case
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::samples::{baseline, suite};
    use super::*;
    use miette::Diagnostic;

    /// Message, help and line of each problem.
    fn problems(text: &str) -> Vec<(String, String, u32)> {
        let BaselineError::Refused { problems, .. } = Baseline::parse("known.yaml", text, &suite()).expect_err("refused") else {
            panic!("another error")
        };
        let told = |problem: &Problem| {
            let help = problem.help().map(|help| help.to_string()).unwrap_or_default();
            (problem.to_string(), help, problem.place.as_ref().map_or(0, |place| place.line))
        };
        problems.iter().map(told).collect()
    }

    #[rstest]
    #[case::no_such_case("case: GetUser::aa, reason: r", "there is no case `GetUser::aa`", "did you mean `GetUser::a`?")]
    #[case::operation_alone("case: GetUser, reason: r", "there is no case `GetUser`", "did you mean `GetUser::*`?")]
    #[case::nothing_near("case: x, reason: r", "there is no case `x`", "`cognito-conformance list` shows all names")]
    #[case::no_such_operation("case: 'GetUsr::*', reason: r", "no case is of the operation `GetUsr`", "did you mean `GetUser::*`?")]
    #[case::wildcard("case: 'GetUser::a*', reason: r", "`GetUser::a*` is no wildcard", "no other wildcard")]
    #[case::wildcard("case: '*', reason: r", "`*` is no wildcard", "no other wildcard")]
    #[case::wildcard("case: 'Get*::*', reason: r", "`Get*::*` is no wildcard", "no other wildcard")]
    #[case::reason("case: GetUser::a, reason: ' '", "the reason is empty", "say in a sentence")]
    #[case::no_reason("case: GetUser::a", "the member `reason` is missing", "")]
    #[case::link("case: GetUser::a, reason: r, link: 'javascript:alert(1)'", "is no address of the web", "https://")]
    #[case::no_such_day("case: GetUser::a, reason: r, expires: 2026-02-30", "`2026-02-30` is no day", "2027-01-31")]
    #[case::no_day("case: GetUser::a, reason: r, expires: soon", "`soon` is no day", "2027-01-31")]
    #[case::no_such_check("case: GetUser::a, reason: r, checks: [erorr]", "\"erorr\" is none of status, error,", "did you mean `error`?")]
    #[case::no_check("case: GetUser::a, reason: r, checks: []", "[] has less than 1 item", "")]
    #[case::check_twice("case: GetUser::a, reason: r, checks: [body, body]", "non-unique", "")]
    #[case::misspelt_member("case: GetUser::a, resaon: r", "unknown member `resaon`", "did you mean `reason`?")]
    #[case::number("case: GetUser::a, reason: 7", "7 is no text", "in quotes it is: \"7\"")]
    fn a_wrong_entry_is_refused(#[case] entry: &str, #[case] message: &str, #[case] help: &str) {
        let problems = problems(&format!("target: x\nknown:\n  - {{ {entry} }}\n"));
        let told = problems.iter().find(|(told, ..)| told.contains(message));
        let (_, told, line) = told.unwrap_or_else(|| panic!("{problems:?}"));
        assert!(told.contains(help), "{told}");
        assert_eq!(*line, 3);
    }

    #[rstest]
    #[case::same_case("{ case: GetUser::a", "{ case: GetUser::a", Some("`GetUser::a` is listed twice: line 2 lists `GetUser::a` too"))]
    #[case::same_check(
        "{ case: GetUser::a, checks: [error]",
        "{ case: GetUser::a, checks: [body, error]",
        Some("line 2 lists `error` of `GetUser::a` too")
    )]
    #[case::whole_and_check("{ case: GetUser::a, checks: [error]", "{ case: GetUser::a", Some("line 2 lists `error` of `GetUser::a` too"))]
    #[case::exact_and_wildcard("{ case: 'GetUser::*'", "{ case: GetUser::b", Some("line 2 lists `GetUser::*` too"))]
    #[case::wildcard_and_check(
        "{ case: GetUser::b, checks: [body]",
        "{ case: 'GetUser::*'",
        Some("line 2 lists `body` of `GetUser::b` too")
    )]
    #[case::two_wildcards("{ case: 'GetUser::*'", "{ case: 'GetUser::*'", Some("line 2 lists `GetUser::*` too"))]
    #[case::other_checks("{ case: GetUser::a, checks: [error]", "{ case: GetUser::a, checks: [body]", None)]
    #[case::other_checks_of_all("{ case: 'GetUser::*', checks: [error]", "{ case: GetUser::a, checks: [body]", None)]
    #[case::other_cases("{ case: 'GetUser::*'", "{ case: SetUserSettings::a", None)]
    fn contradictions_are_refused(#[case] one: &str, #[case] other: &str, #[case] message: Option<&str>) {
        let text = format!("known:\n  - {one}, reason: r }}\n  - {other}, reason: r }}\n");
        match message {
            Some(message) => {
                let problems = problems(&text);
                assert_eq!(problems.len(), 1, "{problems:?}");
                assert!(problems[0].0.contains(message) && problems[0].2 == 3, "{problems:?}");
            }
            None => assert_eq!(baseline(&text).entries.len(), 2),
        }
    }

    #[test]
    fn all_problems_are_told_at_once_in_the_order_of_lines() {
        let text = "targt: x\nknown:\n- { case: GetUser::x, reason: '' }\n- { case: GetUser::a, checks: [x], reason: r }\n- { case: GetUser::b, reason: r }\n- { case: GetUser::b, reason: r }\n";
        let lines: Vec<u32> = problems(text).into_iter().map(|(.., line)| line).collect();
        assert_eq!(lines, [1, 3, 3, 4, 6]);
    }

    #[rstest]
    #[case("", "null is not of type \"object\"")]
    #[case("target: x\n", "the member `known` is missing")]
    #[case("known: [1\n", "the file is not YAML")]
    #[case("known: []\nversion: 5.2\n", "5.2 is no text")]
    fn a_file_of_another_format_is_refused(#[case] text: &str, #[case] message: &str) {
        let problems = problems(text);
        assert!(problems[0].0.contains(message), "{problems:?}");
    }

    #[test]
    fn a_problem_is_shown_with_the_line_underlined() {
        let error = Baseline::parse("known.yaml", "known:\n  - { case: GetUser::aa, reason: r }\n", &suite()).expect_err("refused");
        let mut text = String::new();
        miette::NarratableReportHandler::new().render_report(&mut text, &error).expect("told");
        for words in ["the baseline known.yaml cannot be used: 1 problem", "there is no case `GetUser::aa`", "known.yaml", "line 2"] {
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_not_built_in_is_refused() {
        let error = Baseline::load("mto", &suite()).expect_err("unknown");
        assert!(matches!(error, BaselineError::Unknown { .. }));
        assert!(Baseline::load("./mto", &suite()).expect_err("no such file").is_missing());
    }

    #[test]
    fn every_built_in_baseline_is_for_a_target_and_loads() {
        let suite = Suite::embedded().expect("the suite's own cases");
        for name in built_in_names() {
            crate::target::Profile::load(name).expect("a profile of that name");
            let baseline = Baseline::load(name, &suite);
            baseline.unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
        }
    }
}
