//! The HTML page: what the report's page of several results shows of a comparison.

use super::{SUSPICION, agreement, counts, dissent, entries, title_of_suspects};
use crate::compare::suspects::alike;
use crate::compare::{Agreed, Changes, Comparison, Input, Kind, Suspect};
use crate::report::plain::evidence;
use crate::report::{compared, html_page};

/// The results side by side, with what the comparison found.
///
/// # Errors
/// Never, for results that runs brought.
pub(in crate::compare) fn render(comparison: &Comparison, inputs: &[Input]) -> std::io::Result<String> {
    let results: Vec<_> = inputs.iter().map(|input| input.result.clone()).collect();
    html_page(&results, &found(comparison))
}

fn found(comparison: &Comparison) -> compared::Compared {
    compared::Compared {
        labels: comparison.results.iter().map(|column| (&column.label).into()).collect(),
        notes: comparison.notes.iter().map(Into::into).collect(),
        changes: comparison.changes.iter().map(changes).collect(),
        suspects: (!comparison.suspects.is_empty()).then(|| suspects(comparison)),
    }
}

fn changes(changes: &Changes) -> compared::Changes {
    compared::Changes {
        from: (&changes.from).into(),
        to: (&changes.to).into(),
        counts: counts(changes).into(),
        kinds: Kind::ALL.into_iter().filter_map(|of| kind(changes, of)).collect(),
    }
}

fn kind(changes: &Changes, kind: Kind) -> Option<compared::Kind> {
    let entry = |entry: super::Entry| compared::Entry {
        name: entry.name.as_str().into(),
        what: entry.what.into(),
        details: entry.details.iter().map(Into::into).collect(),
    };
    let entries: Vec<_> = entries(changes, kind).into_iter().map(entry).collect();
    (!entries.is_empty()).then(|| compared::Kind { word: kind.to_string().into(), entries })
}

fn suspects(comparison: &Comparison) -> compared::Suspects {
    compared::Suspects {
        title: title_of_suspects(comparison).into(),
        note: SUSPICION.into(),
        groups: alike(&comparison.suspects).iter().filter_map(|group| Some(self::group(group, group.first()?))).collect(),
    }
}

fn group(group: &[&Suspect], first: &Suspect) -> compared::Group {
    compared::Group {
        claims: group.iter().map(|suspect| claim(suspect)).collect(),
        answers: first.answers.iter().map(|agreed| answer(agreed, first)).collect(),
        passed: dissent(first).map(Into::into),
    }
}

fn claim(suspect: &Suspect) -> compared::Claim {
    compared::Claim {
        name: suspect.case.as_str().into(),
        about: suspect.about.as_ref().map(Into::into),
        evidence: evidence(&suspect.evidence).into(),
        place: suspect.place.as_ref().map(|place| format!("cases/{place}").into()),
    }
}

fn answer(agreed: &Agreed, suspect: &Suspect) -> compared::Answer {
    let observed = &agreed.observed;
    compared::Answer {
        check: observed.check.to_string().into(),
        at: format!("{}, {}", observed.step, observed.operation).into(),
        path: (&observed.path).into(),
        expected: (&observed.expected).into(),
        actual: (&observed.actual).into(),
        agreement: agreement(agreed, suspect).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Options, samples};

    fn page() -> String {
        let inputs = samples::inputs();
        render(&samples::comparison(), &inputs).expect("renders")
    }

    /// The section of the page with this id.
    fn section<'a>(page: &'a str, id: &str) -> &'a str {
        let (_, after) = page.split_once(&format!("<section id=\"{id}\"")).expect("is there");
        after.split_once("</section>").expect("ends").0
    }

    #[test]
    fn what_changed_is_told_with_links() {
        let page = page();
        let changes = section(&page, "changes");
        assert!(changes.contains("From <bdi>moto 5.2.1</bdi> to <bdi>moto 5.2.5</bdi>"), "{changes}");
        assert!(
            changes.contains("<a href=\"#GetUser::signs_in\">GetUser::signs_in</a> <span class=\"of\">pass → fail, gates</span>"),
            "{changes}"
        );
        assert!(page.contains("<details class=\"case\" id=\"GetUser::signs_in\">"));
    }

    #[test]
    fn what_targets_say_in_suspects_is_text() {
        let page = page();
        let suspects = section(&page, "suspects");
        assert!(suspects.contains("<a href=\"#GetUser::token_first\">GetUser::token_first</a>"), "{suspects}");
        assert!(suspects.contains("<code>\\u{1b}[2J&lt;b&gt;`|Exception</code>"), "{suspects}");
        assert!(suspects.contains("3 of 3 independent targets that were judged: moto 5.2.1, moto 5.2.5, awsim, cognitox"), "{suspects}");
        assert!(!page.contains('\u{1b}') && !page.contains("<b>`"));
    }

    #[test]
    fn columns_have_the_names_of_the_comparison() {
        let mut inputs = [samples::input("moto", vec![]), samples::input("moto", vec![])];
        inputs[0].file = "before.json".into();
        inputs[1].file = "after.json".into();
        let comparison = Comparison::new(&inputs, &Options::default()).expect("there are no families");
        let page = render(&comparison, &inputs).expect("renders");
        for label in ["moto (before)", "moto (after)"] {
            assert!(page.contains(&format!("<th scope=\"row\"><bdi>{label}</bdi></th>")), "{label}");
        }
    }
}
