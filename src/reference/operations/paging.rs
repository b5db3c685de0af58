//! One page of a list.

use serde_json::Value;

use super::{
    super::error::ServiceError,
    pools::{page_size, page_start},
};

/// The items of a page, and the token of the next one while there are more: the number of items already shown.
pub fn page(items: Vec<Value>, limit: Option<i64>, token: Option<&str>) -> Result<(Vec<Value>, Option<String>), ServiceError> {
    let (start, total) = (page_start(token)?, items.len());
    let shown: Vec<_> = items.into_iter().skip(start).take(page_size(limit)).collect();
    let end = start.saturating_add(shown.len());
    Ok((shown, (end < total).then(|| end.to_string())))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::all(None, None, &[0, 1, 2], None)]
    #[case::zero_is_no_limit(Some(0), None, &[0, 1, 2], None)]
    #[case::first(Some(2), None, &[0, 1], Some("2"))]
    #[case::last(Some(2), Some("2"), &[2], None)]
    #[case::exactly_full(Some(3), None, &[0, 1, 2], None)]
    #[case::beyond(Some(2), Some("9"), &[], None)]
    fn cuts_pages(#[case] limit: Option<i64>, #[case] token: Option<&str>, #[case] shown: &[i64], #[case] next: Option<&str>) {
        let items = (0..3).map(|number| json!(number)).collect();
        let (page, token) = page(items, limit, token).expect("a page");
        assert_eq!((page, token.as_deref()), (shown.iter().map(|number| json!(number)).collect(), next));
    }

    #[test]
    fn refuses_a_token_that_is_none() {
        assert_eq!(page(Vec::new(), None, Some("nonsense")).expect_err("refused").kind, "InvalidParameterException");
    }
}
