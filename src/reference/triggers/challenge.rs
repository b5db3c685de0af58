//! Custom authentication: three functions that define, create and verify the challenges of a sign-in.

use serde_json::{Value, json};

use super::{
    super::{error::ServiceError, pool::Pool},
    Subject, unusable,
};

/// A challenge that was answered.
#[derive(Clone)]
pub struct Round {
    /// ChallengeName.
    pub name: &'static str,
    /// Whether it was met.
    pub result: bool,
    /// What the function that made it calls it.
    pub metadata: Option<String>,
}

impl Round {
    /// A round of Cognito's own.
    pub fn met(name: &'static str) -> Self {
        Self { name, result: true, metadata: None }
    }

    fn told(&self) -> Value {
        json!({ "challengeName": self.name, "challengeResult": self.result, "challengeMetadata": self.metadata })
    }
}

/// A sign-in with custom challenges, as far as it has come.
#[derive(Clone)]
pub struct Custom {
    /// The name that was given at the start.
    pub name: String,
    /// Whose sign-in; absent where there is no such user and the client must not tell.
    pub sub: Option<String>,
    /// What was answered.
    pub rounds: Vec<Round>,
    private: Value,
    metadata: Option<String>,
}

/// What the pool's function wants next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Tokens.
    Tokens,
    /// The end.
    Failure,
    /// The proof of the password.
    Password,
    /// A question of the functions' own.
    Question,
}

impl Custom {
    /// The start of a sign-in.
    pub fn new(name: &str, sub: Option<String>, rounds: Vec<Round>) -> Self {
        Self { name: name.to_owned(), sub, rounds, private: json!({}), metadata: None }
    }

    /// Whether the user has answered nothing yet. Only a question that is asked then names the user.
    pub fn is_unanswered(&self) -> bool {
        self.rounds.iter().all(|round| round.name == "SRP_A")
    }

    /// What comes next.
    ///
    /// # Errors
    /// The function refuses, or cannot be called, or answers what cannot be used.
    pub fn define(&self, pool: &Pool) -> Result<Next, ServiceError> {
        let response = self.invoke(pool, "DefineAuthChallenge_Authentication", json!({ "session": self.session() }))?;
        let says = |member: &str| response.get(member).and_then(Value::as_bool).unwrap_or_default();
        match (says("failAuthentication"), says("issueTokens"), response.get("challengeName").and_then(Value::as_str)) {
            (true, ..) => Ok(Next::Failure),
            (false, true, _) => Ok(Next::Tokens),
            (false, false, Some("CUSTOM_CHALLENGE")) => Ok(Next::Question),
            (false, false, Some("PASSWORD_VERIFIER")) => Ok(Next::Password),
            (false, false, _) => Err(unusable("Unrecognizable lambda output")),
        }
    }

    /// Makes a question, and gives what the user is told of it.
    ///
    /// # Errors
    /// As for [`Custom::define`].
    pub fn create(&mut self, pool: &Pool) -> Result<Value, ServiceError> {
        let request = json!({ "session": self.session(), "challengeName": "CUSTOM_CHALLENGE" });
        let mut response = self.invoke(pool, "CreateAuthChallenge_Authentication", request)?;
        self.metadata = response.get("challengeMetadata").and_then(Value::as_str).map(str::to_owned);
        self.private = response["privateChallengeParameters"].take();
        let public = response["publicChallengeParameters"].take();
        Ok(if public.is_object() { public } else { json!({}) })
    }

    /// Judges an answer, and remembers how it was.
    ///
    /// # Errors
    /// As for [`Custom::define`].
    pub fn verify(&mut self, pool: &Pool, answer: &str) -> Result<(), ServiceError> {
        let request = json!({ "privateChallengeParameters": self.private, "challengeAnswer": answer });
        let response = self.invoke(pool, "VerifyAuthChallengeResponse_Authentication", request)?;
        let result = response.get("answerCorrect").and_then(Value::as_bool).unwrap_or_default();
        self.rounds.push(Round { name: "CUSTOM_CHALLENGE", result, metadata: self.metadata.take() });
        Ok(())
    }

    fn session(&self) -> Vec<Value> {
        self.rounds.iter().map(Round::told).collect()
    }

    fn invoke(&self, pool: &Pool, source: &str, mut request: Value) -> Result<Value, ServiceError> {
        let subject = match &self.sub {
            Some(sub) => Subject::of(pool.user(sub)?),
            None => Subject::nobody(&self.name),
        };
        request["userNotFound"] = json!(self.sub.is_none());
        pool.invoke(source, &subject, request, json!({}))?.ok_or_else(not_configured)
    }
}

/// A pool without these functions.
pub fn not_configured() -> ServiceError {
    ServiceError::invalid("Custom auth lambda trigger is not configured for the user pool.")
}

impl Pool {
    /// Whether the pool has functions for custom challenges.
    pub fn has_custom_challenges(&self) -> bool {
        let triggers = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"];
        triggers.into_iter().all(|trigger| self.function(trigger).is_some())
    }
}
