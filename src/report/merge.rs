//! The results of a run's shards put together: the result that the whole run would have had.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::run_result::RunResult;
use crate::engine::{CaseResult, Summary};

/// Results that are not the parts of one whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no result to merge")]
    Nothing,
    /// They are of different runs.
    #[error("{} and {} are not of one run: the {what} of one is {one_has}, of the other {other_has}", one.display(), other.display())]
    Differ {
        /// What is not the same.
        what: &'static str,
        /// A file.
        one: PathBuf,
        /// What it says.
        one_has: String,
        /// Another file.
        other: PathBuf,
        /// What that one says.
        other_has: String,
    },
    /// A case would count twice.
    #[error("the case {case} is in {} and in {}: they are not parts of one run", one.display(), other.display())]
    Twice {
        /// Its name.
        case: String,
        /// A file.
        one: PathBuf,
        /// Another file.
        other: PathBuf,
    },
    /// A shard is not there, so that the union is not the whole.
    #[error("{}: name the results of all {count} shards", missing_shards(missing))]
    Missing {
        /// Their numbers, from 1.
        missing: Vec<u64>,
        /// How many shards there are.
        count: u64,
    },
    /// A shard is no `1/4`.
    #[error("{} says that it is shard {shard}, which is none", file.display())]
    Shard {
        /// The file.
        file: PathBuf,
        /// What it says.
        shard: String,
    },
}

fn missing_shards(missing: &[u64]) -> String {
    let numbers = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match missing {
        [_] => format!("shard {numbers} is missing"),
        _ => format!("shards {numbers} are missing"),
    }
}

/// The whole of these parts: shards of one run, or runs of different cases against one target.
///
/// Requests are added up. Shards run at the same time, so the longest is the whole's time. It was interrupted if any part was.
/// The endpoint and the command that runs a case again are those of the first.
///
/// # Errors
/// The parts are of different targets, suites, models or strictness; a case is in two of them; or a shard is missing.
pub fn merge(parts: Vec<(PathBuf, RunResult)>) -> Result<RunResult, MergeError> {
    let [first, others @ ..] = parts.as_slice() else { return Err(MergeError::Nothing) };
    others.iter().try_for_each(|other| are_of_one_run(first, other))?;
    all_shards_are_there(&parts)?;
    no_case_is_there_twice(&parts)?;
    let first = first.1.clone();
    Ok(parts.into_iter().fold(RunResult::of_no_case(first), |whole, (_, part)| whole.with(part)).finished())
}

type Part = (PathBuf, RunResult);

