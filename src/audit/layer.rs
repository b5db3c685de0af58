//! The reference server with one fault.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::fault::{Fault, Header, Kind, Refusals};
use crate::reference::{Handling, Response, Tamper};

/// An error type that the service has and that few cases expect.
const OTHER_ERROR: &str = "AliasExistsException";
/// What refusals of that type are instead.
const YET_ANOTHER: &str = "UnsupportedIdentityProviderException";

/// A layer with one fault; it counts how often it changed something.
#[derive(Debug)]
pub struct Faulted {
    fault: Fault,
    changed: AtomicUsize,
}

impl Faulted {
    /// This fault.
    pub fn new(fault: Fault) -> Self {
        Self { fault, changed: AtomicUsize::new(0) }
    }

    /// How many answers were wrong because of it.
    pub fn changed(&self) -> usize {
        self.changed.load(Ordering::Relaxed)
    }
}

impl Tamper for Faulted {
    fn before(&self, operation: &str, _: &Value) -> Handling {
        match &self.fault.kind {
            Kind::LostWrite if operation == self.fault.operation => Handling::DiscardWrites,
            Kind::StaleRead if operation == self.fault.operation => Handling::Stale,
            _ => Handling::Faithful,
        }
    }

    /// A copy of the pool before each write is the dearest thing that a server does.
    fn keeps_history(&self) -> bool {
        self.fault.kind == Kind::StaleRead
    }

    fn after(&self, operation: &str, _: &Value, response: &mut Response) {
        let broken = match &self.fault.kind {
            Kind::Document(misprint) => misprint.document(),
            _ => self.fault.operation.as_str(),
        };
        if operation != broken {
            return;
        }
        let honest = response.clone();
        distort(&self.fault, response);
        // What a lost write or a stale read makes wrong is not seen here; that they may have had an effect must do.
        let is_hidden = matches!(self.fault.kind, Kind::LostWrite | Kind::StaleRead) && response.status == 200;
        if is_hidden || *response != honest {
            self.changed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The kind of refusal that a body says, if it is one's.
pub fn refusals_of(body: &Value) -> Option<Refusals> {
    let error = body.get("__type")?.as_str()?;
    let message = ["message", "Message"].iter().find_map(|key| body.get(key)?.as_str());
    Some(Refusals::of(error, message))
}

fn distort(fault: &Fault, response: &mut Response) {
    let refusals = refusals_of(&response.body);
    match (&fault.kind, refusals) {
        (Kind::ErrorType(wanted), Some(refusals)) if *wanted == refusals => other_error(&refusals.error, response),
        (Kind::Accepted(wanted), Some(refusals)) if *wanted == refusals => accept(response),
        (Kind::RefusalStatus(status), Some(_)) | (Kind::SuccessStatus(status), None) => response.status = *status,
        (Kind::Message, Some(_)) => other_message(response),
        (Kind::Refused, None) => refuse(response),
        (Kind::MemberAdded, None) => response.body["UnmodelledMember"] = json!("x"),
        (Kind::Member(change, path), None) if change.is_of_absent() => path.fill(*change, &fault.operation, &mut response.body),
        (Kind::Member(change, path), None) => path.change(*change, &fault.operation, &mut response.body),
        (Kind::Header(header), _) => distort_header(*header, response),
        (Kind::Token(flaw), None) => flaw.distort(&mut response.body),
        (Kind::Document(misprint), None) => misprint.distort(&mut response.body),
        _ => {}
    }
}

fn other_error(honest: &str, response: &mut Response) {
    let other = if honest == OTHER_ERROR { YET_ANOTHER } else { OTHER_ERROR };
    response.body["__type"] = json!(other);
    response.headers.insert("x-amzn-errortype".to_owned(), format!("{other}:"));
}

fn accept(response: &mut Response) {
    (response.status, response.body) = (200, json!({}));
    response.headers.remove("x-amzn-errortype");
    response.headers.remove("x-amzn-errormessage");
}

fn refuse(response: &mut Response) {
    (response.status, response.body) = (400, json!({"__type": OTHER_ERROR, "message": "Refused on purpose."}));
    response.headers.insert("x-amzn-errortype".to_owned(), format!("{OTHER_ERROR}:"));
}

fn other_message(response: &mut Response) {
    let other = "Wrong on purpose.";
    for key in ["message", "Message"] {
        if response.body.get(key).is_some() {
            response.body[key] = json!(other);
        }
    }
    response.headers.insert("x-amzn-errormessage".to_owned(), other.to_owned());
}

fn distort_header(header: Header, response: &mut Response) {
    let value = match header {
        Header::Charset => "application/x-amz-json-1.1; charset=utf-8",
        Header::PlainJson => "application/json",
        Header::NoRequestId | Header::NoErrorType => {
            response.headers.remove(header.name());
            return;
        }
    };
    response.headers.insert(header.name().to_owned(), value.to_owned());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;

    fn answer(status: u16, body: Value) -> Response {
        Response { status, headers: BTreeMap::new(), body }
    }

    fn refusal() -> Response {
        answer(400, json!({"__type": "NotAuthorizedException", "message": "no"}))
    }

    #[rstest]
    #[case("GetUser:error-type:NotAuthorizedException:no", 400, json!({"__type": OTHER_ERROR, "message": "no"}))]
    #[case("GetUser:accepted:NotAuthorizedException:no", 200, json!({}))]
    #[case("GetUser:refusal-status:403", 403, json!({"__type": "NotAuthorizedException", "message": "no"}))]
    #[case("GetUser:message", 400, json!({"__type": "NotAuthorizedException", "message": "Wrong on purpose."}))]
    fn distorts_refusals(#[case] fault: &str, #[case] status: u16, #[case] body: Value) {
        let layer = Faulted::new(fault.parse().expect("a fault"));
        let mut response = refusal();
        layer.after("GetUser", &Value::Null, &mut response);
        assert_eq!((response.status, response.body, layer.changed()), (status, body, 1));
    }

    #[rstest]
    #[case::another_operation("AdminGetUser:refusal-status:403", "GetUser")]
    #[case::another_reason("GetUser:accepted:NotAuthorizedException:never", "GetUser")]
    #[case::only_successes("GetUser:success-status:201", "GetUser")]
    fn leaves_the_rest_alone(#[case] fault: &str, #[case] operation: &str) {
        let layer = Faulted::new(fault.parse().expect("a fault"));
        let mut response = refusal();
        layer.after(operation, &Value::Null, &mut response);
        assert_eq!((response, layer.changed()), (refusal(), 0));
    }

    #[test]
    fn successes_can_be_refused_and_grow_members() {
        let distorted = |fault: &str| {
            let mut response = answer(200, json!({}));
            Faulted::new(fault.parse().expect("a fault")).after("GetUser", &Value::Null, &mut response);
            response
        };
        assert_eq!(distorted("GetUser:refused").status, 400);
        assert_eq!(distorted("GetUser:member-added").body, json!({"UnmodelledMember": "x"}));
        assert_eq!(distorted("GetUser:success-status:201").status, 201);
    }
}
