//! A coverage as text; words that the formats share.

pub(super) mod human;
pub(super) mod markdown;

use super::{Claim, Claimant};

/// What is said, in words: `aws-verified, 3 cases`, `cannot be provoked: …`.
fn words(claim: &Claim) -> String {
    match claim {
        Claim::Claimed { strength, cases } => format!("{strength}, {}", number(cases)),
        Claim::CannotBeProvoked { reason } => format!("cannot be provoked: {reason}"),
        Claim::Unclaimed { reason } => format!("not claimed: {reason}"),
    }
}

fn number(cases: &[Claimant]) -> String {
    let either = if cases.iter().all(|case| case.one_of_several) { ", among other errors" } else { "" };
    match cases.len() {
        1 => format!("1 case{either}"),
        number => format!("{number} cases{either}"),
    }
}

/// Case names without the operation's, a few of them.
fn names(cases: &[Claimant]) -> String {
    const SHOWN: usize = 3;
    let short = |case: &Claimant| case.case.split_once("::").map_or(case.case.as_str(), |(_, name)| name).to_owned();
    let mut names: Vec<_> = cases.iter().take(SHOWN).map(short).collect();
    if cases.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.join(", ")
}
