//! The shards of a run put together: what the whole run would have said.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::outcome::{CaseResult, Outcome};
use super::summary::Summary;
use crate::case::SHAPE_CASE;
use crate::judge::Check;

/// What a run brought: its results, by name once merged, and its figures.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// A result for each case.
    pub results: Vec<CaseResult>,
    /// The run in figures.
    pub summary: Summary,
}

/// A case that two runs judged, so that they are not shards of one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the case `{name}` is in more than one of the reports: they are not shards of one run")]
pub struct Twice {
    /// Its name.
    pub name: String,
}

/// The shards of a run as one. Each case is in one shard only, but for shape cases: those are broken where any shard saw a wrong
/// answer, and hold where any saw the operation succeed and none saw a wrong answer.
///
/// # Errors
/// A case is in two shards.
pub fn merge(shards: Vec<Gathered>) -> Result<Gathered, Twice> {
    let mut summary = Summary::default();
    let mut by_name: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    let seen: Vec<_> = shards.iter().map(|shard| shard.summary.shapes_seen.clone()).collect();
    for (shard, Gathered { results, summary: figures }) in shards.into_iter().enumerate() {
        summary.take(figures);
        for result in results {
            by_name.entry(result.name.clone()).or_default().push(Told { shard, result });
        }
    }
    let mut results = Vec::with_capacity(by_name.len());
    for told in by_name.into_values() {
        let result = one(told, &seen)?;
        summary.add(&result);
        results.push(result);
    }
    Ok(Gathered { results, summary })
}

/// A result, and the shard that tells it.
struct Told {
    shard: usize,
    result: CaseResult,
}

impl Told {
    fn is_broken_shape(&self) -> bool {
        is_shape_case(&self.result) && self.result.findings.iter().any(|finding| finding.check == Check::Shape)
    }
}

fn is_shape_case(result: &CaseResult) -> bool {
    result.name.rsplit("::").next() == Some(SHAPE_CASE)
}

/// What all shards together say of one case.
fn one(told: Vec<Told>, seen: &[BTreeSet<String>]) -> Result<CaseResult, Twice> {
    let (mut broken, mut others): (Vec<_>, Vec<_>) = told.into_iter().partition(Told::is_broken_shape);
    match (others.pop(), broken.pop()) {
        (Some(other), _) if !others.is_empty() => Err(Twice { name: other.result.name }),
        (_, Some(last)) => Ok(broken.into_iter().fold(last.result, |all, told| united(all, told.result))),
        (Some(only), None) => Ok(unless_seen_elsewhere(only, seen)),
        (None, None) => unreachable!("each name was told at least once"),
    }
}

/// Two shards saw wrong answers: each place and rule is told once.
fn united(mut all: CaseResult, more: CaseResult) -> CaseResult {
    for finding in more.findings {
        if !all.findings.iter().any(|known| known.path == finding.path && known.fault == finding.fault) {
            all.findings.push(finding);
        }
    }
    all
}

/// A shard in which an operation never succeeds looks for itself. What it found then does not count where another saw it succeed.
fn unless_seen_elsewhere(told: Told, seen: &[BTreeSet<String>]) -> CaseResult {
    let Told { shard, result } = told;
    let elsewhere = seen.iter().enumerate().any(|(other, seen)| other != shard && seen.contains(&result.operation));
    if !elsewhere || !is_shape_case(&result) || matches!(result.outcome, Outcome::Pass | Outcome::UnexpectedPass) {
        return result;
    }
    CaseResult { outcome: Outcome::Pass, findings: Vec::new(), reason: None, cause: None, exchanges: Vec::new(), ..result }
}

