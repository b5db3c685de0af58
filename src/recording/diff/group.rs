//! What is the same in many cases, told once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{Change, Kind};
use super::exchanges::{self, is_of_the_front, summary};
use super::placeholder::without_numbers;
use crate::engine::ShownExchange;
use crate::recording::response::response;
use crate::recording::{About, Recording};

/// One thing that moved, in one case or in many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What kind of thing.
    pub kind: Kind,
    /// The operations whose answers it is seen in.
    pub operations: BTreeSet<String>,
    /// JSON path into the answer, a header's name, or empty for the whole answer.
    pub path: String,
    /// What was there before; `null` where nothing was.
    pub before: Option<String>,
    /// What is there now; `null` where nothing is.
    pub after: Option<String>,
    /// The cases that show it, by name.
    pub cases: Vec<String>,
    /// One of the places where it is seen.
    pub example: Option<Example>,
}

/// A place where something is seen that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The case.
    pub case: String,
    /// The step, as people count.
    pub step: String,
    /// What was asked, as JSON on one line.
    pub request: String,
    /// What was answered before, on one line.
    pub before: String,
    /// What is answered now.
    pub after: String,
}

/// What makes two changes one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: Kind,
    /// `None` for what has one cause in all operations.
    operation: Option<String>,
    path: String,
    before: Option<String>,
    after: Option<String>,
}

/// Everything that moved.
pub(super) fn entries(before: &Recording, after: &Recording) -> Vec<Entry> {
    let mut groups: BTreeMap<Key, Entry> = BTreeMap::new();
    for (case, one) in &before.cases {
        let Some(other) = after.cases.get(case) else { continue };
        for (change, one, other) in exchanges::compare(one, other) {
            let entry = groups.entry(Key::of(&change)).or_insert_with(|| Entry::new(&change, example(case, one, other)));
            entry.operations.insert(change.operation);
            if entry.cases.last() != Some(case) {
                entry.cases.push(case.clone());
            }
        }
    }
    let lone = alone(Kind::OnlyBefore, before, after).into_iter().chain(alone(Kind::OnlyAfter, after, before));
    let mut entries: Vec<Entry> = groups.into_values().chain(lone).collect();
    entries.sort_by_key(|entry| (entry.kind, entry.is_about_constraints(), std::cmp::Reverse(entry.cases.len())));
    entries
}

impl Key {
    fn of(change: &Change) -> Self {
        let everywhere = matches!(change.kind, Kind::Header | Kind::Message)
            || change.path == "$.__type"
            || is_of_the_front(&change.before)
            || is_of_the_front(&change.after);
        let told = |side: &Option<String>| side.as_deref().map(without_numbers);
        // What a member holds that came or went is another matter.
        let value = |side: &Option<String>| match change.kind {
            Kind::Dropped | Kind::Added => None,
            Kind::Retyped => side.as_deref().and_then(|side| side.split(' ').next()).map(str::to_owned),
            Kind::Order => None,
            _ => told(side),
        };
        Self {
            kind: change.kind,
            operation: (!everywhere).then(|| change.operation.clone()),
            path: without_indices(&change.path),
            before: value(&change.before),
            after: value(&change.after),
        }
    }
}

impl Entry {
    /// Whether most of its cases were made from the service model: what people wrote down tells more than one limit of many.
    fn is_about_constraints(&self) -> bool {
        let made = self.cases.iter().filter(|case| case.contains("::model::")).count();
        made * 2 > self.cases.len()
    }

    fn new(change: &Change, example: Example) -> Self {
        let told = |side: &Option<String>| side.as_deref().map(without_numbers);
        Self {
            kind: change.kind,
            operations: BTreeSet::new(),
            path: without_indices(&change.path),
            before: told(&change.before),
            after: told(&change.after),
            cases: Vec::new(),
            example: Some(example),
        }
    }
}

/// What is so in one element of a list is so in all.
fn without_indices(path: &str) -> String {
    path.split('[')
        .map(|part| {
            part.split_once(']')
                .filter(|(index, _)| index.parse::<usize>().is_ok())
                .map_or_else(|| part.to_owned(), |(_, rest)| format!("]{rest}"))
        })
        .collect::<Vec<_>>()
        .join("[")
}

