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