/// What must be the same in all parts, in words for people.
fn identity(result: &RunResult) -> [(&'static str, String); 5] {
    [
        ("target", result.target.clone()),
        ("target's version", result.target_version.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("suite's version", result.suite_version.clone()),
        ("service model", result.model.clone()),
        ("way to gate", if result.strict { "--strict" } else { "the usual" }.to_owned()),
    ]
}

fn are_of_one_run((one, one_result): &Part, (other, other_result): &Part) -> Result<(), MergeError> {
    let pairs = identity(one_result).into_iter().zip(identity(other_result));
    let mut differing = pairs.filter(|(one, other)| one != other);
    differing.next().map_or(Ok(()), |((what, one_has), (_, other_has))| {
        Err(MergeError::Differ { what, one: one.clone(), one_has, other: other.clone(), other_has })
    })
}

/// Where any part is a shard, all of its siblings must be there.
fn all_shards_are_there(parts: &[Part]) -> Result<(), MergeError> {
    let mut there: BTreeSet<u64> = BTreeSet::new();
    let mut whole: Option<(u64, &Path)> = None;
    for (file, result) in parts {
        let Some(shard) = &result.shard else { continue };
        let told = || MergeError::Shard { file: file.clone(), shard: shard.clone() };
        let (number, count) = shard_of(shard).ok_or_else(told)?;
        let (known, first) = *whole.get_or_insert((count, file));
        if known != count {
            let (one_has, other_has) = (known.to_string(), count.to_string());
            return Err(MergeError::Differ { what: "number of shards", one: first.to_owned(), one_has, other: file.clone(), other_has });
        }
        there.insert(number);
    }
    let Some((count, _)) = whole else { return Ok(()) };
    let missing: Vec<u64> = (1..=count).filter(|number| !there.contains(number)).collect();
    if missing.is_empty() { Ok(()) } else { Err(MergeError::Missing { missing, count }) }
}

fn shard_of(text: &str) -> Option<(u64, u64)> {
    let (number, count) = text.split_once('/')?;
    let (number, count): (u64, u64) = (number.parse().ok()?, count.parse().ok()?);
    (1..=count).contains(&number).then_some((number, count))
}

fn no_case_is_there_twice(parts: &[Part]) -> Result<(), MergeError> {
    let mut known: BTreeMap<&str, &Path> = BTreeMap::new();
    for (file, result) in parts {
        for CaseResult { name, .. } in &result.cases {
            if let Some(one) = known.insert(name, file) {
                return Err(MergeError::Twice { case: name.clone(), one: one.to_owned(), other: file.clone() });
            }
        }
    }
    Ok(())
}

impl RunResult {
    /// What all parts share, without anything that a part brings.
    fn of_no_case(first: Self) -> Self {
        Self {
            run_id: String::new(),
            shard: None,
            summary: Summary::default(),
            fixtures_failed: Vec::new(),
            left_behind: Vec::new(),
            cases: Vec::new(),
            ..first
        }
    }

    fn with(mut self, part: Self) -> Self {
        let ids: Vec<&str> = [self.run_id.as_str(), part.run_id.as_str()].into_iter().filter(|id| !id.is_empty()).collect();
        self.run_id = ids.join(",");
        self.started = self.started.min(part.started);
        self.summary.requests += part.summary.requests;
        self.summary.seconds = self.summary.seconds.max(part.summary.seconds);
        self.summary.interrupted |= part.summary.interrupted;
        part.cases.iter().for_each(|case| self.summary.add(case));
        self.fixtures_failed.extend(part.fixtures_failed);
        self.left_behind.extend(part.left_behind);
        self.cases.extend(part.cases);
        self
    }

    /// Each fixture that failed in the same way once; cases by name.
    fn finished(mut self) -> Self {
        let mut known = BTreeSet::new();
        self.fixtures_failed.retain(|failed| known.insert((failed.fixture.clone(), failed.cause.clone())));
        self.cases.sort_by(|one, other| one.name.cmp(&other.name));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::{CaseResult, Outcome, Tally};
    use rstest::rstest;

    /// The sample result, its cases dealt to so many shards.
    fn shards(count: usize) -> Vec<Part> {
        let whole = samples::result();
        let shard = |number: usize| {
            let cases: Vec<CaseResult> = whole.cases.iter().skip(number).step_by(count).cloned().collect();
            let mut summary = Summary { requests: 7, seconds: number as f64, ..Summary::default() };
            cases.iter().for_each(|case| summary.add(case));
            let shard = Some(format!("{}/{count}", number + 1));
            let result = RunResult { run_id: format!("r{number}"), shard, cases, summary, ..whole.clone() };
            (PathBuf::from(format!("{}.json", number + 1)), result)
        };
        (0..count).map(shard).collect()
    }

    #[rstest]
    #[case(1)]
    #[case(3)]
    #[case(10)]
    #[case::more_than_cases(12)]
    fn the_union_of_the_shards_is_the_whole(#[case] count: usize) {
        let mut parts = shards(count);
        parts.reverse();
        let (merged, whole) = (merge(parts).expect("all shards"), samples::result());
        assert_eq!(merged.cases, whole.cases);
        assert_eq!((&merged.summary.total, &merged.summary.operations), (&whole.summary.total, &whole.summary.operations));
        assert_eq!((merged.fixtures_failed, merged.shard), (whole.fixtures_failed, None));
        assert_eq!(merged.left_behind.len(), count);
    }

    #[test]
    fn requests_are_added_and_the_longest_time_is_the_whole() {
        let mut parts = shards(3);
        parts[1].1.summary.interrupted = true;
        parts[2].1.started = "2026-11-20T00:00:00Z".to_owned();
        let merged = merge(parts).expect("all shards");
        assert_eq!((merged.summary.requests, merged.summary.interrupted), (21, true));
        assert!((merged.summary.seconds - 2.0).abs() < f64::EPSILON);
        assert_eq!((merged.run_id.as_str(), merged.started.as_str()), ("r0,r1,r2", "2026-11-20T00:00:00Z"));
    }

    #[test]
    fn runs_of_different_cases_need_no_shards() {
        let mut parts = shards(2);
        parts.iter_mut().for_each(|(_, result)| result.shard = None);
        assert_eq!(merge(parts).expect("disjoint").cases.len(), 10);
    }

    #[test]
    fn figures_follow_from_the_cases() {
        let mut parts = shards(2);
        parts[0].1.summary.total = Tally { outcomes: [(Outcome::Pass, 99)].into(), ..Tally::default() };
        assert_eq!(merge(parts).expect("all shards").summary.total.total(), 10);
    }

    #[test]
    fn a_missing_shard_is_named() {
        let mut parts = shards(4);
        parts.remove(1);
        assert_eq!(merge(parts.clone()).expect_err("refused").to_string(), "shard 2 is missing: name the results of all 4 shards");
        parts.remove(0);
        assert_eq!(merge(parts), Err(MergeError::Missing { missing: vec![1, 2], count: 4 }));
    }

    #[test]
    fn a_case_in_two_parts_is_named_with_its_files() {
        let mut parts = shards(2);
        let again = parts[0].1.cases[0].clone();
        parts[1].1.cases.push(again);
        let message = merge(parts).expect_err("refused").to_string();
        assert_eq!(message, "the case AdminSetUserSettings::turns_sms_on is in 1.json and in 2.json: they are not parts of one run");
    }

    #[rstest]
    #[case::target(|result: &mut RunResult| result.target = "localemu".to_owned(), "the target of one is moto, of the other localemu")]
    #[case::version(|result: &mut RunResult| result.target_version = None, "target's version of one is 5.2.5, of the other unknown")]
    #[case::suite(|result: &mut RunResult| result.suite_version = "9".to_owned(), "suite's version")]
    #[case::model(|result: &mut RunResult| result.model = "other".to_owned(), "service model")]
    #[case::strict(|result: &mut RunResult| result.strict = true, "of one is the usual, of the other --strict")]
    #[case::count(|result: &mut RunResult| result.shard = Some("2/3".to_owned()), "number of shards of one is 2, of the other 3")]
    #[case::no_shard(|result: &mut RunResult| result.shard = Some("3/2".to_owned()), "2.json says that it is shard 3/2, which is none")]
    fn parts_of_different_runs_are_refused(#[case] change: fn(&mut RunResult), #[case] told: &str) {
        let mut parts = shards(2);
        change(&mut parts[1].1);
        let message = merge(parts).expect_err("refused").to_string();
        assert!(message.contains(told), "{message}");
    }

    #[test]
    fn nothing_is_no_run() {
        assert_eq!(merge(vec![]), Err(MergeError::Nothing));
    }
}
