//! The road of a request: known operation, signature, rate, JSON, constraints, token or pool, operation.
//!
//! All of it is synchronous and free of sockets: bytes in, a [`Response`] out.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::http::Method;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde_json::{Value, json};

use super::{
    config::Config,
    documents::Document,
    error::{Answer, ServiceError},
    events,
    history::Keeps,
    input::Input,
    operations::{self, Call, Change, Find, Operation},
    pool::Pool,
    protocol::{Response, operation_name, parse},
    session::pool_of,
    signature::{Gate, Purpose, Received},
    state::{Slot, State, lock},
    tamper::{Handling, Tamper},
    token::{Claims, verify},
    triggers::Occasion,
    validation,
};
use crate::{
    model::{Model, only_reads},
    wire::STEP_HEADER,
};

/// The service behind the socket.
pub struct Service {
    /// All pools.
    pub state: State,
    /// What signed operations demand.
    pub gate: Gate,
    purpose: Purpose,
    settle: Option<Duration>,
    rate: Option<DefaultDirectRateLimiter>,
    layer: Option<Arc<dyn Tamper>>,
}

impl Service {
    /// A service without pools.
    pub fn new(config: Config) -> Self {
        let reads_the_past = config.settle.is_some() || config.layer.as_ref().is_some_and(|layer| layer.keeps_history());
        let keeps = if reads_the_past { Keeps::LastAnd(config.settle.unwrap_or_default()) } else { Keeps::Nothing };
        Self {
            gate: config.keys.map_or(Gate::Present, Gate::Valid),
            purpose: Purpose { service: "cognito-idp", region: Some(config.region.clone()), minutes: 5 },
            settle: config.settle,
            rate: config.requests_per_second.map(|number| RateLimiter::direct(Quota::per_second(number))),
            layer: config.layer,
            state: State::new(config.region, config.account, keeps),
        }
    }

    /// Answers one request, through the layer if there is one.
    pub fn answer(&self, request: &Received) -> Response {
        let name = operation_of(request).unwrap_or_default();
        let parsed = parse(request.body());
        let response = |answer| Response::new(answer);
        let Some(layer) = &self.layer else {
            return response(self.carry_out(name, request, parsed));
        };
        let input = parsed.as_ref().ok().cloned().unwrap_or_default();
        let mut response = response(self.carry_out(name, request, parsed));
        layer.after(name, &input, &mut response);
        if let Some(step) = request.headers().get(STEP_HEADER).and_then(|step| step.to_str().ok()) {
            let text = || Value::String(String::from_utf8_lossy(request.body()).into_owned());
            layer.step(step, &serde_json::from_slice(request.body()).unwrap_or_else(|_| text()), &mut response);
        }
        response
    }

    fn carry_out(&self, name: &str, request: &Received, parsed: Result<Value, ServiceError>) -> Answer {
        let known = Model::embedded().operations.get(name).ok_or_else(ServiceError::unknown_operation)?;
        // A signature that was not asked for is not looked at: made-up keys did for the unsigned operations
        // (amazon-archives/amazon-cognito-identity-js#25, 2016).
        if !known.unsigned {
            self.gate.admit(request, &self.purpose)?;
        }
        if self.rate.as_ref().is_some_and(|rate| rate.check().is_err()) {
            return Err(ServiceError::new("TooManyRequestsException", "Rate exceeded"));
        }
        let operation = operations::find(name).ok_or_else(|| ServiceError::not_implemented(name))?;
        let input = parsed?;
        validation::check(name, request.body().is_empty(), &input)?;
        self.run(name, operation, &input)
    }

    fn run(&self, name: &str, operation: Operation, input: &Value) -> Answer {
        let handling = self.layer.as_ref().map(|layer| layer.before(name, input)).unwrap_or_default();
        match operation {
            Operation::Service(run) => {
                let (answer, change) = run(&self.state, Input(input))?;
                if handling == Handling::Faithful {
                    self.change(change);
                }
                Ok(answer)
            }
            Operation::Pool(find, run) => {
                let (slot, claims) = self.find(find, Input(input))?;
                self.on_pool(&slot, handling, only_reads(name), |pool| {
                    pool.occasion = Occasion::of(name, Input(input));
                    let answer = run(&mut Call { pool: &mut *pool, input: Input(input), claims });
                    events::record(pool, name, Input(input), &answer);
                    answer
                })
            }
        }
    }

    fn change(&self, change: Change) {
        match change {
            Change::None => {}
            Change::Insert(pool) => self.state.insert(*pool),
            Change::Remove(id) => self.state.remove(&id),
        }
    }

