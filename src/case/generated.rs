//! Cases that come from the service model: both sides of every constraint, and the shape of every answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::evidence::{Evidence, Level, Source};
use super::expression::Template;
use super::fixture::Fixtures;
use super::plan::{Action, Case, Expectation, FixtureUse, Origin, Places, Role, Step, Verdict};
use super::source::Wire;
use crate::model::{Constraint, JsonType, Model, Rule};

/// How the case of an operation is called that tells of wrong shapes: `GetUser::response_shape`.
pub const SHAPE_CASE: &str = "response_shape";

/// For every constraint on every input member: the value just outside must be refused with the right error, and the value
/// just inside must not be refused for that reason. Both are one case.
///
/// A text where a boolean is due is no such value: the service was seen to accept it.
pub fn constraint_cases(control: &Case, base: &Value) -> Vec<Case> {
    let model = Model::embedded();
    let constraints = model.input_constraints(&control.operation);
    let refused = constraints.iter().filter(|constraint| constraint.rule != Rule::Type(JsonType::Boolean));
    refused.filter_map(|constraint| constraint_case(model, control, base, constraint)).collect()
}

fn constraint_case(model: &Model, control: &Case, base: &Value, constraint: &Constraint) -> Option<Case> {
    let mut masked = base.clone();
    let mut expressions = BTreeMap::new();
    mask(&mut masked, &mut expressions);
    let sides = constraint.requests(model, &masked).ok()?;
    let error = refusal(&constraint.rule);
    let outside = step("outside", control, &expressions, sides.outside, Verdict::Error(vec![error.to_owned()]), vec![400])?;
    let inside = step("inside", control, &expressions, sides.inside, Verdict::Inside, Vec::new())?;
    Some(Case {
        name: format!("{}::model::{}::{}", control.operation, constraint.path.identifier(), constraint.rule.name()),
        about: Some(format!("`{}` must {}: just outside it is refused, just inside it is not.", constraint.path, constraint.rule)),
        origin: Origin::Constraint,
        evidence: evidence(constraint)?,
        steps: vec![outside, inside],
        control: Some(control.name.clone()),
        ..control.clone()
    })
}

/// A value of the wrong JSON type is not read at all; one that breaks a constraint is read and refused.
fn refusal(rule: &Rule) -> &'static str {
    match rule {
        Rule::Type(_) => "SerializationException",
        _ => "InvalidParameterException",
    }
}

/// Which wrong types the service refuses is known for texts, lists and maps; the others are a conclusion.
fn evidence(constraint: &Constraint) -> Option<Evidence> {
    let level = match constraint.rule {
        Rule::Type(JsonType::Object | JsonType::Number | JsonType::Any) => Level::Inferred,
        _ => Level::Model,
    };
    let source = format!("{}, {}: {}", Model::embedded().source, constraint.shape, constraint.rule);
    Evidence::new(vec![Source { level, year: None, source }], None)
}

fn step(
    label: &str,
    control: &Case,
    expressions: &BTreeMap<String, String>,
    mut input: Value,
    verdict: Verdict,
    status: Vec<u16>,
) -> Option<Step> {
    unmask(&mut input, expressions);
    let action = Action::Call { operation: control.operation.clone(), input: Template::compile(&input).ok()?, wire: Wire::default() };
    let expect = Expectation { verdict, status, places: Places::default(), ..Expectation::success() };
    Some(Step { role: Role::Main, label: label.to_owned(), action, expect, save: BTreeMap::new(), place: control.place.clone() })
}

/// Puts a plain value in place of each expression, so that the model can work on it.
fn mask(value: &mut Value, expressions: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) if text.contains('$') => {
            // Six digits satisfy nearly every pattern and length of the model.
            let stand_in = format!("{}", 700_001 + expressions.len());
            expressions.insert(stand_in.clone(), std::mem::replace(text, stand_in));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, expressions)),
        Value::Object(members) => members.values_mut().for_each(|member| mask(member, expressions)),
        _ => {}
    }
}

fn unmask(value: &mut Value, expressions: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => match expressions.get(text) {
            Some(expression) => text.clone_from(expression),
            None => *text = text.replace('$', "$$"),
        },
        Value::Array(items) => items.iter_mut().for_each(|item| unmask(item, expressions)),
        Value::Object(members) => members.values_mut().for_each(|member| unmask(member, expressions)),
        _ => {}
    }
}

/// For every operation that any case or fixture calls: the case under which wrong shapes are reported, once.
pub fn shape_cases(cases: &[Case], fixtures: &Fixtures) -> Vec<Case> {
    let called = cases.iter().flat_map(|case| &case.steps).chain(fixtures.iter().flat_map(|fixture| &fixture.create));
    let operations: BTreeSet<&str> = called.filter_map(operation).collect();
    operations.into_iter().filter_map(|operation| shape_case(operation, cases, fixtures)).collect()
}

fn operation(step: &Step) -> Option<&str> {
    match &step.action {
        Action::Call { operation, .. } => Some(operation),
        Action::Door { .. } | Action::Get { .. } => None,
    }
}

/// Sends the operation's own base request if it has one; else builds a fixture that calls it; else borrows a case's way to it.
fn shape_case(name: &str, cases: &[Case], fixtures: &Fixtures) -> Option<Case> {
    let control = cases.iter().find(|case| case.origin == Origin::Control && case.operation == name);
    let by_fixture = || {
        let fixture =
            fixtures.iter().find(|fixture| fixture.needs.is_empty() && fixture.create.iter().any(|step| operation(step) == Some(name)));
        let wanted = FixtureUse { name: fixture?.name.clone(), with: serde_json::Map::new() };
        fixtures.order(&[wanted]).ok().map(|given| (given, Vec::new(), BTreeSet::new()))
    };
    let by_case = || {
        let case = cases.iter().find(|case| accepts(case, name))?;
        let end = case.steps.iter().position(|step| operation(step) == Some(name))?;
        Some((case.given.clone(), case.steps[..=end].to_vec(), case.needs.clone()))
    };
    let way = control.map(|control| (control.given.clone(), control.steps.clone(), control.needs.clone()));
    let (given, steps, needs) = way.or_else(by_fixture).or_else(by_case)?;
    let source = Source { level: Level::Model, year: None, source: format!("{}, output of {name}", Model::embedded().source) };
    Some(Case {
        name: format!("{name}::{SHAPE_CASE}"),
        operation: name.to_owned(),
        about: Some("Every answer in the run has the shape that the service model gives.".to_owned()),
        origin: Origin::Shape,
        evidence: Evidence::new(vec![source], None)?,
        needs,
        given,
        steps,
        control: None,
        place: None,
    })
}

fn accepts(case: &Case, name: &str) -> bool {
    case.needs.is_empty() && case.steps.iter().any(|step| operation(step) == Some(name) && step.expect.verdict == Verdict::Success)
}
