//! Sending one step: evaluate, send, wait where the service asks to, note what is seen.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::carrier::Sender;
use super::guard::{Refusal, without_ours};
use super::session::Session;
use super::support::MADE_UP;
use super::weather::Trouble;
use crate::case::{Action, ExpressionError, Step, Values};
use crate::judge::{Answer, Normaliser, Secrets, shape};
use crate::model::Model;
use crate::target::{DoorError, DoorFault};
use crate::wire::{Request, Response, TransportError};

/// One step as it was sent and answered.
#[derive(Debug)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The answer.
    pub response: Response,
}

/// Why there is no answer to judge.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Nothing came back.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The endpoint stopped answering a while ago.
    #[error("the endpoint was lost: too many requests in a row went unanswered, or were throttled until the end")]
    Lost,
    /// The run was interrupted; nothing new is begun.
    #[error("interrupted")]
    Interrupted,
    /// The service asked to slow down, again and again.
    #[error("throttled: the service still asks to slow down after several retries")]
    Throttled,
    /// The tool that sends the requests of cases does not send this one.
    #[error("the tool does not send it: {0}")]
    NotCarried(String),
    /// A live service failed, which may be over soon.
    #[error("the service failed: HTTP {status} {error}")]
    ServerError {
        /// HTTP status.
        status: u16,
        /// Error type; empty where it names none.
        error: String,
    },
    /// The request could not be made: a value that it reads was never provided.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// A side door did not open.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The target is live, and the request is not for it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl SendError {
    /// Whether nothing was observed, rather than something wrong.
    pub fn is_indeterminate(&self) -> bool {
        match self {
            Self::Transport(_) | Self::Lost | Self::Throttled | Self::ServerError { .. } | Self::Interrupted => true,
            Self::Door(error) => matches!(error.fault, DoorFault::Transport(_)),
            Self::Expression(_) | Self::NotCarried(_) | Self::Refused(_) => false,
        }
    }
}

impl Session {
    /// Sends one request of the run itself, and again where it was certainly not carried out, or where it only reads.
    pub async fn send(&self, request: &Request) -> Result<Response, SendError> {
        self.send_for(Sender::Run, request).await
    }

    async fn send_for(&self, sender: Sender<'_>, request: &Request) -> Result<Response, SendError> {
        let is_harmless = request.only_reads() || request.operation == MADE_UP;
        self.send_until_answered(sender, request, is_harmless).await
    }

    /// Sends a request that removes something, as often as it takes: what is gone cannot be removed twice.
    pub async fn send_removal(&self, request: &Request) -> Result<Response, SendError> {
        self.send_until_answered(Sender::Run, request, true).await
    }

    /// Sends a request that has passed the guard: everything else calls [`Session::send_until_answered`].
    ///
    /// `is_harmless`: sent twice, it does what it would have done once. Where it is not, and may have been carried out, nobody knows
    /// what the target's state is now, and the caller must begin anew.
    pub(super) async fn deliver(&self, sender: Sender<'_>, request: &Request, is_harmless: bool) -> Result<Response, SendError> {
        let mut times = 0;
        loop {
            if self.is_lost().await {
                return Err(SendError::Lost);
            }
            let answer = self.send_once(sender, request).await?;
            let trouble = match Trouble::or_answer(answer, self.patience.spares_errors()) {
                Ok(answer) => {
                    self.line.note(true);
                    return Ok(answer);
                }
                Err(trouble) => trouble,
            };
            self.forecast.met(&trouble);
            let is_safe = is_harmless || trouble.is_before_execution();
            let pause = if is_safe { self.pause_after(&trouble, times) } else { None };
            self.line.met(&trouble, pause.is_none());
            let Some(pause) = pause else { return Err(trouble.into()) };
            self.forecast.wait(pause).await;
            times += 1;
        }
    }

    /// The pause before a request is sent again; none where that is no use.
    fn pause_after(&self, trouble: &Trouble, times: u32) -> Option<Duration> {
        let may_help = matches!(trouble, Trouble::Throttled { .. }) || self.patience.spares_errors() && trouble.may_pass();
        if may_help { self.patience.backoff.pause(times, trouble.asked_pause()) } else { None }
    }

    /// Does what a step says. The shape of an API answer is judged here, on every exchange.
    pub async fn perform(&self, sender: Sender<'_>, step: &Step, values: &Values) -> Result<Performed, SendError> {
        if self.line.is_stopping() {
            return Err(SendError::Interrupted);
        }
        if self.is_lost().await {
            return Err(SendError::Lost);
        }
        let input = step.action.input().evaluate(values)?;
        match &step.action {
            Action::Door { door, .. } => Ok(Performed::Door(self.doors.open(door, &input).await?)),
            Action::Call { operation, wire, .. } => {
                let mut request = Request::new(operation, &input, wire.sign.unwrap_or_else(|| is_signed(operation)));
                apply(wire, values, &mut request)?;
                self.exchange(sender, step, request).await
            }
            Action::Get { name, .. } => {
                let path = input.as_str().map_or_else(|| input.to_string(), str::to_owned);
                self.exchange(sender, step, Request::get(name, path)).await
            }
        }
    }