    fn on_pool(&self, slot: &Mutex<Slot>, handling: Handling, reads: bool, run: impl FnOnce(&mut Pool) -> Answer) -> Answer {
        let mut slot = lock(slot);
        let now = Instant::now();
        match handling {
            Handling::DiscardWrites => return run(&mut slot.now.clone()),
            Handling::Stale => return run(&mut slot.history.before_last().unwrap_or(&slot.now).clone()),
            Handling::Faithful => {}
        }
        let past = self.settle.filter(|_| reads).and_then(|settle| slot.history.ago(settle, now));
        if let Some(past) = past {
            let mut past = past.clone();
            past.adopt_sign_ins(&slot.now);
            return run(&mut past);
        }
        let Slot { now: pool, history } = &mut *slot;
        if !reads {
            history.remember(pool, now);
        }
        let clients = pool.clients.len();
        let answer = run(pool);
        if pool.clients.len() > clients {
            self.state.index_clients(pool);
        }
        answer
    }

    fn find(&self, find: Find, input: Input) -> Result<(Arc<Mutex<Slot>>, Option<Claims>), ServiceError> {
        match (find, input.text("AccessToken"), input.text("Session")) {
            (Find::Pool, ..) => Ok((self.state.pool(input.required("UserPoolId"))?, None)),
            (Find::Client, ..) => Ok((self.state.pool_of_client(input.required("ClientId"))?, None)),
            (Find::Credential, ..) => {
                let unknown = |_| ServiceError::new("UnauthorizedException", "Invalid client id");
                Ok((self.state.pool_of_client(input.required("ClientId")).map_err(unknown)?, None))
            }
            (Find::Token, token, _) => self.by_token(token.unwrap_or_default()),
            (Find::TokenOrSession, Some(token), _) => self.by_token(token),
            (Find::TokenOrSession, None, Some(session)) => {
                let id = pool_of(session).ok_or_else(ServiceError::bad_session)?;
                Ok((self.state.pool(&id).map_err(|_| ServiceError::bad_session())?, None))
            }
            (Find::TokenOrSession, None, None) => Err(ServiceError::invalid("Either AccessToken or Session must be provided.")),
        }
    }

    fn by_token(&self, token: &str) -> Result<(Arc<Mutex<Slot>>, Option<Claims>), ServiceError> {
        let claims = verify(token)?;
        Ok((self.state.pool(&claims.pool_id)?, Some(claims)))
    }

    /// A document of a pool, through the layer if there is one. `path` and `step` are those of the request.
    pub fn document(&self, document: Document, pool_id: &str, path: &str, step: Option<&str>) -> Response {
        let mut response = document.of(&self.state, pool_id);
        if let Some(layer) = &self.layer {
            layer.after(document.name(), &json!({ "UserPoolId": pool_id }), &mut response);
            step.into_iter().for_each(|step| layer.step(step, &json!({ "get": path }), &mut response));
        }
        response
    }
}

