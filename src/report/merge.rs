//! The results of a run's shards put together: the result that the whole run would have had.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::run_result::{FixtureFailed, RunResult};
use crate::engine::{self, Gathered};

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
    /// A case or a shard would count twice.
    #[error("{what} is in {} and in {}: they are not parts of one run", one.display(), other.display())]
    Twice {
        /// The case or the shard.
        what: String,
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
    let gathered = |(_, part): &Part| Gathered { results: part.cases.clone(), summary: part.summary.clone() };
    let whole = engine::merge(parts.iter().map(gathered).collect()).map_err(|twice| case_twice(&twice.name, &parts))?;
    Ok(RunResult {
        run_id: parts.iter().map(|(_, part)| part.run_id.as_str()).collect::<Vec<_>>().join(","),
        started: parts.iter().map(|(_, part)| part.started.clone()).min().unwrap_or_default(),
        shard: None,
        summary: whole.summary,
        cases: whole.results,
        fixtures_failed: fixtures_failed(&parts),
        left_behind: parts.iter().flat_map(|(_, part)| part.left_behind.clone()).collect(),
        ..first.1.clone()
    })
}

type Part = (PathBuf, RunResult);

/// What must be the same in all parts, in words for people.
fn identity(result: &RunResult) -> [(&'static str, String); 6] {
    [
        ("target", result.target.clone()),
        ("target's version", result.target_version.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("suite's version", result.suite_version.clone()),
        ("service model", result.model.clone()),
        ("sender", result.via.clone().unwrap_or_else(|| "our own client".to_owned())),
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

/// Where any part is a shard, all of its siblings must be there, once.
fn all_shards_are_there(parts: &[Part]) -> Result<(), MergeError> {
    let shards: Vec<_> = parts.iter().filter_map(|(file, result)| Some((file, result.shard?))).collect();
    let Some((first, whole)) = shards.first() else { return Ok(()) };
    let mut there: BTreeMap<u64, &Path> = BTreeMap::new();
    for (file, shard) in &shards {
        if shard.count() != whole.count() {
            let (one_has, other_has) = (whole.count().to_string(), shard.count().to_string());
            return Err(MergeError::Differ {
                what: "number of shards",
                one: first.to_path_buf(),
                one_has,
                other: file.to_path_buf(),
                other_has,
            });
        }
        if let Some(one) = there.insert(shard.number(), file) {
            return Err(MergeError::Twice { what: format!("shard {shard}"), one: one.to_owned(), other: file.to_path_buf() });
        }
    }
    let missing: Vec<u64> = (1..=whole.count()).filter(|number| !there.contains_key(number)).collect();
    if missing.is_empty() { Ok(()) } else { Err(MergeError::Missing { missing, count: whole.count() }) }
}

fn case_twice(name: &str, parts: &[Part]) -> MergeError {
    let mut files = parts.iter().flat_map(|(file, part)| part.cases.iter().filter(|case| case.name == name).map(move |_| file.clone()));
    let (one, other) = (files.next().unwrap_or_default(), files.next().unwrap_or_default());
    MergeError::Twice { what: format!("the case {name}"), one, other }
}

/// A fixture that failed in the same way in several shards is told once.
fn fixtures_failed(parts: &[Part]) -> Vec<FixtureFailed> {
    let all = parts.iter().flat_map(|(_, part)| &part.fixtures_failed);
    let mut known = BTreeSet::new();
    all.filter(|failed| known.insert((&failed.fixture, &failed.cause))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::engine::{CaseResult, Outcome, Summary, Tally};
    use rstest::rstest;

    /// The sample result, its cases dealt to so many shards.
    fn shards(count: usize) -> Vec<Part> {
        let whole = samples::result();
        let shard = |number: usize| {
            let cases: Vec<CaseResult> = whole.cases.iter().skip(number).step_by(count).cloned().collect();
            let mut summary = Summary { requests: 7, seconds: number as f64, ..Summary::default() };
            cases.iter().for_each(|case| summary.add(case));
            let shard = format!("{}/{count}", number + 1).parse().ok();
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
        assert_eq!(merge(parts).expect("disjoint").cases.len(), samples::result().cases.len());
    }

    #[test]
    fn figures_follow_from_the_cases() {
        let mut parts = shards(2);
        parts[0].1.summary.total = Tally { outcomes: [(Outcome::Pass, 99)].into(), ..Tally::default() };
        assert_eq!(merge(parts).expect("all shards").summary.total.total(), samples::result().cases.len());
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
    #[case::count(|result: &mut RunResult| result.shard = "2/3".parse().ok(), "number of shards of one is 2, of the other 3")]
    #[case::shard(|result: &mut RunResult| result.shard = "1/2".parse().ok(), "shard 1/2 is in 1.json and in 2.json")]
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
