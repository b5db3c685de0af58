//! Which faults there are: for each operation, from what it was observed to answer and what its cases claim.

use std::collections::BTreeSet;

use super::documents::{CLAIMED_BY, Misprint};
use super::fault::{Fault, Header, Kind};
use super::member::{Change, MemberPath};
use super::observe::Observed;
use super::token::{Blemish, Flaw, Which};
use crate::case::{Case, Suite, TokenPattern, TokenUse};
use crate::model;

/// Operations that fixtures call and that have few cases of their own: only faults that any case of them must notice. All other
/// operations with cases get every fault.
pub const SUPPORTING: [&str; 6] =
    ["CreateIdentityProvider", "CreateUserPool", "CreateUserPoolClient", "DeleteUserPool", "DescribeUserPool", "UpdateUserPool"];

/// Operations whose answers have tokens, which are wrong in turn. What all tokens have in common is claimed of the first one only:
/// one part of a server makes them all.
pub const TOKENS: [&str; 4] = ["InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken"];

/// Claims that say who may do what where: wrong at any operation, they open doors.
const WEIGHTY: [&str; 10] = ["aud", "client_id", "cognito:username", "exp", "iss", "origin_jti", "scope", "sub", "token_use", "username"];

/// What no source says of a member, so that no case may claim it.
const PRESENCE: &[Change] = &[Change::Dropped, Change::Altered, Change::Emptied, Change::Shortened];
const VALUE: &[Change] = &[Change::Altered];
const ABSENCE: &[Change] = &[Change::Empty];

/// Members of which something is claimed by nobody.
const UNCLAIMED: [(&str, &str, &[Change]); 12] = [
    ("GetUserPoolMfaConfig", "SmsMfaConfiguration.SmsConfiguration.EumsSms", PRESENCE),
    ("SetUserPoolMfaConfig", "SmsMfaConfiguration.SmsConfiguration.EumsSms", PRESENCE),
    // Which challenge a name was chosen from, where it is the answer to the choice.
    ("RespondToAuthChallenge", "AvailableChallenges", PRESENCE),
    ("AdminRespondToAuthChallenge", "AvailableChallenges", PRESENCE),
    // Which key it is that the challenge after DEVICE_SRP_AUTH is about; whoever answers it knows.
    ("RespondToAuthChallenge", "ChallengeParameters.DEVICE_KEY", PRESENCE),
    ("AdminRespondToAuthChallenge", "ChallengeParameters.DEVICE_KEY", PRESENCE),
    // A device's verifier is made with whatever group it was given.
    ("InitiateAuth", "AuthenticationResult.NewDeviceMetadata.DeviceGroupKey", VALUE),
    // What threat protection thinks of a sign-in, and who said that it was wrong.
    ("AdminListUserAuthEvents", "AuthEvents[].EventRisk.RiskDecision", VALUE),
    ("AdminListUserAuthEvents", "AuthEvents[].EventFeedback.Provider", VALUE),
    // The service makes it up from what it knows of authenticators.
    ("ListWebAuthnCredentials", "Credentials[].FriendlyCredentialName", VALUE),
    ("SignUp", "Session", ABSENCE),
    ("UpdateUserAttributes", "CodeDeliveryDetailsList", ABSENCE),
];

/// The operations that get every fault.
pub fn audited(suite: &Suite) -> Vec<&str> {
    let operations: BTreeSet<_> = suite.cases().iter().map(|case| case.operation.as_str()).collect();
    operations.into_iter().filter(|operation| !SUPPORTING.contains(operation)).collect()
}

