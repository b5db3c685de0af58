//! Claims that most targets contradict in the same way. No server is evidence for another, and a majority is none either; but where
//! many who never spoke to each other say the same, the evidence deserves a second look.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::column::Column;
use super::observed::Observed;
use crate::case::{Evidence, Place};
use crate::engine::CaseResult;
use crate::report::RunResult;

/// Families that must have been judged before their agreement says anything.
const FEWEST: usize = 3;
/// The embedded server answers what the suite claims: it has no voice.
const REFERENCE: &str = "reference";

/// A claim that most targets contradict in the same way.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Suspect {
    /// Name of the case.
    pub case: String,
    /// Its operation.
    pub operation: String,
    /// The claim in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Made from the service model rather than written by hand.
    pub generated: bool,
    /// Why the claim is believed.
    pub evidence: Evidence,
    /// Where the case stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Families of which at least one result was judged. The embedded server is none.
    pub judged: usize,
    /// What most of them answer alike, that on which most agree first.
    pub answers: Vec<Agreed>,
    /// Labels of the results that pass the case.
    pub passed: Vec<String>,
}

/// An answer on which two thirds of the judged families agree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Agreed {
    /// What is wrong with it, by our claim.
    #[serde(flatten)]
    pub observed: Observed,
    /// Families of which every judged result answers so.
    pub families: usize,
    /// Labels of the results that answer so.
    pub targets: Vec<String>,
}

impl Suspect {
    /// Families that agree on the first answer.
    pub fn agreeing(&self) -> usize {
        self.answers.first().map_or(0, |answer| answer.families)
    }

    /// The evidence in one word: a level, or `contested`.
    pub fn standing(&self) -> String {
        self.evidence.standing()
    }

    /// What gates before what does not, then strong agreement, then weak evidence, then many who agree.
    fn rank(&self) -> impl Ord + use<> {
        let soft = !self.answers.iter().any(|answer| answer.observed.check.gates());
        let share = self.agreeing() * 10_000 / self.judged.max(1);
        let weak = (self.evidence.contested.is_some(), self.evidence.level);
        (soft, Reverse(share), Reverse(weak), Reverse(self.agreeing()), self.case.clone())
    }
}

pub(super) fn of(columns: &[Column], results: &[&RunResult]) -> Vec<Suspect> {
    let mut by_case: BTreeMap<&str, Vec<Voice<'_>>> = BTreeMap::new();
    for (column, result) in columns.iter().zip(results).filter(|(column, _)| column.target != REFERENCE) {
        for case in result.cases.iter().filter(|case| case.outcome.is_judged()) {
            by_case.entry(&case.name).or_default().push(Voice { column, case, says: Observed::all(&case.findings) });
        }
    }
    let mut suspects: Vec<Suspect> = by_case.into_values().filter_map(|voices| suspect(&voices)).collect();
    suspects.sort_by_cached_key(Suspect::rank);
    suspects
}

/// What one result says of a case.
struct Voice<'a> {
    column: &'a Column,
    case: &'a CaseResult,
    says: Vec<Observed>,
}

fn suspect(voices: &[Voice<'_>]) -> Option<Suspect> {
    let judged = families(voices.iter()).len();
    if judged < FEWEST {
        return None;
    }
    let said: BTreeSet<&Observed> = voices.iter().flat_map(|voice| &voice.says).collect();
    let agreed = said.into_iter().map(|observed| agreement(observed, voices));
    let mut answers: Vec<Agreed> = agreed.filter(|agreed| agreed.families * 3 >= judged * 2).collect();
    answers.sort_by_key(|agreed| (!agreed.observed.check.gates(), Reverse(agreed.families)));
    let first = answers.first()?;
    let case = voices.iter().find(|voice| voice.says.contains(&first.observed))?.case;
    Some(Suspect {
        case: case.name.clone(),
        operation: case.operation.clone(),
        about: case.about.clone(),
        generated: case.generated,
        evidence: case.evidence.clone(),
        place: case.place.clone(),
        judged,
        passed: labels(voices.iter().filter(|voice| voice.case.findings.is_empty())),
        answers,
    })
}

/// Who says this: a family only where all that were judged of it do.
fn agreement(observed: &Observed, voices: &[Voice<'_>]) -> Agreed {
    let (saying, silent): (Vec<_>, Vec<_>) = voices.iter().partition(|voice| voice.says.contains(observed));
    let divided = families(silent.into_iter());
    let families = families(saying.iter().copied()).difference(&divided).count();
    Agreed { observed: observed.clone(), families, targets: labels(saying.into_iter()) }
}

fn families<'a>(voices: impl Iterator<Item = &'a Voice<'a>>) -> BTreeSet<&'a str> {
    voices.map(|voice| voice.column.family.as_str()).collect()
}

fn labels<'a>(voices: impl Iterator<Item = &'a Voice<'a>>) -> Vec<String> {
    voices.map(|voice| voice.column.label.clone()).collect()
}

/// Suspects that are suspect in the same way, for whoever reads them: one reason to look, one entry. In the order of the first of each.
pub(super) fn alike(suspects: &[Suspect]) -> Vec<Vec<&Suspect>> {
    let mut groups: Vec<Vec<&Suspect>> = Vec::new();
    for suspect in suspects {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| are_alike(first, suspect))) {
            Some(group) => group.push(suspect),
            None => groups.push(vec![suspect]),
        }
    }
    groups
}

