//! Which faults there are: for each operation, from what it was observed to answer and what its cases claim.

use super::fault::{Fault, Header, Kind};
use super::member::{Change, MemberPath};
use super::observe::Observed;
use crate::case::{Case, Suite};

/// The operations whose cases are audited: every fault.
pub const AUDITED: [&str; 10] = [
    "SetUserSettings",
    "AdminSetUserSettings",
    "SetUserMFAPreference",
    "AdminSetUserMFAPreference",
    "GetUser",
    "AdminGetUser",
    "SetUserPoolMfaConfig",
    "GetUserPoolMfaConfig",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
];

/// Operations that fixtures call and that have few cases of their own: only faults that any case of them must notice.
pub const SUPPORTING: [&str; 4] = ["InitiateAuth", "RespondToAuthChallenge", "CreateUserPool", "AdminCreateUser"];

/// Operations that change nothing.
const READS: [&str; 3] = ["GetUser", "AdminGetUser", "GetUserPoolMfaConfig"];

/// Members of which no source says when they come back, so that no case may claim them: only their shape is judged.
const UNCLAIMED: [&str; 1] = ["SmsMfaConfiguration.SmsConfiguration.EumsSms"];

/// The faults of an audited operation.
pub fn audited(suite: &Suite, operation: &str, seen: &Observed) -> Vec<Fault> {
    let mut kinds = common(seen);
    kinds.extend([403, 404, 500].map(Kind::RefusalStatus));
    for refusals in &seen.refusals {
        kinds.extend([Kind::ErrorType(refusals.clone()), Kind::Accepted(refusals.clone())]);
    }
    let unclaimed = |path: &MemberPath| UNCLAIMED.iter().any(|member| path.to_string().starts_with(member));
    let members = seen.members.iter().filter(|(path, change)| *change == Change::Retyped || !unclaimed(path));
    kinds.extend(members.map(|(path, change)| Kind::Member(*change, path.clone())));
    for path in &seen.absent {
        kinds.extend([Change::Null, Change::Empty].map(|change| Kind::Member(change, path.clone())));
    }
    kinds.push(if READS.contains(&operation) { Kind::StaleRead } else { Kind::LostWrite });
    kinds.extend(claimed(suite, operation));
    named(operation, kinds)
}

/// The faults of a supporting operation: those that the model alone refuses, and those that make it useless.
pub fn supporting(operation: &str, seen: &Observed) -> Vec<Fault> {
    let mut kinds = common(seen);
    let retyped = seen.members.iter().filter(|(_, change)| *change == Change::Retyped);
    kinds.extend(retyped.map(|(path, change)| Kind::Member(*change, path.clone())));
    named(operation, kinds)
}

fn common(seen: &Observed) -> Vec<Kind> {
    if seen.succeeded { vec![Kind::Refused, Kind::SuccessStatus(201), Kind::MemberAdded] } else { Vec::new() }
}

/// Headers and messages are claimed by cases made for them. An operation without such a case is not one of their carriers:
/// the front end that writes headers is the same for all operations.
fn claimed(suite: &Suite, operation: &str) -> Vec<Kind> {
    let cases: Vec<&Case> = suite.cases().iter().filter(|case| case.operation == operation).collect();
    let steps = || cases.iter().flat_map(|case| &case.steps).filter(|step| step.action.name() == operation);
    let claims = |header: &Header| steps().any(|step| step.expect.headers.iter().any(|(name, _)| name == header.name()));
    let mut kinds: Vec<Kind> = Header::all().filter(claims).map(Kind::Header).collect();
    if steps().any(|step| step.expect.message.is_some()) {
        kinds.push(Kind::Message);
    }
    kinds
}

fn named(operation: &str, kinds: Vec<Kind>) -> Vec<Fault> {
    kinds.into_iter().map(|kind| Fault { operation: operation.to_owned(), kind }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_never_succeeded_is_not_refused_on_purpose() {
        assert!(supporting("InitiateAuth", &Observed::default()).is_empty());
    }

    #[test]
    fn every_audited_operation_has_cases() {
        let suite = Suite::embedded().expect("the cases are fine");
        for operation in AUDITED {
            assert!(suite.cases().iter().any(|case| case.operation == operation), "{operation} has no case");
        }
    }
}