/// Every fault of an operation.
pub fn all(suite: &Suite, operation: &str, seen: &Observed) -> Vec<Fault> {
    let mut kinds = common(seen);
    kinds.extend([403, 404, 500].map(Kind::RefusalStatus));
    for refusals in &seen.refusals {
        kinds.extend([Kind::ErrorType(refusals.clone()), Kind::Accepted(refusals.clone())]);
    }
    let absent = seen.absent.iter().flat_map(|path| [Change::Null, Change::Empty].map(|change| (path.clone(), change)));
    let claimed_by_nobody = |path: &MemberPath, change| {
        let is_of = |of: &str, member: &str| of == operation && path.to_string().starts_with(member);
        UNCLAIMED.iter().any(|(of, member, changes)| is_of(of, member) && changes.contains(&change))
    };
    let members = seen.members.iter().cloned().chain(absent).filter(|(path, change)| !claimed_by_nobody(path, *change));
    kinds.extend(members.map(|(path, change)| Kind::Member(change, path)));
    match (model::only_reads(operation), seen.succeeded) {
        (true, _) => kinds.push(Kind::StaleRead),
        (false, true) => kinds.push(Kind::LostWrite),
        (false, false) => {}
    }
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

/// The faults of the tokens of an operation.
pub fn tokens(suite: &Suite, operation: &str, seen: &Observed) -> Vec<Fault> {
    let is_first = operation == TOKENS[0];
    let patterns = expected_tokens(suite, operation);
    let named = |which: Which, claim: &str| patterns.iter().any(|token| Which::from(token.kind) == which && token.named().contains(claim));
    let always = |which: Which, claim: &str| {
        [TokenUse::Access, TokenUse::Id].into_iter().any(|kind| Which::from(kind) == which && kind.claims().contains(&claim))
    };
    let mut flaws = vec![Flaw::Swapped];
    for which in Which::ALL {
        let common = [Blemish::ForeignKey, Blemish::UnknownKey, Blemish::OtherAlgorithm, Blemish::Opaque];
        let blemishes = Blemish::NAMES.into_iter().map(|(blemish, _)| blemish).filter(|blemish| is_first || common.contains(blemish));
        flaws.extend(blemishes.map(|blemish| Flaw::One(which, blemish)));
    }
    for (which, claim) in &seen.claims {
        let changes: &[Change] = match claim.as_str() {
            // One event is as good as another, and at one operation alone so is one sign-in.
            "event_id" if is_first => &[Change::Dropped, Change::Retyped],
            "origin_jti" | "jti" if !is_first => &[Change::Dropped],
            _ if is_first && (always(*which, claim) || named(*which, claim)) => &[Change::Dropped, Change::Retyped, Change::Altered],
            claim if WEIGHTY.contains(&claim) => &[Change::Dropped, Change::Altered],
            _ => &[],
        };
        flaws.extend(changes.iter().map(|change| Flaw::Claim(*which, *change, claim.clone())));
    }
    self::named(operation, flaws.into_iter().map(Kind::Token).collect())
}

/// What the operation's cases expect of its tokens.
fn expected_tokens<'s>(suite: &'s Suite, operation: &str) -> Vec<&'s TokenPattern> {
    let cases = suite.cases().iter().filter(|case| case.operation == operation);
    cases.flat_map(Case::own_steps).filter_map(|step| step.expect.body.as_ref()).flat_map(|body| body.tokens()).collect()
}

/// The faults of the documents by which tokens are verified.
pub fn documents() -> Vec<Fault> {
    named(CLAIMED_BY, Misprint::NAMES.into_iter().map(|(misprint, _)| Kind::Document(misprint)).collect())
}

fn common(seen: &Observed) -> Vec<Kind> {
    if seen.succeeded { vec![Kind::Refused, Kind::SuccessStatus(201), Kind::MemberAdded] } else { Vec::new() }
}

/// Headers and messages are claimed by cases made for them. An operation without such a case is not one of their carriers:
/// the front end that writes headers is the same for all operations.
fn claimed(suite: &Suite, operation: &str) -> Vec<Kind> {
    let cases: Vec<&Case> = suite.cases().iter().filter(|case| case.operation == operation).collect();
    let steps = || cases.iter().flat_map(|case| case.own_steps());
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
        assert!(supporting("CreateUserPool", &Observed::default()).is_empty());
    }

    #[test]
    fn every_supporting_operation_has_cases() {
        let suite = Suite::embedded().expect("the cases are fine");
        for operation in SUPPORTING {
            assert!(suite.cases().iter().any(|case| case.operation == operation), "{operation} has no case");
        }
    }
}
