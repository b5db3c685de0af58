//! What a run would create at most, and what that could cost on the real service.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::messages::{Medium, of_case};
use crate::case::{Action, Case, Scope, Step, Suite};

/// US dollars for a user who is active in a month, by the tier of the pool, as AWS published them in 2025. The free ones of
/// each month are not taken off.
const USER: [(&str, f64); 3] = [("LITE", 0.0055), ("ESSENTIALS", 0.015), ("PLUS", 0.02)];

/// The tier of a pool that names none.
const DEFAULT_TIER: &str = "ESSENTIALS";

/// US dollars for an SMS to the United States, where the reserved numbers are: twice what AWS and the carriers took in 2025.
const SMS: f64 = 0.03;

/// US dollars for an email by Amazon SES, as published in 2025.
const EMAIL: f64 = 0.0001;

/// What a run would create at most, and what that could cost on the real service. Every case is counted as if it got to its
/// last step, at its first try.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estimate {
    /// User pools.
    pub pools: usize,
    /// App clients.
    pub clients: usize,
    /// Users, by the tier of their pool.
    pub users: BTreeMap<String, usize>,
    /// SMS, where messages are allowed.
    pub sms: usize,
    /// Emails, where messages are allowed. What may be either counts as both.
    pub emails: usize,
}

/// Reckons what a run of these cases would create.
pub fn estimate(suite: &Suite, names: &[String]) -> Estimate {
    let mut reckoning = Reckoning { suite, estimate: Estimate::default(), shared: BTreeSet::new() };
    let selected: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let cases = selected.iter().filter_map(|name| suite.case(name));
    let controls: BTreeSet<&str> = cases.clone().filter_map(|case| case.control.as_deref()).collect();
    for case in cases.chain(controls.difference(&selected).filter_map(|name| suite.case(name))) {
        reckoning.case(case);
    }
    reckoning.estimate
}

struct Reckoning<'a> {
    suite: &'a Suite,
    estimate: Estimate,
    /// Fixtures that are built once for all who use them, each with its parameters and what it stands on.
    shared: BTreeSet<String>,
}

impl Reckoning<'_> {
    fn case(&mut self, case: &Case) {
        let (mut instances, mut tier) = (BTreeMap::<&str, String>::new(), DEFAULT_TIER.to_owned());
        for used in &case.given {
            let Some(fixture) = self.suite.fixtures.get(&used.name) else { continue };
            let others: Vec<_> = fixture.given.iter().map(|role| instances.get(role.as_str())).collect();
            let key = format!("{} {} {others:?}", used.name, Value::Object(used.with.clone()));
            instances.insert(&fixture.role, key.clone());
            tier = fixture.create.iter().find_map(|step| tier_of(step, used.with.get("tier").or(fixture.with.get("tier")))).unwrap_or(tier);
            if fixture.scope == Scope::Case || self.shared.insert(key) {
                fixture.create.iter().for_each(|step| self.step(step, &tier));
            }
        }
        case.steps.iter().for_each(|step| self.step(step, &tier));
        for sent in of_case(self.suite, case) {
            self.estimate.sms += usize::from(sent.medium != Medium::Email);
            self.estimate.emails += usize::from(sent.medium != Medium::Sms);
        }
    }

    fn step(&mut self, step: &Step, tier: &str) {
        match step.action.name() {
            "CreateUserPool" => self.estimate.pools += 1,
            "CreateUserPoolClient" => self.estimate.clients += 1,
            "AdminCreateUser" | "SignUp" => *self.estimate.users.entry(tier.to_owned()).or_default() += 1,
            _ => {}
        }
    }
}

