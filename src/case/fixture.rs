//! Fixtures: what cases need to exist first, and the order in which it is built.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::document::pointer;
use super::expression::Template;
use super::plan::{FixtureUse, Role, Step};
use super::problem::{Page, did_you_mean};
use super::source::{FixtureFile, FixtureSource, Scope};
use super::steps::{self, Known};

/// A fixture, with what it inherits.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// How long it lives and who shares it.
    pub scope: Scope,
    /// Under which name its values are reached.
    pub role: String,
    /// Roles that must be there first.
    pub given: Vec<String>,
    /// Capabilities that the target must have, those of its doors included.
    pub needs: BTreeSet<String>,
    /// Parameters with their defaults.
    pub with: Map<String, serde_json::Value>,
    /// Values computed before it is made.
    pub save: Vec<(String, Template)>,
    /// Steps that make it.
    pub create: Vec<Step>,
    /// Steps that remove it.
    pub destroy: Vec<Step>,
}

/// All fixtures by name.
#[derive(Debug, Clone, Default)]
pub struct Fixtures {
    by_name: BTreeMap<String, Fixture>,
}

/// Why fixtures cannot be built in a given order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderError {
    /// There is no fixture of that name.
    Unknown(String),
    /// Something in the role was built already, when this was asked for.
    RoleTaken {
        /// The fixture that comes too late.
        fixture: String,
        /// Its role.
        role: String,
    },
    /// The fixture needs itself.
    Cycle(Vec<String>),
}

impl Fixtures {
    /// Resolves what fixtures inherit, and verifies them.
    pub fn resolve(files: &[(&Page<'_>, FixtureFile)]) -> Self {
        let sources = Sources::collect(files);
        let mut fixtures = Self::default();
        for (name, found) in &sources.by_name {
            match sources.lineage(name) {
                Ok(lineage) => {
                    let fixture = sources.fixture(name, &lineage);
                    fixtures.by_name.insert(name.clone(), fixture);
                }
                Err(cycle) => found.page.key(&found.at, format!("the fixture extends itself: {}", cycle.join(" → ")), None),
            }
        }
        fixtures.verify(&sources);
        fixtures
    }

    /// The fixture of that name.
    pub fn get(&self, name: &str) -> Option<&Fixture> {
        self.by_name.get(name)
    }

    /// All fixtures, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Fixture> {
        self.by_name.values()
    }

    /// What is built for `wanted`, in order: each fixture after what it needs.
    ///
    /// # Errors
    /// The first reason why that cannot be.
    pub fn order(&self, wanted: &[FixtureUse]) -> Result<Vec<FixtureUse>, OrderError> {
        let mut order = Order { fixtures: self, built: Vec::new(), roles: BTreeSet::new(), trail: Vec::new() };
        for wanted in wanted {
            order.build(wanted.clone())?;
        }
        Ok(order.built)
    }

    fn verify(&self, sources: &Sources<'_>) {
        for fixture in self.iter() {
            let Some(found) = sources.by_name.get(&fixture.name) else { continue };
            let wanted = FixtureUse { name: fixture.name.clone(), with: Map::new() };
            match self.order(&[wanted]) {
                Err(error) => found.page.key(&pointer(&found.at, "given"), error.message(), error.help(self)),
                Ok(order) => {
                    let roles = order.iter().filter_map(|built| self.get(&built.name)).map(|built| built.role.clone()).collect();
                    self.verify_steps(found, roles);
                }
            }
        }
    }

    fn verify_steps(&self, found: &Found<'_>, roles: BTreeSet<String>) {
        let mut known = Known::new(roles.into_iter().chain(["with".to_owned()]).collect());
        for part in ["create", "destroy"] {
            let (list, at) = (if part == "create" { &found.source.create } else { &found.source.destroy }, pointer(&found.at, part));
            steps::compile(found.page, &at, list, Role::Before, &mut known);
        }
    }
}

struct Order<'a> {
    fixtures: &'a Fixtures,
    built: Vec<FixtureUse>,
    roles: BTreeSet<String>,
    trail: Vec<String>,
}

impl Order<'_> {
    fn build(&mut self, wanted: FixtureUse) -> Result<(), OrderError> {
        if self.trail.contains(&wanted.name) {
            let cycle = self.trail.iter().cloned().chain([wanted.name]).collect();
            return Err(OrderError::Cycle(cycle));
        }
        let fixture = self.fixtures.get(&wanted.name).ok_or_else(|| OrderError::Unknown(wanted.name.clone()))?;
        if self.roles.contains(&fixture.role) {
            return Err(OrderError::RoleTaken { fixture: wanted.name, role: fixture.role.clone() });
        }
        self.trail.push(wanted.name.clone());
        for role in &fixture.given {
            if !self.roles.contains(role) {
                self.build(FixtureUse { name: role.clone(), with: Map::new() })?;
            }
        }
        self.trail.pop();
        self.roles.insert(fixture.role.clone());
        self.built.push(wanted);
        Ok(())
    }
}

