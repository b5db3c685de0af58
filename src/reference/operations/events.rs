//! The history of a user that threat protection keeps, and what is said of its events.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        events::Event,
    },
    Call, Find, Operation, paging,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    let run = match name {
        "AdminListUserAuthEvents" => admin_list_user_auth_events,
        "AdminUpdateAuthEventFeedback" => admin_update_auth_event_feedback,
        "UpdateAuthEventFeedback" => update_auth_event_feedback,
        _ => return None,
    };
    Some(Operation::Pool(Find::Pool, run))
}

/// AdminListUserAuthEvents: the newest first.
fn admin_list_user_auth_events(call: &mut Call) -> Answer {
    call.pool.check_watched()?;
    let events = &call.pool.user(&call.named_user()?)?.events;
    paging::MAX_RESULTS.page(call.input, "AuthEvents", events.iter().rev().map(Event::describe))
}

fn admin_update_auth_event_feedback(call: &mut Call) -> Answer {
    say(call, "Admin", |_| Ok(()))
}

fn update_auth_event_feedback(call: &mut Call) -> Answer {
    let token = call.input.required("FeedbackToken");
    let refused = || ServiceError::not_authorized("Invalid feedback token.");
    say(call, "User", |event| (event.feedback_token == token).then_some(()).ok_or_else(refused))
}

fn say(call: &mut Call, provider: &'static str, check: impl Fn(&Event) -> Result<(), ServiceError>) -> Answer {
    call.pool.check_watched()?;
    let (sub, now) = (call.named_user()?, call.pool.now());
    let (id, value) = (call.input.required("EventId"), call.input.required("FeedbackValue"));
    let event = call.pool.user_mut(&sub)?.events.iter_mut().find(|event| event.id == id);
    let event = event.ok_or_else(|| ServiceError::new("ResourceNotFoundException", "Event not found."))?;
    check(event)?;
    event.feedback = Some((value.to_owned(), provider, now));
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::Value;

    use super::*;
    use crate::reference::{
        input::Input,
        operations::{Operation as Known, find as known, pools::create_user_pool},
        pool::Pool,
        state::State,
        user::{Status, User},
    };

    fn watched() -> Pool {
        let state = State::new("us-east-1".into(), "123456789012".parse().expect("an account"), crate::reference::history::Keeps::Nothing);
        let request = json!({ "PoolName": "p", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
        let (_, change) = create_user_pool(&state, Input(&request)).expect("a pool");
        let crate::reference::operations::Change::Insert(pool) = change else { panic!("no pool") };
        let mut pool = *pool;
        pool.insert_user(User::new("ann".into(), "s".into(), "right".into(), Status::Confirmed, 0.0));
        let request = json!({ "Username": "ann" });
        crate::reference::events::record(&mut pool, "ForgotPassword", Input(&request), &Ok(json!({})));
        pool
    }

    fn call(pool: &mut Pool, operation: &str, input: Value) -> Answer {
        let Some(Known::Pool(_, run)) = known(operation) else { panic!("no such operation") };
        run(&mut Call { pool, input: Input(&input), claims: None })
    }

    #[rstest]
    #[case::right(|event: &Event| event.feedback_token.clone(), None)]
    #[case::wrong(|_: &Event| "nonsense".to_owned(), Some("NotAuthorizedException"))]
    fn the_token_of_the_message_lets_the_user_speak(#[case] token: fn(&Event) -> String, #[case] refused: Option<&str>) {
        let mut pool = watched();
        let event = pool.users["s"].events[0].clone();
        let input = json!({ "Username": "ann", "EventId": event.id, "FeedbackToken": token(&event), "FeedbackValue": "Valid" });
        let answer = call(&mut pool, "UpdateAuthEventFeedback", input);
        assert_eq!(answer.err().map(|error| error.kind), refused);
        let listed = call(&mut pool, "AdminListUserAuthEvents", json!({ "Username": "ann" })).expect("events");
        let said = &listed["AuthEvents"][0]["EventFeedback"]["FeedbackValue"];
        assert_eq!(*said, if refused.is_some() { Value::Null } else { json!("Valid") });
    }
}