    async fn exchange(&self, sender: Sender<'_>, step: &Step, mut request: Request) -> Result<Performed, SendError> {
        if let (Sender::Case(name), true) = (sender, self.profile.names_steps) {
            request.step = Some(format!("{name} {}", step.label));
        }
        let response = self.send_for(sender, &request).await?;
        Ok(Performed::Call(Box::new(Exchange { request, response })))
    }

    /// Judges the shape of an answer and keeps what is wrong for the operation's shape case, without what is secret.
    pub fn note_shape(&self, answer: &Answer<'_>, request: &Request, before: &[&Secrets]) {
        let findings = shape::check(answer);
        if findings.is_empty() {
            return;
        }
        let mut own = Secrets::default();
        own.learn(&request.shown_body());
        own.learn(&answer.response.shown_body());
        let mut normaliser = Normaliser::default();
        before.iter().for_each(|secrets| normaliser.hide(secrets));
        normaliser.hide(&own);
        self.shapes.note(answer.operation, findings.into_iter().map(|finding| finding.normalised(&normaliser)).collect());
    }
}

/// What a step gave.
pub enum Performed {
    /// An exchange with the API, or a document.
    Call(Box<Exchange>),
    /// What a side door answered.
    Door(Value),
}

impl Performed {
    /// The body to save values from.
    pub fn body(&self) -> &Value {
        match self {
            Self::Call(exchange) => exchange.response.json().unwrap_or(&Value::Null),
            Self::Door(answer) => answer,
        }
    }
}

/// Whether SDKs sign requests of an operation.
pub fn is_signed(operation: &str) -> bool {
    Model::embedded().operation(operation).is_none_or(|facts| !facts.unsigned)
}

fn apply(wire: &crate::case::Wire, values: &Values, request: &mut Request) -> Result<(), ExpressionError> {
    let header = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    if let Some(method) = &wire.method {
        request.method.clone_from(method);
    }
    if let Some(target) = &wire.target {
        request.target = header(target);
    }
    if let Some(content_type) = &wire.content_type {
        request.content_type = header(content_type);
    }
    if let Some(body) = &wire.body {
        request.body = wire_body(body, values)?.into_bytes();
    }
    Ok(())
}

fn wire_body(body: &str, values: &Values) -> Result<String, ExpressionError> {
    let template = crate::case::Template::compile(&Value::String(body.to_owned())).map_err(|(_, error)| error)?;
    Ok(match template.evaluate(values)? {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// Takes the values that a step saves out of an answer; the first name whose path leads nowhere is the error.
pub fn save(step: &Step, body: &Value, into: &mut Values) -> Result<(), String> {
    for (name, path) in &step.save {
        let value = path.get(body).ok_or_else(|| path.to_string())?;
        into.insert(name.clone(), value.clone());
    }
    Ok(())
}

/// What varies or is secret in the exchanges of a case.
pub fn normaliser(exchanges: &[(String, Exchange)]) -> Normaliser {
    let mut normaliser = Normaliser::default();
    for (_, exchange) in exchanges {
        // The documents of a pool are under its id.
        let pool = exchange.request.path.as_deref().and_then(|path| path.trim_start_matches('/').split('/').next());
        pool.into_iter().for_each(|pool| normaliser.learn(&json!({ "UserPoolId": pool })));
        normaliser.learn(&exchange.request.shown_body());
        normaliser.learn(&exchange.response.shown_body());
        for (_, value) in telling(&exchange.response) {
            normaliser.learn(&Value::String(value.clone()));
        }
    }
    normaliser
}

/// The exchanges of a case as people may see them: nothing secret, nothing that varies from run to run.
pub fn shown(exchanges: &[(String, Exchange)], normaliser: &Normaliser) -> Vec<super::ShownExchange> {
    exchanges.iter().map(|(step, exchange)| show(step, exchange, normaliser)).collect()
}

/// Headers that say something about conformance.
const TELLING: [&str; 4] = ["content-type", "x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage"];

fn telling(response: &Response) -> impl Iterator<Item = &(String, String)> {
    response.headers.iter().filter(|(name, _)| TELLING.contains(&name.as_str()) && name != "x-amzn-requestid")
}

fn show(step: &str, exchange: &Exchange, normaliser: &Normaliser) -> super::ShownExchange {
    let headers: BTreeMap<_, _> = exchange.response.headers.iter().filter(|(name, _)| TELLING.contains(&name.as_str())).cloned().collect();
    let header = |(name, value): (String, String)| match name.as_str() {
        "x-amzn-requestid" if uuid::Uuid::try_parse(&value).is_ok() => (name, "[request-id]".to_owned()),
        "x-amzn-requestid" => (name, "[request-id of another form]".to_owned()),
        _ => (name, normaliser.text(&value)),
    };
    super::ShownExchange {
        step: step.to_owned(),
        operation: exchange.request.operation.clone(),
        request: normaliser.value(&exchange.request.shown_body()),
        status: exchange.response.seen_status(),
        exit_status: exchange.response.shown.as_ref().map(|shown| shown.exit_status),
        headers: headers.into_iter().map(header).collect(),
        response: normaliser.value(&without_ours(exchange.response.shown_body())),
    }
}
