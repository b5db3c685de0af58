//! Things outside the user pools that a case needs, which a target's profile names: `$target.sms_role_arn`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression::Template;
use super::fixture::Fixture;
use super::plan::{Action, Case, FixtureUse, Step};
use super::suite::Suite;

/// The name under which expressions reach them.
pub const TARGET: &str = "target";

impl Suite {
    /// Names of the resources that a case reads, those of its fixtures included.
    pub fn resources(&self, case: &Case) -> BTreeSet<String> {
        let given = case.given.iter().filter_map(|used| Some((used, self.fixtures.get(&used.name)?)));
        let of_fixtures = given.flat_map(|(used, fixture)| of_fixture(used, fixture));
        of_fixtures.chain(case.steps.iter().flat_map(of_step)).collect()
    }
}

fn of_fixture(used: &FixtureUse, fixture: &Fixture) -> BTreeSet<String> {
    let parameters = fixture.with.iter().map(|(name, value)| used.with.get(name).unwrap_or(value));
    let of_parameters = parameters.flat_map(of_written);
    let of_values = fixture.save.iter().flat_map(|(_, template)| template.members_of(TARGET));
    of_parameters.chain(of_values).chain(fixture.create.iter().flat_map(of_step)).collect()
}

fn of_step(step: &Step) -> BTreeSet<String> {
    let mut names = step.action.input().members_of(TARGET);
    if let Action::Call { wire, .. } = &step.action {
        names.extend(wire.body.iter().flat_map(|body| of_written(&Value::String(body.clone()))));
    }
    names.extend(step.expect.body.iter().flat_map(|body| body.members_of(TARGET)));
    names
}

fn of_written(value: &Value) -> BTreeSet<String> {
    Template::compile(value).map(|template| template.members_of(TARGET)).unwrap_or_default()
}
