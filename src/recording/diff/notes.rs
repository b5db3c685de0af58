//! What makes two recordings less comparable than they look.

use super::super::about::{About, State};

/// In sentences.
pub(super) fn of(before: &About, after: &About) -> Vec<String> {
    let differing = [
        differing("versions of the suite", &before.suite_version, &after.suite_version, "a case may ask something else than it did"),
        differing("service models", &before.model, &after.model, "generated cases may ask something else than they did"),
        differing("regions", &before.region, &after.region, "what is named after the region differs"),
    ];
    let sides = [("older", before), ("newer", after)];
    differing
        .into_iter()
        .flatten()
        .chain(sides.into_iter().flat_map(|(side, about)| state(side, about).into_iter().chain(kept(side, about))))
        .collect()
}

fn differing(what: &str, before: &str, after: &str, so: &str) -> Option<String> {
    (before != after).then(|| format!("The recordings are of different {what}, {before} and {after}: {so}."))
}

fn state(side: &str, about: &About) -> Option<String> {
    (about.state != State::Complete).then(|| format!("The {side} recording is not whole: {}.", about.state))
}

fn kept(side: &str, about: &About) -> Vec<String> {
    let told = about.kept.iter().map(|kept| {
        format!(
            "Of the {side} recording, {} are as they were recorded on {}.",
            crate::report::figures::count(kept.cases.len(), "case"),
            kept.recorded
        )
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::about::Kept;
    use super::super::super::samples::about;
    use super::*;

    #[test]
    fn what_is_alike_needs_no_note() {
        assert_eq!(of(&about("moto"), &about("aws")), Vec::<String>::new());
    }

    #[test]
    fn what_differs_is_told() {
        let kept =
            vec![Kept { recorded: "2025-01-01T00:00:00Z".to_owned(), suite_version: "0.1.0".to_owned(), cases: vec!["A::x".to_owned()] }];
        let after =
            About { suite_version: "0.2.0".to_owned(), region: "eu-west-1".to_owned(), state: State::Interrupted, kept, ..about("aws") };
        let told = [
            "The recordings are of different versions of the suite, 0.1.0 and 0.2.0: a case may ask something else than it did.",
            "The recordings are of different regions, us-east-1 and eu-west-1: what is named after the region differs.",
            "The newer recording is not whole: interrupted.",
            "Of the newer recording, 1 case are as they were recorded on 2025-01-01T00:00:00Z.",
        ];
        assert_eq!(of(&about("aws"), &after), told);
    }
}