fn example(case: &str, before: &ShownExchange, after: &ShownExchange) -> Example {
    let step = after.step.clone();
    Example { case: case.to_owned(), step, request: after.request.to_string(), before: answer(before), after: answer(after) }
}

/// Status and error with its text, or the body.
fn answer(exchange: &ShownExchange) -> String {
    let answer = response(exchange);
    let told = summary(&answer);
    match answer.error().message {
        Some(message) if !told.starts_with("success") => format!("{told}: {message}"),
        _ => format!("{} {}", answer.status, exchange.response),
    }
}

/// Cases that only one side has exchanges of, by the reason that the other gives.
fn alone(kind: Kind, here: &Recording, there: &Recording) -> Vec<Entry> {
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in here.cases.keys().filter(|case| !there.cases.contains_key(*case)) {
        by_reason.entry(missing(&there.about, case)).or_default().push(case.clone());
    }
    let entry = |(reason, cases): (String, Vec<String>)| Entry {
        kind,
        operations: cases.iter().filter_map(|case| case.split("::").next()).map(str::to_owned).collect(),
        path: String::new(),
        before: (kind == Kind::OnlyAfter).then(|| reason.clone()),
        after: (kind == Kind::OnlyBefore).then_some(reason),
        cases,
        example: None,
    };
    by_reason.into_iter().map(entry).collect()
}