/// The operation that a request names.
fn operation_of(request: &Received) -> Option<&str> {
    let target = request.headers().get("x-amz-target").filter(|_| *request.method() == Method::POST)?;
    operation_name(target.to_str().ok(), &Model::embedded().target_prefix)
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroU32, thread::sleep};

    use axum::http::{Request, header::AUTHORIZATION};
    use rstest::rstest;

    use super::*;

    fn send(service: &Service, operation: &str, signed: bool, body: &str) -> Response {
        let request = Request::post("/").header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
        let request = if signed { request.header(AUTHORIZATION, "AWS4-HMAC-SHA256 whatever") } else { request };
        service.answer(&request.body(body.to_owned().into()).expect("a request"))
    }

    fn call(service: &Service, operation: &str, input: Value) -> Value {
        let response = send(service, operation, true, &input.to_string());
        assert_eq!(response.status, 200, "{operation}: {}", response.body);
        response.body
    }

    fn with_user(config: Config) -> (Service, String) {
        let service = Service::new(config);
        let pool = call(&service, "CreateUserPool", json!({ "PoolName": "p" }));
        let id = pool["UserPool"]["Id"].as_str().expect("an id").to_owned();
        let attributes = json!([{ "Name": "phone_number", "Value": "+12065550100" }]);
        let ann = json!({ "UserPoolId": id, "Username": "ann", "MessageAction": "SUPPRESS", "UserAttributes": attributes });
        call(&service, "AdminCreateUser", ann);
        (service, id)
    }

    #[rstest]
    #[case::unknown_operation("MadeUp", false, "{", "UnknownOperationException", 400)]
    #[case::signature_before_json("AdminGetUser", false, "{", "MissingAuthenticationTokenException", 400)]
    #[case::json_before_constraints("AdminGetUser", true, "[]", "SerializationException", 400)]
    #[case::empty_body_with_required_members("GetUser", false, "", "SerializationException", 400)]
    #[case::types_before_constraints("AdminGetUser", true, r#"{"UserPoolId":{}}"#, "SerializationException", 400)]
    #[case::constraints_before_token("GetUser", false, "{}", "InvalidParameterException", 400)]
    #[case::token("GetUser", false, r#"{"AccessToken":"a"}"#, "NotAuthorizedException", 400)]
    #[case::not_implemented("ListUserImportJobs", true, "{}", "NotImplementedException", 501)]
    fn checks_in_order(#[case] operation: &str, #[case] signed: bool, #[case] body: &str, #[case] kind: &str, #[case] status: u16) {
        let response = send(&Service::new(Config::default()), operation, signed, body);
        assert_eq!((response.body["__type"].as_str(), response.status), (Some(kind), status));
    }

    fn options(service: &Service, pool: &str) -> Value {
        let user = json!({ "UserPoolId": pool, "Username": "ann" });
        call(service, "AdminGetUser", user)["MFAOptions"].take()
    }

    fn set_options(service: &Service, pool: &str) {
        let options = json!([{ "DeliveryMedium": "SMS" }]);
        call(service, "AdminSetUserSettings", json!({ "UserPoolId": pool, "Username": "ann", "MFAOptions": options }));
    }

    #[test]
    fn a_write_is_seen_by_the_next_read() {
        let (service, pool) = with_user(Config::default());
        set_options(&service, &pool);
        assert_eq!(options(&service, &pool), json!([{ "DeliveryMedium": "SMS" }]));
    }

    struct Fault(&'static str, Handling);

    impl Tamper for Fault {
        fn before(&self, operation: &str, _: &Value) -> Handling {
            if operation == self.0 { self.1 } else { Handling::Faithful }
        }

        fn after(&self, _: &str, _: &Value, response: &mut Response) {
            response.headers.insert("x-seen".into(), "yes".into());
        }
    }

    #[rstest]
    #[case::lost_write("AdminSetUserSettings", Handling::DiscardWrites)]
    #[case::stale_read("AdminGetUser", Handling::Stale)]
    fn a_layer_can_lose_writes_and_read_the_past(#[case] operation: &'static str, #[case] handling: Handling) {
        let (service, pool) = with_user(Config { layer: Some(Arc::new(Fault(operation, handling))), ..Config::default() });
        set_options(&service, &pool);
        assert_eq!(options(&service, &pool), Value::Null);
    }

    #[test]
    fn a_layer_sees_every_response() {
        let service = Service::new(Config { layer: Some(Arc::new(Fault("", Handling::Faithful))), ..Config::default() });
        let response = send(&service, "MadeUp", false, "not json");
        assert_eq!(response.headers["x-seen"], "yes");
    }

    #[test]
    fn a_server_that_settles_shows_the_past_for_a_while() {
        let settle = Duration::from_millis(300);
        let (service, pool) = with_user(Config { settle: Some(settle), ..Config::default() });
        let user = json!({ "UserPoolId": pool, "Username": "ann" }).to_string();
        let kind = |response: Response| response.body["__type"].clone();
        assert_eq!(kind(send(&service, "AdminGetUser", true, &user)), json!("UserNotFoundException"));
        sleep(settle);
        assert_eq!(options(&service, &pool), Value::Null);
        set_options(&service, &pool);
        assert_eq!(options(&service, &pool), Value::Null);
        sleep(settle);
        assert_eq!(options(&service, &pool), json!([{ "DeliveryMedium": "SMS" }]));
    }

    #[test]
    fn a_token_is_good_at_once_where_the_rest_settles() {
        let settle = Duration::from_millis(300);
        let (service, pool) = with_user(Config { settle: Some(settle), ..Config::default() });
        let password = json!({ "UserPoolId": pool, "Username": "ann", "Password": "Correct-Horse-1", "Permanent": true });
        call(&service, "AdminSetUserPassword", password);
        let client = json!({ "UserPoolId": pool, "ClientName": "c", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
        let client = call(&service, "CreateUserPoolClient", client)["UserPoolClient"]["ClientId"].take();
        sleep(settle);
        let parameters = json!({ "USERNAME": "ann", "PASSWORD": "Correct-Horse-1" });
        let sign_in = json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        let token = call(&service, "InitiateAuth", sign_in)["AuthenticationResult"]["AccessToken"].take();
        assert_eq!(call(&service, "GetUser", json!({ "AccessToken": token }))["Username"], json!("ann"));
    }

    #[test]
    fn a_server_with_a_rate_refuses_what_is_too_much() {
        let service = Service::new(Config { requests_per_second: NonZeroU32::new(2), ..Config::default() });
        let statuses = |operation: &str| [(); 3].map(|()| send(&service, operation, true, r#"{"MaxResults":1}"#).status);
        assert_eq!(statuses("MadeUp"), [400; 3], "what is no operation does not count");
        assert_eq!(statuses("ListUserPools"), [200, 200, 400]);
        let refused = send(&service, "ListUserPools", true, r#"{"MaxResults":1}"#);
        assert_eq!(refused.body, json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" }));
    }

    #[test]
    fn the_account_is_in_the_arn() {
        let service = Service::new(Config { account: "999988887777".parse().expect("an account"), ..Config::default() });
        let pool = call(&service, "CreateUserPool", json!({ "PoolName": "p" }));
        let arn = pool["UserPool"]["Arn"].as_str().expect("an ARN");
        assert!(arn.starts_with("arn:aws:cognito-idp:us-east-1:999988887777:userpool/us-east-1_"), "{arn}");
    }
}
