//! What sends the requests of cases. Fixtures, side doors, probes and clean-up always go through our own client.

use super::sender::SendError;
use super::session::Session;
use crate::wire::aws_cli::{AwsCli, NotSent};
use crate::wire::{Request, Response, TransportError};

/// A tool that sends the requests of cases, in place of our own client.
#[derive(Debug)]
pub enum Carrier {
    /// The installed AWS CLI.
    AwsCli(AwsCli),
}

impl Carrier {
    /// Its name and version, for reports.
    pub fn name(&self) -> String {
        match self {
            Self::AwsCli(tool) => tool.name(),
        }
    }

    /// How many requests it was asked to send.
    pub fn sent(&self) -> u64 {
        match self {
            Self::AwsCli(tool) => tool.sent(),
        }
    }

    async fn send(&self, request: &Request) -> Result<Response, NotSent> {
        match self {
            Self::AwsCli(tool) => tool.send(request).await,
        }
    }
}

/// Who asks to send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender<'c> {
    /// The run itself: fixtures, probes, clean-up.
    Run,
    /// The case of this name, whose requests a tool may carry.
    Case(&'c str),
}

impl Session {
    /// Sends a request once, when its turn has come.
    ///
    /// # Errors
    /// The tool that carries it does not send it.
    pub(super) async fn send_once(&self, sender: Sender<'_>, request: &Request) -> Result<Result<Response, TransportError>, SendError> {
        let (Sender::Case(_), Some(carrier)) = (sender, &self.carrier) else { return Ok(self.client.send(request).await) };
        self.client.turn(request).await;
        match carrier.send(request).await {
            Ok(response) => Ok(Ok(response)),
            Err(NotSent::Transport(error)) => Ok(Err(error)),
            Err(NotSent::Refused(words)) => Err(SendError::NotCarried(words)),
        }
    }

    /// Whether an operation looks unimplemented. A tool does not show enough of the answer: then our own client asks again.
    pub(super) async fn is_unimplemented(&self, request: &Request, response: &Response) -> bool {
        let operation = &request.operation;
        if response.shown.is_none() || response.is_success() {
            return self.looks_unimplemented(operation, response);
        }
        if self.support.is_implemented(operation) {
            return false;
        }
        self.send(request).await.is_ok_and(|own| self.looks_unimplemented(operation, &own))
    }
}

/// What the words of a tool that does not send a request have in common with those for other requests, so that they are one cause:
/// `Invalid type for parameter A[0], valid types: …` is an invalid type.
pub fn cause(words: &str) -> String {
    let kind = words.split([':', ',']).next().unwrap_or(words);
    let kind = [" for parameter", " in "].iter().fold(kind, |kind, end| kind.split(end).next().unwrap_or(kind));
    format!("the tool does not send it: {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Invalid type for parameter MFAOptions[0], type: <class 'str'>, valid types: <class 'dict'>", "Invalid type")]
    #[case("Missing required parameter in input: \"AccessToken\"", "Missing required parameter")]
    #[case("the following arguments are required: --access-token", "the following arguments are required")]
    #[case("no tool sends such headers", "no tool sends such headers")]
    fn requests_that_are_alike_have_one_cause(#[case] words: &str, #[case] kind: &str) {
        assert_eq!(cause(words), format!("the tool does not send it: {kind}"));
    }
}