impl Summary {
    /// What does not follow from the results. Shards run at the same time: the longest is the whole.
    fn take(&mut self, shard: Self) {
        self.requests += shard.requests;
        self.seconds = self.seconds.max(shard.seconds);
        self.weather.add(&shard.weather);
        self.interrupted |= shard.interrupted;
        self.lost |= shard.lost;
        self.shapes_seen.extend(shard.shapes_seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::outcome::sample;
    use crate::judge::{Fault, Finding};
    use Outcome::{Blocked, Fail, Pass};
    use rstest::rstest;

    fn wrong(check: Check, path: &str) -> Finding {
        let fault = Fault::NotJson { found: "nothing".to_owned() };
        Finding { check, step: "request".to_owned(), operation: "GetUser".to_owned(), path: path.to_owned(), fault, place: None }
    }

    fn shard(results: Vec<CaseResult>, seen: &[&str]) -> Gathered {
        let shapes_seen = seen.iter().map(|name| (*name).to_owned()).collect();
        Gathered { results, summary: Summary { requests: 2, seconds: 1.5, shapes_seen, ..Summary::default() } }
    }

    fn shape(outcome: Outcome, findings: &[(Check, &str)]) -> CaseResult {
        let findings = findings.iter().map(|(check, path)| wrong(*check, path)).collect();
        CaseResult { findings, ..sample("GetUser::response_shape", outcome) }
    }

    #[test]
    fn the_figures_are_those_of_the_whole() {
        let one = shard(vec![sample("B::x", Pass), sample("A::x", Fail)], &[]);
        let whole = merge(vec![one, shard(vec![sample("A::y", Pass)], &[])]).expect("shards of one run");
        let names: Vec<_> = whole.results.iter().map(|result| result.name.as_str()).collect();
        assert_eq!(names, ["A::x", "A::y", "B::x"]);
        assert_eq!((whole.summary.total.total(), whole.summary.total.gating, whole.summary.requests), (3, 1, 4));
        assert!((whole.summary.seconds - 1.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_case_is_in_one_shard_only() {
        let twice = || shard(vec![sample("A::x", Pass)], &[]);
        assert_eq!(merge(vec![twice(), twice()]).expect_err("twice").name, "A::x");
        let twice = || shard(vec![shape(Pass, &[])], &[]);
        assert!(merge(vec![twice(), twice()]).is_err());
    }

    #[rstest]
    #[case::all_well(vec![shard(vec![shape(Pass, &[])], &["GetUser"])], Pass, 0)]
    #[case::broken_elsewhere(vec![shard(vec![shape(Pass, &[])], &["GetUser"]), shard(vec![shape(Fail, &[(Check::Shape, "$.A")])], &["GetUser"])], Fail, 1)]
    #[case::broken_in_two_ways(
        vec![
            shard(vec![shape(Fail, &[(Check::Shape, "$.A"), (Check::Shape, "$.B")])], &["GetUser"]),
            shard(vec![shape(Fail, &[(Check::Shape, "$.A"), (Check::Shape, "$.C")])], &["GetUser"]),
        ],
        Fail,
        3
    )]
    #[case::looked_in_vain(vec![shard(vec![shape(Blocked, &[])], &[]), shard(vec![], &[])], Blocked, 0)]
    #[case::looked_in_vain_but_seen(vec![shard(vec![shape(Blocked, &[])], &[]), shard(vec![], &["GetUser"])], Pass, 0)]
    #[case::looked_and_wrong(vec![shard(vec![shape(Fail, &[(Check::Status, "")])], &["GetUser"])], Fail, 1)]
    #[case::looked_and_wrong_but_seen(vec![shard(vec![shape(Fail, &[(Check::Status, "")])], &["GetUser"]), shard(vec![], &["GetUser"])], Pass, 0)]
    fn a_shape_is_judged_by_what_all_saw(#[case] shards: Vec<Gathered>, #[case] outcome: Outcome, #[case] findings: usize) {
        let whole = merge(shards).expect("shards of one run");
        assert_eq!(whole.results.iter().map(|result| (result.outcome, result.findings.len())).collect::<Vec<_>>(), [(outcome, findings)]);
    }
}
