//! Reads of a service that shows late what was written: repeated until they show it, or the time is over.

use super::carrier::Sender;
use super::sender::{Performed, SendError};
use super::session::Session;
use crate::case::{Action, Step, Values};
use crate::wire::Request;

/// Members of requests that are good for one page of a list, and perhaps only once.
const PAGE_TOKENS: [&str; 2] = ["NextToken", "PaginationToken"];

impl Session {
    /// Does a step that follows a write. A read whose answer does not hold is repeated, ever more seldom, until it does; when
    /// the time is over the last answer stands.
    pub async fn observe(
        &self,
        sender: Sender<'_>,
        step: &Step,
        values: &Values,
        holds: impl Fn(&Performed) -> bool,
    ) -> Result<Performed, SendError> {
        let mut looks = self.patience.looks();
        loop {
            let performed = self.perform(sender, step, values).await?;
            // Where there is no time to wait, nothing is judged twice.
            let Some(pause) = looks.next() else { return Ok(performed) };
            if !is_repeatable(step, &performed) || holds(&performed) {
                return Ok(performed);
            }
            self.forecast.repeated_read();
            self.forecast.wait(pause).await;
        }
    }
}

/// A second answer must mean what the first would have meant.
fn is_repeatable(step: &Step, performed: &Performed) -> bool {
    let is_ordinary = match &step.action {
        Action::Call { wire, .. } => wire.body.is_none() && wire.target.is_none(),
        Action::Get { .. } => true,
        Action::Door { .. } => false,
    };
    matches!(performed, Performed::Call(exchange) if is_ordinary && exchange.request.only_reads() && !turns_a_page(&exchange.request))
}

fn turns_a_page(request: &Request) -> bool {
    let body = request.shown_body();
    PAGE_TOKENS.iter().any(|token| body.get(token).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case(json!({"UserPoolId": "p", "PaginationToken": "t"}), true)]
    #[case(json!({"UserPoolId": "p", "Limit": 1}), false)]
    fn a_page_is_not_turned_twice(#[case] body: Value, #[case] turns: bool) {
        assert_eq!(turns_a_page(&Request::new("ListUsers", &body, true)), turns);
    }
}
