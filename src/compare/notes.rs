//! What makes results less comparable than they look.

use std::collections::BTreeSet;

use super::column::{Column, Input};

/// In sentences, for people and programs alike.
pub(super) fn of(inputs: &[Input], columns: &[Column]) -> Vec<String> {
    let differing = [
        differing("versions of the suite", columns, |column| column.suite_version.clone()),
        differing("service models", columns, |column| column.model.clone()),
        differing("ways to gate", columns, |column| if column.strict { "--strict" } else { "usual" }.to_owned()),
    ];
    let partial = columns.iter().filter_map(partial);
    differing.into_iter().flatten().chain(cases(inputs)).chain(partial).collect()
}

/// Says who has which, where not all have the same.
fn differing(what: &str, columns: &[Column], of: impl Fn(&Column) -> String) -> Option<String> {
    let values: BTreeSet<String> = columns.iter().map(&of).collect();
    let who = |value: &String| {
        let labels: Vec<&str> = columns.iter().filter(|column| of(column) == *value).map(|column| column.label.as_str()).collect();
        format!("{value} ({})", labels.join(", "))
    };
    (values.len() > 1).then(|| format!("The results are of different {what}: {}.", values.iter().map(who).collect::<Vec<_>>().join("; ")))
}

fn cases(inputs: &[Input]) -> Option<String> {
    let names = |input: &Input| input.result.cases.iter().map(|case| case.name.clone()).collect::<BTreeSet<_>>();
    let sets: Vec<_> = inputs.iter().map(names).collect();
    let all = sets.iter().flatten().collect::<BTreeSet<_>>().len();
    let shared = sets.first()?.iter().filter(|name| sets.iter().all(|set| set.contains(*name))).count();
    (shared < all).then(|| format!("The results are not of the same cases: {shared} of {all} are in all of them."))
}

fn partial(column: &Column) -> Option<String> {
    let label = &column.label;
    match &column.shard {
        Some(shard) => Some(format!("{label} is shard {shard} only; `merge` puts shards together.")),
        None if column.interrupted => Some(format!("The run of {label} was interrupted.")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::columns;
    use super::super::samples::{input, passed};
    use super::*;

    #[test]
    fn what_is_alike_needs_no_note() {
        let inputs = ["a", "b"].map(|target| input(target, vec![passed("A::x")]));
        assert_eq!(of(&inputs, &columns(&inputs, &[])), Vec::<String>::new());
    }

    #[test]
    fn what_differs_is_told() {
        let mut inputs = [input("a", vec![passed("A::x"), passed("A::y")]), input("b", vec![passed("A::x")])];
        inputs[1].result.suite_version = "0.2.0".to_owned();
        inputs[1].result.strict = true;
        inputs[1].result.shard = "1/2".parse().ok();
        let told = [
            "The results are of different versions of the suite: 0.1.0 (a); 0.2.0 (b).",
            "The results are of different ways to gate: --strict (b); usual (a).",
            "The results are not of the same cases: 1 of 2 are in all of them.",
            "b is shard 1/2 only; `merge` puts shards together.",
        ];
        assert_eq!(of(&inputs, &columns(&inputs, &[])), told);
    }
}