impl OrderError {
    /// What is wrong, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Unknown(name) => format!("there is no fixture `{name}`"),
            Self::RoleTaken { fixture, role } => format!("`{fixture}` comes too late: there is a `{role}` already"),
            Self::Cycle(trail) => format!("the fixture needs itself: {}", trail.join(" → ")),
        }
    }

    /// What to do about it.
    pub fn help(&self, fixtures: &Fixtures) -> Option<String> {
        match self {
            Self::Unknown(name) => did_you_mean(name, fixtures.by_name.keys().map(String::as_str)),
            Self::RoleTaken { fixture, .. } => Some(format!("name `{fixture}` before the fixtures that need it")),
            Self::Cycle(_) => None,
        }
    }
}

/// A fixture as it was written, and where.
struct Found<'a> {
    page: &'a Page<'a>,
    at: String,
    source: &'a FixtureSource,
}

struct Sources<'a> {
    by_name: BTreeMap<String, Found<'a>>,
}

impl<'a> Sources<'a> {
    fn collect(files: &'a [(&'a Page<'a>, FixtureFile)]) -> Self {
        let mut by_name = BTreeMap::new();
        for (page, file) in files {
            for (name, source) in &file.fixtures {
                let at = pointer("/fixtures", name);
                if by_name.contains_key(name) {
                    page.key(&at, format!("there is a fixture `{name}` already"), None);
                } else {
                    by_name.insert(name.clone(), Found { page, at, source });
                }
            }
        }
        Self { by_name }
    }

    /// The fixture and those that it extends, the furthest first; or the names that lead back to it.
    fn lineage(&self, name: &str) -> Result<Vec<&Found<'a>>, Vec<String>> {
        let (mut trail, mut lineage) = (vec![name.to_owned()], Vec::new());
        let mut here = self.by_name.get(name);
        while let Some(found) = here {
            lineage.insert(0, found);
            let Some(parent) = &found.source.extends else { break };
            if !self.by_name.contains_key(parent) {
                let help = did_you_mean(parent, self.by_name.keys().map(String::as_str));
                found.page.value(&pointer(&found.at, "extends"), format!("there is no fixture `{parent}`"), help);
            }
            trail.push(parent.clone());
            if trail[..trail.len() - 1].contains(parent) {
                return Err(trail);
            }
            here = self.by_name.get(parent);
        }
        Ok(lineage)
    }

    fn fixture(&self, name: &str, lineage: &[&Found<'a>]) -> Fixture {
        let last = |pick: fn(&FixtureSource) -> Option<&str>| lineage.iter().rev().find_map(|found| pick(found.source));
        let mut fixture = Fixture {
            name: name.to_owned(),
            about: lineage.last().map(|found| found.source.about.clone()).unwrap_or_default(),
            scope: lineage.iter().rev().find_map(|found| found.source.scope).unwrap_or(Scope::Case),
            role: last(|source| source.role.as_deref()).map_or_else(|| self.first_name(name), str::to_owned),
            given: Vec::new(),
            needs: BTreeSet::new(),
            with: Map::new(),
            save: Vec::new(),
            create: Vec::new(),
            destroy: Vec::new(),
        };
        lineage.iter().for_each(|found| fixture.inherit(found));
        fixture.needs.extend(steps::doors(&fixture.create));
        fixture
    }

    /// Without `as` the role is the name of the fixture furthest up.
    fn first_name(&self, name: &str) -> String {
        let mut name = name;
        while let Some(parent) = self.by_name.get(name).and_then(|found| found.source.extends.as_deref()) {
            name = parent;
        }
        name.to_owned()
    }
}

impl Fixture {
    fn inherit(&mut self, found: &Found<'_>) {
        let source = found.source;
        self.given.extend(source.given.iter().cloned());
        self.needs.extend(source.needs.iter().cloned());
        self.with.extend(source.with.clone());
        for (name, value) in &source.save {
            match Template::compile(value) {
                Ok(template) => self.save.push((name.clone(), template)),
                Err((below, error)) => {
                    let at = format!("{}{below}", pointer(&pointer(&found.at, "save"), name));
                    found.page.value(&at, error.to_string(), None);
                }
            }
        }
        // What the expressions may read is verified once, where the whole fixture is known.
        let mut anything = Known::anything();
        self.create.extend(steps::compile(found.page, &pointer(&found.at, "create"), &source.create, Role::Before, &mut anything));
        if !source.destroy.is_empty() {
            self.destroy = steps::compile(found.page, &pointer(&found.at, "destroy"), &source.destroy, Role::Before, &mut anything);
        }
    }
}
