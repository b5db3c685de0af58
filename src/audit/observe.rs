//! What the reference answers without a fault: from that, faults are derived that make a difference.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::fault::Refusals;
use super::layer::refusals_of;
use super::member::{Change, MemberPath};
use super::token::Which;
use crate::model::Model;
use crate::reference::{Response, Tamper};

/// Levels of members that are looked at: `SmsMfaConfiguration.SmsConfiguration.SnsCallerArn` is the deepest of the MFA operations.
const DEPTH: usize = 3;

/// What one operation answered.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// It succeeded at least once.
    pub succeeded: bool,
    /// Reasons of its refusals.
    pub refusals: BTreeSet<Refusals>,
    /// Members of its successes, with the changes that can be made to them.
    pub members: BTreeSet<(MemberPath, Change)>,
    /// Members of the body itself that were absent at least once.
    pub absent: BTreeSet<MemberPath>,
    /// Claims of its tokens.
    pub claims: BTreeSet<(Which, String)>,
}

/// A layer that changes nothing and remembers.
#[derive(Debug, Default)]
pub struct Observer {
    seen: Mutex<BTreeMap<String, Observed>>,
}

impl Observer {
    /// What an operation answered.
    pub fn of(&self, operation: &str) -> Observed {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(operation).cloned().unwrap_or_default()
    }
}

impl Tamper for Observer {
    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.entry(operation.to_owned()).or_default();
        match refusals_of(&response.body) {
            Some(refusals) => drop(seen.refusals.insert(refusals)),
            None => seen.success(operation, &response.body),
        }
    }
}

impl Observed {
    fn success(&mut self, operation: &str, body: &Value) {
        self.succeeded = true;
        for (path, value) in MemberPath::all(body, DEPTH) {
            let changes = Change::NAMES.iter().map(|(change, _)| *change).filter(|change| change.suits(value));
            self.members.extend(changes.map(|change| (path.clone(), change)));
        }
        for which in Which::ALL {
            let claims = which.claims(body).into_iter().flatten();
            self.claims.extend(claims.map(|(name, _)| (which, name)));
        }
        let modelled = Model::embedded().output_members(operation).into_iter().flatten();
        let absent = modelled.filter(|(name, _)| body.get(name.as_str()).is_none());
        self.absent.extend(absent.map(|(name, _)| MemberPath::top(name)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn see(observer: &Observer, status: u16, body: Value) {
        observer.after("GetUser", &Value::Null, &mut Response { status, headers: BTreeMap::new(), body });
    }

    #[test]
    fn remembers_members_and_reasons() {
        let observer = Observer::default();
        see(&observer, 200, json!({"Username": "ann", "UserAttributes": []}));
        see(&observer, 400, json!({"__type": "NotAuthorizedException", "message": "no"}));
        let seen = observer.of("GetUser");
        assert!(seen.succeeded);
        assert!(seen.members.contains(&(MemberPath::top("Username"), Change::Altered)));
        assert!(!seen.members.contains(&(MemberPath::top("UserAttributes"), Change::Emptied)), "it is empty already");
        assert!(seen.absent.contains(&MemberPath::top("MFAOptions")));
        assert_eq!(seen.refusals.first().map(ToString::to_string), Some("NotAuthorizedException:no".to_owned()));
    }
}
