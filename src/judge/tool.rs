//! Check `tool`: what a tool that sent the request shows its user of the answer.

use super::answer::Answer;
use super::finding::{Check, Fault, Finding};

/// What the tool shows and should not. Where it shows a refusal although success was due, that says more, and is left to `error`.
pub fn check(answer: &Answer<'_>) -> Option<Finding> {
    let wrong = answer.response.shown.as_ref()?.wrong.as_ref()?;
    let told = !wrong.unreadable && super::error::is_the_other_way_round(answer);
    let fault = Fault::WronglyShown { expected: wrong.expected.clone(), actual: wrong.actual.clone() };
    (!told).then(|| answer.finding_at(Check::Tool, "", None, fault))
}

#[cfg(test)]
mod tests {
    use super::super::judge;
    use super::*;
    use crate::case::{Expectation, Values, Verdict};
    use crate::wire::{Response, Shown, Wrong};
    use rstest::rstest;

    fn wrong(unreadable: bool) -> Option<Wrong> {
        Some(Wrong { expected: "this".to_owned(), actual: "that".to_owned(), unreadable })
    }

    fn refusal() -> Verdict {
        Verdict::Error(vec!["NotAuthorizedException".to_owned()])
    }

    const NO: &str = r#"{"__type":"NotAuthorizedException"}"#;

    #[rstest]
    #[case::in_order(Verdict::Success, 200, "{}", None, &[])]
    #[case::refused_in_order(refusal(), 400, NO, None, &[])]
    #[case::no_type(refusal(), 400, "{}", wrong(false), &[Check::Tool])]
    #[case::wrong_exit_status(refusal(), 400, NO, wrong(false), &[Check::Tool])]
    #[case::refused_without_type(Verdict::Success, 400, "{}", wrong(false), &[Check::Error])]
    #[case::unreadable(Verdict::Success, 0, "", wrong(true), &[Check::Tool])]
    #[case::unreadable_refusal(refusal(), 0, "", wrong(true), &[Check::Tool])]
    #[case::another_type(Verdict::Error(vec!["X".to_owned()]), 400, NO, None, &[Check::Error])]
    fn one_defect_is_one_finding(
        #[case] verdict: Verdict,
        #[case] status: u16,
        #[case] body: &str,
        #[case] wrong: Option<Wrong>,
        #[case] checks: &[Check],
    ) {
        let shown = Shown { exit_status: 1, http_status: None, wrong };
        let response = Response::shown(status, body.as_bytes().to_vec(), shown);
        // Neither this status nor this header came, and none is missed.
        let headers = vec![("content-type".to_owned(), crate::case::Pattern::compile(&"x".into()).expect("a pattern"))];
        let (expect, values) = (Expectation { verdict, status: vec![299], headers, ..Expectation::success() }, Values::default());
        let answer =
            Answer { step: "request", operation: "GetUser", expect: &expect, response: &response, values: &values, previous: None };
        assert_eq!(judge(&answer).iter().map(|finding| finding.check).collect::<Vec<_>>(), checks);
    }
}