/// Other places and operations, but the same expectation, the same answers by the same targets, and evidence of the same kind.
fn are_alike(one: &Suspect, other: &Suspect) -> bool {
    let said = |suspect: &Suspect| {
        let rows = suspect
            .answers
            .iter()
            .map(|Agreed { observed, targets, .. }| (observed.check, observed.expected.clone(), observed.actual.clone(), targets.clone()));
        rows.collect::<Vec<_>>()
    };
    one.judged == other.judged && one.generated == other.generated && one.standing() == other.standing() && said(one) == said(other)
}

#[cfg(test)]
mod tests {
    use super::super::column::columns;
    use super::super::family::Family;
    use super::super::samples::{case, claimed, finding, input, passed, refused};
    use super::*;
    use crate::engine::Outcome;
    use crate::judge::{Check, Fault};
    use rstest::rstest;

    /// `-` passes, `0` is not judged, a letter is the error that came.
    fn says(answer: char) -> CaseResult {
        match answer {
            '-' => passed("A::x"),
            '0' => case("A::x", Outcome::Blocked),
            name => {
                CaseResult { findings: vec![finding(Check::Error, refused(Some(&name.to_string()), "no"))], ..case("A::x", Outcome::Fail) }
            }
        }
    }

    fn suspects(targets: &[&str], cases: Vec<Vec<CaseResult>>, families: &[&str]) -> Vec<Suspect> {
        let inputs: Vec<_> = targets.iter().zip(cases).map(|(target, cases)| input(target, cases)).collect();
        let families: Vec<Family> = families.iter().map(|family| family.parse().expect("two names")).collect();
        of(&columns(&inputs, &families), &inputs.iter().map(|input| &input.result).collect::<Vec<_>>())
    }

    #[rstest]
    #[case::all("abc", "EEE", &[], Some((3, 3)))]
    #[case::two_thirds("abc", "EE-", &[], Some((2, 3)))]
    #[case::half("abcd", "EE--", &[], None)]
    #[case::too_few("ab", "EE", &[], None)]
    #[case::too_few_judged("abc", "EE0", &[], None)]
    #[case::each_in_its_own_way("abc", "EFG", &[], None)]
    #[case::versions_have_one_voice("aab", "EEE", &[], None)]
    #[case::families_have_one_voice("abcd", "EEE-", &["a,b"], Some((2, 3)))]
    #[case::a_family_of_all_but_one("abcd", "EEEE", &["a,b,c"], None)]
    #[case::a_divided_family_agrees_with_nobody("abcd", "E-EE", &["a,b"], Some((2, 3)))]
    #[case::members_that_were_not_judged_do_not_count("abcd", "E0EE", &["a,b"], Some((3, 3)))]
    fn two_thirds_of_the_judged_families_must_agree(
        #[case] targets: &str,
        #[case] answers: &str,
        #[case] families: &[&str],
        #[case] expected: Option<(usize, usize)>,
    ) {
        let targets: Vec<String> = targets.chars().map(String::from).collect();
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let found = suspects(&targets, answers.chars().map(|answer| vec![says(answer)]).collect(), families);
        assert_eq!(found.first().map(|suspect| (suspect.agreeing(), suspect.judged)), expected);
    }

    #[test]
    fn says_who_answers_what() {
        let found = suspects(&["a", "b", "c"], vec![vec![says('E')], vec![says('-')], vec![says('E')]], &[]);
        let [suspect] = found.as_slice() else { panic!("one suspect, not {found:?}") };
        assert_eq!(
            (suspect.answers[0].targets.clone(), suspect.passed.clone()),
            (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()])
        );
        assert_eq!(suspect.answers[0].observed.actual, "E");
    }

    #[test]
    fn the_embedded_server_has_no_voice() {
        assert_eq!(suspects(&["reference", "b", "c"], vec![vec![says('E')], vec![says('E')], vec![says('E')]], &[]).len(), 0);
        let found = suspects(&["reference", "a", "b", "c"], ['-', 'E', 'E', 'E'].map(|answer| vec![says(answer)]).into(), &[]);
        assert_eq!((found[0].agreeing(), found[0].judged), (3, 3));
    }

    #[test]
    fn weak_evidence_and_strong_agreement_come_first_and_messages_last() {
        let wrong = |name: &str, evidence: &str| {
            let findings = vec![finding(Check::Error, refused(Some("E"), "no"))];
            CaseResult { findings, ..claimed(name, Outcome::Fail, evidence) }
        };
        let message = Fault::WrongMessage { expected: "this".to_owned(), actual: Some("that".to_owned()) };
        let worded =
            CaseResult { findings: vec![finding(Check::Message, message)], ..claimed("A::worded", Outcome::Pass, r#"inferred "x""#) };
        let all = [wrong("A::known", r#"aws-verified "x""#), wrong("A::guessed", r#"inferred "x""#), worded];
        let most = wrong("A::most", r#"inferred "x""#);
        let with = |last: CaseResult| all.iter().cloned().chain([last]).collect::<Vec<_>>();
        let found = suspects(&["a", "b", "c"], vec![with(most.clone()), with(most), with(passed("A::most"))], &[]);
        let names: Vec<_> = found.iter().map(|suspect| suspect.case.as_str()).collect();
        assert_eq!(names, ["A::guessed", "A::known", "A::most", "A::worded"]);
        let groups: Vec<usize> = alike(&found).iter().map(Vec::len).collect();
        assert_eq!(groups, [1, 1, 1, 1]);
    }

    #[test]
    fn one_reason_to_look_is_one_entry() {
        let both = || vec![says('E'), CaseResult { name: "B::y".to_owned(), operation: "B".to_owned(), ..says('E') }];
        let found = suspects(&["a", "b", "c"], vec![both(), both(), both()], &[]);
        assert_eq!(alike(&found).iter().map(Vec::len).collect::<Vec<_>>(), [2]);
    }
}
