//! From a folder of YAML files, or the ones embedded in the binary, to cases that can be run.

use std::cell::RefCell;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::derive;
use super::document::Document;
use super::fixture::Fixtures;
use super::problem::{LoadError, Page, Problem};
use super::schema;
use super::source::{CaseFile, FixtureFile};
use super::suite::Suite;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/cases");

/// Fixture files live in this folder.
const FIXTURES: &str = "fixtures/";

/// A file's path relative to the cases directory, with forward slashes, and its text.
type Text = (String, String);

impl Suite {
    /// The cases that the binary carries.
    ///
    /// # Errors
    /// They are wrong; a unit test makes sure that they are not.
    pub fn embedded() -> Result<Self, LoadError> {
        let mut texts = Vec::new();
        embedded_texts(&EMBEDDED, &mut texts);
        load(texts, Vec::new())
    }

    /// The cases of a folder.
    ///
    /// # Errors
    /// Everything that is wrong with all files of the folder.
    pub fn from_dir(directory: &Path) -> Result<Self, LoadError> {
        let (mut texts, mut problems) = (Vec::new(), Vec::new());
        directory_texts(directory, "", &mut texts, &mut problems);
        if texts.is_empty() && problems.is_empty() {
            problems.push(Problem::of_file(format!("there are no case files in {}", directory.display()), None));
        }
        load(texts, problems)
    }
}

fn embedded_texts(directory: &Dir<'static>, texts: &mut Vec<Text>) {
    for file in directory.files().filter(|file| is_yaml(file.path())) {
        if let Some(text) = file.contents_utf8() {
            texts.push((file.path().to_string_lossy().replace('\\', "/"), text.to_owned()));
        }
    }
    directory.dirs().for_each(|directory| embedded_texts(directory, texts));
}

fn directory_texts(directory: &Path, prefix: &str, texts: &mut Vec<Text>, problems: &mut Vec<Problem>) {
    let unreadable = |path: &Path, error: &std::io::Error| Problem::of_file(format!("cannot read {}: {error}", path.display()), None);
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return problems.push(unreadable(directory, &error)),
    };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            directory_texts(&path, &format!("{name}/"), texts, problems);
        } else if is_yaml(&path) {
            match std::fs::read_to_string(&path) {
                Ok(text) => texts.push((name, text)),
                Err(error) => problems.push(unreadable(&path, &error)),
            }
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn load(mut texts: Vec<Text>, problems: Vec<Problem>) -> Result<Suite, LoadError> {
    texts.sort();
    let problems = RefCell::new(problems);
    let documents: Vec<Document> = texts.iter().filter_map(|(file, text)| parse(file, text, &problems)).collect();
    let (fixture_pages, case_pages): (Vec<_>, Vec<_>) =
        documents.iter().map(|document| Page::new(document, &problems)).partition(|page| page.document.file.starts_with(FIXTURES));
    let fixture_files: Vec<(&Page<'_>, FixtureFile)> =
        fixture_pages.iter().filter_map(|page| typed(page, schema::check_fixture_file)).collect();
    let case_files: Vec<(&Page<'_>, CaseFile)> = case_pages.iter().filter_map(|page| typed(page, schema::check_case_file)).collect();
    let fixtures = Fixtures::resolve(&fixture_files);
    let cases = derive::cases(&case_files, &fixtures);
    let problems = problems.take();
    if !problems.is_empty() {
        return Err(LoadError::new(problems));
    }
    let answering = case_files.iter().filter(|(_, file)| !file.cannot_provoke.is_empty());
    let mut suite = Suite::new(cases, fixtures);
    suite.cannot_provoke = answering.map(|(_, file)| (file.operation.clone(), file.cannot_provoke.clone())).collect();
    Ok(suite)
}

fn parse(file: &str, text: &str, problems: &RefCell<Vec<Problem>>) -> Option<Document> {
    Document::parse(file, text).map_err(|error| problems.borrow_mut().push(Problem::of_yaml(file, text, &error))).ok()
}

/// The file as Rust types, where it is of the format.
fn typed<'a, 'd, T: serde::de::DeserializeOwned>(
    page: &'a Page<'d>,
    check: fn(&Page<'_>, &serde_json::Value) -> bool,
) -> Option<(&'a Page<'d>, T)> {
    let value = page.document.value();
    if !check(page, &value) {
        return None;
    }
    serde_json::from_value(value).map_err(|error| page.value("", error.to_string(), None)).ok().map(|file| (page, file))
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic;
    use rstest::rstest;

    use super::*;

    fn told(step: &str) -> Vec<String> {
        let text = format!(
            "operation: GetUser\nabout: a\ncases:\n  - name: a\n    steps:\n      - {step}\n      - call: GetUser\n    evidence: model \"x\"\n"
        );
        let problems = load(vec![("a.yaml".to_owned(), text)], Vec::new()).err();
        problems.iter().flat_map(|error| error.related().into_iter().flatten()).map(ToString::to_string).collect()
    }

    #[rstest]
    #[case("{ get: /us-east-1_a/.well-known/jwks.json, save: { keys: keys }, expect: { status: 200 } }", None)]
    #[case("{ get: jwks.json }", Some("this is no path below the target's endpoint"))]
    #[case("{ get: /x?y=1 }", Some("this is no path below the target's endpoint"))]
    #[case("{ get: /$pool.id }", Some("nothing provides `$pool` here"))]
    #[case("{ get: /x, request: { a: 1 } }", Some("a document is got by its path alone"))]
    #[case("{ get: /x, wire: { method: POST } }", Some("a document is got by its path alone"))]
    #[case(
        "{ get: /x, expect: { error: NotAuthorizedException } }",
        Some("only operations have errors; a document that is not there has a `status`")
    )]
    #[case(
        "{ get: /x, call: GetUser }",
        Some("a step is either a `call` of an operation, or a `get` of a document, or the use of a `door`")
    )]
    #[case(
        "{ call: GetUser, expect: { body: { Username: { $token: { use: access, claim: {} } } } } }",
        Some("`$token` has no member `claim`; did you mean `claims`?")
    )]
    fn a_step_is_checked(#[case] step: &str, #[case] expected: Option<&str>) {
        assert_eq!(told(step), expected.map(str::to_owned).into_iter().collect::<Vec<_>>());
    }
}