fn missing(about: &About, case: &str) -> String {
    let unknown = if about.selection.is_all() { "the suite did not have it" } else { "it was not selected" };
    about.gap_of(case).unwrap_or(unknown).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::{exchange, recording};
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn ok(response: Value) -> Vec<ShownExchange> {
        vec![exchange("request", json!({"AccessToken": "[access-token:1]"}), 200, response)]
    }

    fn refused(name: &str, message: &str) -> Vec<ShownExchange> {
        vec![exchange("request", json!({"AccessToken": "[access-token:1]"}), 400, json!({"__type": name, "message": message}))]
    }

    /// The kinds and lines of what moved, and how many cases show it.
    fn moved(cases: &[(&str, Vec<ShownExchange>, Vec<ShownExchange>)]) -> Vec<(Kind, String, usize)> {
        let before: Vec<_> = cases.iter().map(|(name, before, _)| (*name, before.clone())).filter(|(_, all)| !all.is_empty()).collect();
        let after: Vec<_> = cases.iter().map(|(name, _, after)| (*name, after.clone())).filter(|(_, all)| !all.is_empty()).collect();
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
        let told = entries(&recording("a", &before), &recording("b", &after)).into_iter();
        told.map(|entry| (entry.kind, format!("{} {} {}", entry.path, side(&entry.before), side(&entry.after)), entry.cases.len()))
            .collect()
    }

    #[test]
    fn the_most_telling_comes_first() {
        let cases = [
            ("GetUser::message", refused("X", "no"), refused("X", "never")),
            ("GetUser::value", ok(json!({"A": 1})), ok(json!({"A": 2}))),
            ("GetUser::gone", ok(json!({"A": 1})), Vec::new()),
            ("GetUser::member", ok(json!({"A": 1})), ok(json!({}))),
            ("GetUser::error", refused("X", "no"), refused("Y", "no")),
            ("GetUser::accepted", refused("X", "no"), ok(json!({}))),
            ("GetUser::refused", ok(json!({})), refused("X", "no")),
        ];
        let kinds: Vec<Kind> = moved(&cases).into_iter().map(|(kind, ..)| kind).collect();
        let expected = [Kind::Refused, Kind::Accepted, Kind::OtherError, Kind::Dropped, Kind::Value, Kind::Message, Kind::OnlyBefore];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn the_same_in_many_cases_is_told_once() {
        let invalid = |text: &str| refused("InvalidParameterException", &format!("1 validation error detected: Value at '{text}' failed"));
        let told = moved(&[
            ("GetUser::a", ok(json!({"U": "[user:1]"})), ok(json!({"U": "[sub:3]"}))),
            ("GetUser::b", ok(json!({"U": "[user:2]"})), ok(json!({"U": "[sub:1]"}))),
            ("GetUser::model::x", ok(json!({})), invalid("x")),
            ("GetUser::model::y", ok(json!({})), invalid("y")),
            ("GetUser::own_rule", ok(json!({})), refused("InvalidParameterException", "Not so.")),
        ]);
        let front = " success 400 InvalidParameterException (validation error)";
        let expected = [
            (Kind::Refused, " success 400 InvalidParameterException: Not so.".to_owned(), 1),
            (Kind::Refused, front.to_owned(), 2),
            (Kind::Value, "$.U \"[user]\" \"[sub]\"".to_owned(), 2),
        ];
        assert_eq!(told, expected, "and what people wrote stands before what was made from the model");
    }

    #[test]
    fn what_follows_from_an_answer_is_not_told_again() {
        let then = |status, answer| exchange("then 1", json!({}), status, answer);
        let flipped = [refused("X", "no"), vec![then(200, json!({"A": 1}))]].concat();
        let before = [ok(json!({})), vec![then(200, json!({"A": 2}))]].concat();
        assert_eq!(moved(&[("GetUser::a", before.clone(), flipped)]).len(), 1);
        let session = |value: &str| {
            vec![exchange("request", json!({}), 200, json!({"S": value})), exchange("then 1", json!({"S": value}), 200, json!({}))]
        };
        assert_eq!(moved(&[("GetUser::a", session("x"), session("y"))]).len(), 1, "the request holds the answer");
    }

    #[rstest]
    #[case::renumbered(json!([{"A": "[user:1]"}, {"A": "[user:1]"}]), json!([{"A": "[user:2]"}, {"A": "[user:2]"}]), 0)]
    #[case::no_longer_the_same(json!([{"A": "[user:1]"}, {"A": "[user:1]"}]), json!([{"A": "[user:1]"}, {"A": "[user:2]"}]), 1)]
    fn numbers_are_compared_through_the_case(#[case] before: Value, #[case] after: Value, #[case] count: usize) {
        let exchanges = |answers: &Value| {
            let answers = answers.as_array().expect("answers").iter().enumerate();
            answers.map(|(at, answer)| exchange(&format!("step {at}"), json!({}), 200, answer.clone())).collect::<Vec<_>>()
        };
        assert_eq!(moved(&[("GetUser::a", exchanges(&before), exchanges(&after))]).len(), count);
    }

    #[test]
    fn a_fixtures_odd_token_does_not_keep_answers_apart() {
        let with = |token: &str, answer| vec![exchange("request", json!({"AccessToken": token}), 200, answer)];
        let told =
            moved(&[("GetUser::a", with("[access-token:1]", json!({"A": 1})), with("[access-token:1 of another form]", json!({"A": 2})))]);
        assert_eq!(told, [(Kind::Value, "$.A 1 2".to_owned(), 1)]);
    }

    #[test]
    fn another_request_is_told_and_its_answer_is_not() {
        let with = |value, answer| vec![exchange("request", json!({"N": value}), 200, answer)];
        let told = moved(&[("GetUser::a", with(1, json!({"A": 1})), with(2, json!({"A": 2})))]);
        assert_eq!(told, [(Kind::Request, "$.N 1 2".to_owned(), 1)]);
    }

    #[test]
    fn headers_that_repeat_the_body_are_told_only_where_they_come_or_go() {
        let with = |headers: &[(&str, &str)], message: &str| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            vec![ShownExchange { headers, ..refused("X", message)[0].clone() }]
        };
        let both = [("x-amzn-errormessage", "a"), ("x-amzn-errortype", "X:")];
        let told = moved(&[("GetUser::a", with(&both, "a"), with(&[("x-amzn-errormessage", "b")], "b"))]);
        assert_eq!(told, [(Kind::Message, " a b".to_owned(), 1), (Kind::Header, "x-amzn-errortype <error>: -".to_owned(), 1)]);
    }

    #[test]
    fn the_other_recording_says_why_a_case_is_missing() {
        let (before, mut after) = (recording("a", &[("GetUser::a", ok(json!({})))]), recording("b", &[]));
        after.about.not_observed =
            vec![crate::recording::Gap { reason: "skipped: no clock".to_owned(), cases: vec!["GetUser::a".to_owned()] }];
        let entry = &entries(&before, &after)[0];
        assert_eq!((entry.kind, entry.after.as_deref()), (Kind::OnlyBefore, Some("skipped: no clock")));
    }
}