/// The tier of a pool that a step makes; `parameter` is what an expression may stand for. One that cannot be told is the dearest.
fn tier_of(step: &Step, parameter: Option<&Value>) -> Option<String> {
    let Action::Call { operation, input, .. } = &step.action else { return None };
    if operation != "CreateUserPool" {
        return None;
    }
    let written = input.written();
    let tier = match written.get("UserPoolTier").and_then(Value::as_str) {
        None => DEFAULT_TIER,
        Some("$with.tier") => parameter.and_then(Value::as_str).unwrap_or_default(),
        Some(tier) => tier,
    };
    let is_known = USER.iter().any(|(known, _)| *known == tier);
    Some(if is_known { tier } else { "PLUS" }.to_owned())
}

impl Estimate {
    /// US dollars at most, but for messages.
    pub fn cost(&self) -> f64 {
        let price = |tier: &str| USER.iter().find(|(known, _)| *known == tier).map_or(0.02, |(_, price)| *price);
        self.users.iter().map(|(tier, users)| price(tier) * count(*users)).sum()
    }

    /// US dollars that messages add at most.
    pub fn cost_of_messages(&self) -> f64 {
        count(self.sms) * SMS + count(self.emails) * EMAIL
    }
}

/// A run has no more than millions of anything.
fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let users: usize = self.users.values().sum();
        write!(
            f,
            "at most {} user pools, {} app clients and {users} users, which cost USD {:.2} at most (prices of 2025, nothing free)",
            self.pools,
            self.clients,
            rounded_up(self.cost())
        )?;
        if self.sms + self.emails == 0 {
            return Ok(());
        }
        let messages = rounded_up(self.cost_of_messages());
        write!(f, "; with --allow-messages {} SMS and {} emails, for USD {messages:.2} more", self.sms, self.emails)
    }
}

/// To the next cent: what is told as the most must not be less.
fn rounded_up(dollars: f64) -> f64 {
    (dollars * 100.0 - 1e-9).max(0.0).ceil() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Estimate {
        let suite = Suite::embedded().expect("the cases are right");
        assert!(names.iter().all(|name| suite.case(name).is_some()), "{names:?}");
        estimate(&suite, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    fn with_users(pools: usize, clients: usize, users: usize) -> Estimate {
        let users = [(DEFAULT_TIER.to_owned(), users)].into_iter().filter(|(_, users)| *users > 0).collect();
        Estimate { pools, clients, users, ..Estimate::default() }
    }

    #[test]
    fn what_is_shared_counts_once_and_so_does_the_control() {
        assert_eq!(of(&["SetUserSettings::base_request_is_accepted"]), with_users(1, 1, 1));
        // The refusal brings its control along.
        let refusals =
            of(&["AdminSetUserSettings::request_refused::pool_id_missing", "AdminSetUserSettings::request_refused::options_missing"]);
        assert_eq!(refusals, with_users(1, 1, 3));
    }

    #[test]
    fn pools_of_a_case_alone_count_each_time() {
        assert_eq!(of(&["GetUserPoolMfaConfig::shows_sms"]).pools, 1);
        let all = of(&["SetUserPoolMfaConfig::turns_sms_on", "SetUserPoolMfaConfig::turns_several_factors_on"]);
        assert!(all.pools >= 2, "{all:?}");
    }

    #[test]
    fn messages_are_told_apart() {
        let estimate = of(&["InitiateAuth::preferred_factor_is_asked_for::sms", "InitiateAuth::preferred_factor_is_asked_for::email"]);
        assert_eq!((estimate.sms, estimate.emails), (1, 1));
    }

    #[test]
    fn says_what_it_could_cost() {
        let users = [("ESSENTIALS".to_owned(), 3), ("PLUS".to_owned(), 1)].into();
        let estimate = Estimate { pools: 2, clients: 2, users, sms: 1, emails: 0 };
        let text = "at most 2 user pools, 2 app clients and 4 users, which cost USD 0.07 at most (prices of 2025, nothing free); \
                    with --allow-messages 1 SMS and 0 emails, for USD 0.03 more";
        assert_eq!(estimate.to_string(), text);
        assert!(!with_users(1, 1, 1).to_string().contains("SMS"));
    }
}
