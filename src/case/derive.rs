//! Cases from files: tables expanded, differences applied, controls added.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::completeness;
use super::document::pointer;
use super::evidence::{Evidence, Source};
use super::fixture::Fixtures;
use super::generated;
use super::path::Path;
use super::plan::{Action, Case, Expectation, FixtureUse, Origin, Role, Step, Verdict};
use super::problem::{Page, did_you_mean};
use super::source::{CaseFile, CaseSource, Given, GivenFixture, Row, Wire};
use super::steps::{self, Known};
use super::verify;

/// All cases of all files, the made ones included.
pub fn cases(files: &[(&Page<'_>, CaseFile)], fixtures: &Fixtures) -> Vec<Case> {
    let mut cases: Vec<Case> = files.iter().flat_map(|(page, file)| FileCases { page, file, fixtures }.all()).collect();
    report_duplicates(files, &mut cases);
    completeness::check(files, &cases);
    let shapes = generated::shape_cases(&cases, fixtures);
    cases.extend(shapes);
    cases
}

fn report_duplicates(files: &[(&Page<'_>, CaseFile)], cases: &mut Vec<Case>) {
    let mut seen = BTreeMap::new();
    cases.retain(|case| match seen.insert(case.name.clone(), case.place.clone()) {
        None => true,
        Some(first) => {
            let first = first.map(|place| place.to_string()).unwrap_or_default();
            let page = files.iter().find(|(page, _)| case.place.as_ref().is_some_and(|place| place.file == page.document.file));
            if let (Some((page, _)), Some(place)) = (page, &case.place) {
                page.at(place, format!("there is a case `{}` already, at {first}", case.name));
            }
            false
        }
    });
}

/// A file on its way to cases.
struct FileCases<'a> {
    page: &'a Page<'a>,
    file: &'a CaseFile,
    fixtures: &'a Fixtures,
}

/// A case or a row of one, with what both say put together.
struct Draft<'a> {
    at: String,
    /// The row's pointer, where there is one.
    row_at: Option<String>,
    name: String,
    source: &'a CaseSource,
    row: Option<&'a Row>,
}

impl<'a> FileCases<'a> {
    fn all(&self) -> Vec<Case> {
        verify::operation(self.page, "/operation", &self.file.operation);
        let base = Value::Object(self.file.request.clone().unwrap_or_default());
        verify::request(self.page, "/request", &self.file.operation, &base);
        let control = self.control(&base);
        let mut cases: Vec<Case> = self.drafts().iter().filter_map(|draft| self.case(draft, control.as_ref())).collect();
        if let (Some(control), true) = (&control, self.is_the_operations_own()) {
            cases.extend(generated::constraint_cases(control, &base));
        }
        cases.extend(control);
        cases
    }

    /// The case that sends the base request. Every file has its own; the one of the operation's own file has the plain name.
    fn control(&self, base: &Value) -> Option<Case> {
        self.file.request.as_ref()?;
        let (given, known) = self.given("/given", &self.file.given)?;
        let step = Step {
            role: Role::Main,
            label: "request".to_owned(),
            action: self.call(steps::template(self.page, "/request", base, &known)?, Wire::default()),
            expect: Expectation::success(),
            save: BTreeMap::new(),
            place: Some(self.page.document.place("/request")),
        };
        let source = Source { level: super::Level::Documented, year: None, source: format!("API reference, {}", self.file.operation) };
        Some(Case {
            name: format!("{}::{}", self.file.operation, self.control_name()),
            operation: self.file.operation.clone(),
            about: Some("The base request of the file, from which refusals are derived, is accepted.".to_owned()),
            origin: Origin::Control,
            evidence: Evidence::new(vec![source], None)?,
            needs: self.needs(&given, std::slice::from_ref(&step), &[]),
            given,
            steps: vec![step],
            control: None,
            place: Some(self.page.document.place("/request")),
        })
    }

    fn control_name(&self) -> String {
        if self.is_the_operations_own() {
            "base_request_is_accepted".to_owned()
        } else {
            format!("base_request_of_{}_is_accepted", self.stem())
        }
    }

    fn stem(&self) -> &str {
        self.page.document.file.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").trim_end_matches(".yml")
    }

    /// Whether the file is the one named after its operation, rather than one of several about it.
    fn is_the_operations_own(&self) -> bool {
        self.stem().replace('_', "").eq_ignore_ascii_case(&self.file.operation)
    }

    fn call(&self, input: super::expression::Template, wire: Wire) -> Action {
        Action::Call { operation: self.file.operation.clone(), input, wire }
    }

    fn drafts(&self) -> Vec<Draft<'a>> {
        let mut drafts = Vec::new();
        for (index, source) in self.file.cases.iter().enumerate() {
            let at = pointer("/cases", &index.to_string());
            let name = format!("{}::{}", self.file.operation, source.name);
            if source.each.is_empty() {
                drafts.push(Draft { at: at.clone(), row_at: None, name: name.clone(), source, row: None });
            }
            for (index, row) in source.each.iter().enumerate() {
                let row_at = pointer(&pointer(&at, "each"), &index.to_string());
                drafts.push(Draft { at: at.clone(), row_at: Some(row_at), name: format!("{name}::{}", row.name), source, row: Some(row) });
            }
        }
        drafts
    }

    fn case(&self, draft: &Draft<'a>, control: Option<&Case>) -> Option<Case> {
        let (given, mut known) = self.given(&draft.given_at(), draft.given(&self.file.given))?;
        let mut all = Vec::new();
        for (at, list) in draft.before() {
            all.extend(steps::compile(self.page, &at, list, Role::Before, &mut known));
        }
        relabel(&mut all);
        let story = !draft.source.steps.is_empty();
        if story {
            self.story(draft, &mut known, &mut all);
        } else {
            all.push(self.main(draft, &mut known)?);
        }
        if let Some((at, list)) = draft.then() {
            all.extend(steps::compile(self.page, &at, list, Role::Then, &mut known));
        }
        let refusal = all.iter().any(|step| step.role == Role::Main && matches!(step.expect.verdict, Verdict::Error(_)));
        let derived = !story && draft.row.and_then(|row| row.request.as_ref()).or(draft.source.request.as_ref()).is_none();
        Some(Case {
            name: draft.name.clone(),
            operation: self.file.operation.clone(),
            about: draft.row.and_then(|row| row.about.clone()).or_else(|| draft.source.about.clone()),
            origin: Origin::Written,
            evidence: self.evidence(draft)?,
            needs: self.needs(&given, &all, &draft.needs()),
            given,
            steps: all,
            control: control.filter(|_| refusal && derived).map(|control| control.name.clone()),
            place: Some(self.page.document.place(&pointer(draft.here(), "name"))),
        })
    }

    fn story(&self, draft: &Draft<'a>, known: &mut Known, all: &mut Vec<Step>) {
        let at = pointer(&draft.at, "steps");
        let mut story = steps::compile(self.page, &at, &draft.source.steps, Role::Main, known);
        if !story.iter().any(|step| step.action.name() == self.file.operation) {
            self.page.key(&at, format!("no step calls `{}`, which the case is about", self.file.operation), None);
        }
        story.iter_mut().filter(|step| step.action.name() != self.file.operation).for_each(|step| step.role = Role::Then);
        all.extend(story);
        let alone = draft.source.request.is_some() || !draft.source.set.is_empty() || !draft.source.omit.is_empty();
        if alone || draft.source.expect.is_some() {
            self.page.key(
                &at,
                "a story has its requests and expectations in its steps; `request`, `set`, `omit` and `expect` have no meaning beside them",
                None,
            );
        }
    }

    fn main(&self, draft: &Draft<'a>, known: &mut Known) -> Option<Step> {
        let input = steps::template(self.page, draft.here(), &self.input(draft), known)?;
        let (expect_at, expect) = draft.expect();
        let wire = draft.row.and_then(|row| row.wire.clone()).or_else(|| draft.source.wire.clone()).unwrap_or_default();
        Some(Step {
            role: Role::Main,
            label: "request".to_owned(),
            action: self.call(input, wire),
            expect: steps::expectation(self.page, &expect_at, expect, &self.file.operation, known),
            save: steps::saved(self.page, &pointer(&draft.at, "save"), &draft.source.save, known),
            place: Some(self.page.document.place(draft.here())),
        })
    }

    /// The request with the differences of the case, then of the row.
    fn input(&self, draft: &Draft<'a>) -> Value {
        let own = draft.row.and_then(|row| row.request.as_ref()).or(draft.source.request.as_ref());
        let mut input = Value::Object(own.or(self.file.request.as_ref()).cloned().unwrap_or_default());
        self.edit(&draft.at, &draft.source.set, &draft.source.omit, &mut input);
        if let (Some(row), Some(at)) = (draft.row, &draft.row_at) {
            self.edit(at, &row.set, &row.omit, &mut input);
        }
        verify::request(self.page, draft.here(), &self.file.operation, &input);
        input
    }

    fn edit(&self, at: &str, set: &Map<String, Value>, omit: &[String], input: &mut Value) {
        for (path, value) in set {
            let done = path.parse::<Path>().and_then(|path| path.set(input, value.clone()));
            if let Err(error) = done {
                self.page.key(&pointer(&pointer(at, "set"), path), error.to_string(), None);
            }
        }
        for (index, path) in omit.iter().enumerate() {
            if let Err(error) = path.parse::<Path>().and_then(|path| path.remove(input)) {
                let help = did_you_mean(path, input.as_object().into_iter().flat_map(Map::keys).map(String::as_str));
                self.page.value(&pointer(&pointer(at, "omit"), &index.to_string()), error.to_string(), help);
            }
        }
    }

    /// The fixtures that are built, in order, and the names that they provide.
    fn given(&self, at: &str, given: &Given) -> Option<(Vec<FixtureUse>, Known)> {
        let wanted = fixture_uses(given);
        match self.fixtures.order(&wanted) {
            Ok(order) => {
                self.check_parameters(at, &wanted);
                let roles = order.iter().filter_map(|built| self.fixtures.get(&built.name)).map(|fixture| fixture.role.clone()).collect();
                Some((order, Known::new(roles)))
            }
            Err(error) => {
                self.page.value(at, error.message(), error.help(self.fixtures));
                None
            }
        }
    }

    fn check_parameters(&self, at: &str, wanted: &[FixtureUse]) {
        for wanted in wanted {
            let Some(fixture) = self.fixtures.get(&wanted.name) else { continue };
            for name in wanted.with.keys().filter(|name| !fixture.with.contains_key(*name)) {
                let help = did_you_mean(name, fixture.with.keys().map(String::as_str));
                self.page.value(at, format!("the fixture `{}` has no parameter `{name}`", wanted.name), help);
            }
        }
    }

    fn needs(&self, given: &[FixtureUse], all: &[Step], listed: &[&String]) -> BTreeSet<String> {
        let fixtures = given.iter().filter_map(|used| self.fixtures.get(&used.name)).flat_map(|fixture| fixture.needs.iter().cloned());
        fixtures.chain(steps::doors(all)).chain(listed.iter().map(|name| (*name).clone())).collect()
    }

    fn evidence(&self, draft: &Draft<'a>) -> Option<Evidence> {
        let own = draft.row.and_then(|row| row.evidence.as_ref());
        let at = pointer(if own.is_some() { draft.here() } else { &draft.at }, "evidence");
        let texts = own.unwrap_or(&draft.source.evidence).to_vec();
        let mut sources = Vec::new();
        for text in texts {
            match text.parse::<Source>() {
                Ok(source) => sources.push(source),
                Err(error) => self.page.value(&at, error.to_string(), None),
            }
        }
        let contested = draft.row.and_then(|row| row.contested.clone()).or_else(|| draft.source.contested.clone());
        Evidence::new(sources, contested)
    }
}

/// Steps of several lists are counted through.
fn relabel(before: &mut [Step]) {
    for (index, step) in before.iter_mut().enumerate() {
        step.label = format!("before {}", index + 1);
    }
}

/// What is asked for, defaults filled in later.
fn fixture_uses(given: &Given) -> Vec<FixtureUse> {
    let plain = |name: &String| FixtureUse { name: name.clone(), with: Map::new() };
    match given {
        Given::Nothing => Vec::new(),
        Given::One(name) => vec![plain(name)],
        Given::Many(many) => many
            .iter()
            .flat_map(|one| match one {
                GivenFixture::Name(name) => vec![plain(name)],
                GivenFixture::With(with) => with.iter().map(|(name, with)| FixtureUse { name: name.clone(), with: with.clone() }).collect(),
            })
            .collect(),
    }
}

impl<'a> Draft<'a> {
    /// The row's pointer, or else the case's.
    fn here(&self) -> &str {
        self.row_at.as_deref().unwrap_or(&self.at)
    }

    fn given(&self, file: &'a Given) -> &'a Given {
        self.row.and_then(|row| row.given.as_ref()).or(self.source.given.as_ref()).unwrap_or(file)
    }

    fn given_at(&self) -> String {
        match (self.row.and_then(|row| row.given.as_ref()), &self.source.given) {
            (Some(_), _) => pointer(self.here(), "given"),
            (None, Some(_)) => pointer(&self.at, "given"),
            (None, None) => "/given".to_owned(),
        }
    }

    fn before(&self) -> Vec<(String, &'a [super::source::Step])> {
        let case = (pointer(&self.at, "before"), self.source.before.as_slice());
        let row = self.row.map(|row| (pointer(self.here(), "before"), row.before.as_slice()));
        std::iter::once(case).chain(row).collect()
    }

    fn then(&self) -> Option<(String, &'a [super::source::Step])> {
        match self.row.and_then(|row| row.then.as_deref()) {
            Some(then) => Some((pointer(self.here(), "then"), then)),
            None => Some((pointer(&self.at, "then"), self.source.then.as_slice())),
        }
    }

    fn expect(&self) -> (String, Option<&'a super::source::Expect>) {
        match self.row.and_then(|row| row.expect.as_ref()) {
            Some(expect) => (pointer(self.here(), "expect"), Some(expect)),
            None => (pointer(&self.at, "expect"), self.source.expect.as_ref()),
        }
    }

    fn needs(&self) -> Vec<&'a String> {
        self.source.needs.iter().chain(self.row.iter().flat_map(|row| row.needs.iter())).collect()
    }
}
