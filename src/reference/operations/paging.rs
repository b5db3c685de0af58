//! Lists, page by page.

use serde_json::{Value, json};

use super::super::{
    error::{Answer, ServiceError},
    input::Input,
};

/// The most that any list of the service gives at once.
const MOST: usize = 60;

/// How an operation calls what says which page it gives. The token is the number of items already shown.
pub struct Paging {
    limit: &'static str,
    token: &'static str,
}

/// MaxResults and NextToken.
pub const MAX_RESULTS: Paging = Paging { limit: "MaxResults", token: "NextToken" };
/// Limit and NextToken.
pub const LIMIT: Paging = Paging { limit: "Limit", token: "NextToken" };
/// Limit and PaginationToken.
pub const LIMIT_AND_PAGINATION_TOKEN: Paging = Paging { limit: "Limit", token: "PaginationToken" };

impl Paging {
    /// The page that was asked for, under the name of its member, with the token of the next one while there are more items.
    pub fn page(&self, input: Input, member: &str, items: impl IntoIterator<Item = Value>) -> Answer {
        let bad_token = |_| ServiceError::invalid("Invalid pagination token.");
        let start: usize = input.text(self.token).map_or(Ok(0), str::parse).map_err(bad_token)?;
        // Zero asks for nothing in particular.
        let asked = input.number(self.limit).and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        let mut rest = items.into_iter().skip(start);
        let shown: Vec<_> = rest.by_ref().take(asked.unwrap_or(MOST).min(MOST)).collect();
        let end = start.saturating_add(shown.len());
        let mut answer = json!({ member: shown });
        if rest.next().is_some() {
            answer[self.token] = json!(end.to_string());
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn page(request: &Value) -> Answer {
        LIMIT.page(Input(request), "Items", (0..3).map(|number| json!(number)))
    }

    #[rstest]
    #[case::all(json!({}), json!({"Items": [0, 1, 2]}))]
    #[case::zero_is_no_limit(json!({"Limit": 0}), json!({"Items": [0, 1, 2]}))]
    #[case::first(json!({"Limit": 2}), json!({"Items": [0, 1], "NextToken": "2"}))]
    #[case::last(json!({"Limit": 2, "NextToken": "2"}), json!({"Items": [2]}))]
    #[case::exactly_full(json!({"Limit": 3}), json!({"Items": [0, 1, 2]}))]
    #[case::beyond(json!({"Limit": 2, "NextToken": "9"}), json!({"Items": []}))]
    fn cuts_pages(#[case] request: Value, #[case] answer: Value) {
        assert_eq!(page(&request).expect("a page"), answer);
    }

    #[test]
    fn gives_no_more_than_the_service_does() {
        let items = (0..70).map(|number| json!(number));
        let answer = LIMIT.page(Input(&json!({})), "Items", items).expect("a page");
        assert_eq!(answer["Items"].as_array().map(Vec::len), Some(60));
        assert_eq!(answer["NextToken"], "60");
    }

    #[test]
    fn refuses_a_token_that_is_none() {
        assert_eq!(page(&json!({"NextToken": "nonsense"})).expect_err("refused").kind, "InvalidParameterException");
    }
}
