//! Targets that are one program: a fork and its origin, one server with two settings.

use std::str::FromStr;

use thiserror::Error;

use super::column::Input;

/// Targets that are one program, by name: `moto,localemu`. Results of one target are a family anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    members: Vec<String>,
}

/// A family that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FamilyError {
    /// Fewer than two names.
    #[error("a family has two members or more: write `moto,localemu`")]
    Small,
    /// Nothing was compared of this name.
    #[error("no result is of the target `{member}`, which `--family` names; there are {}", there.join(", "))]
    Unknown {
        /// The name.
        member: String,
        /// Names that there are.
        there: Vec<String>,
    },
    /// A target is in two families.
    #[error("the target `{0}` is in two families; write them as one")]
    Twice(String),
}

impl Family {
    /// The name of the family: its first member's.
    pub fn name(&self) -> &str {
        self.members.first().map_or("", String::as_str)
    }

    /// Whether the target is a member.
    pub fn has(&self, target: &str) -> bool {
        self.members.iter().any(|member| member == target)
    }
}

impl FromStr for Family {
    type Err = FamilyError;

    fn from_str(text: &str) -> Result<Self, FamilyError> {
        let members: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        let whole = members.len() >= 2 && members.iter().all(|name| !name.is_empty());
        whole.then_some(Self { members }).ok_or(FamilyError::Small)
    }
}

/// Whether the families fit the results.
pub(super) fn check(families: &[Family], inputs: &[Input]) -> Result<(), FamilyError> {
    let is_there = |name: &String| inputs.iter().any(|input| input.result.target == *name);
    for member in families.iter().flat_map(|family| &family.members) {
        if families.iter().filter(|family| family.has(member)).count() > 1 {
            return Err(FamilyError::Twice(member.clone()));
        }
        if !is_there(member) {
            let mut there: Vec<String> = inputs.iter().map(|input| input.result.target.clone()).collect();
            there.dedup();
            return Err(FamilyError::Unknown { member: member.clone(), there });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::samples::input;
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::fits(&["a,b"], "")]
    #[case::spaces(&["a, b"], "")]
    #[case::two_of_them(&["a,b", "b,c"], "in two families")]
    #[case::nobody(&["a,x"], "no result is of the target `x`")]
    fn is_checked_against_the_results(#[case] families: &[&str], #[case] told: &str) {
        let families: Vec<Family> = families.iter().map(|family| family.parse().expect("two names")).collect();
        let inputs = ["a", "b", "c"].map(|target| input(target, vec![]));
        let message = check(&families, &inputs).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains(told) && told.is_empty() == message.is_empty(), "{message}");
    }

    #[rstest]
    #[case("moto")]
    #[case("moto,")]
    #[case("")]
    fn one_target_is_no_family(#[case] text: &str) {
        assert_eq!(text.parse::<Family>(), Err(FamilyError::Small));
    }
}
