//! Lambda triggers: when a pool calls its functions, what it tells them, and what becomes of their answers.
//!
//! - `occasion`: the request in whose course a function is called
//! - `functions`: the functions that this server has built in, as `targets/lambda` has them for the real service
//! - `sign_up`, `migration`, `claims`, `challenge`: answers that change what happens; all others are yes or no

pub mod challenge;
mod claims;
mod functions;
mod migration;
mod occasion;
mod sign_up;

use serde_json::{Map, Value, json};

pub use occasion::Occasion;

use super::{client::Client, error::ServiceError, pool::Pool, user::User};

/// Who signs in or up, as a function is told.
pub struct Subject<'a> {
    /// The user's name, or the name that was given.
    pub name: &'a str,
    /// The user's attributes.
    pub attributes: Map<String, Value>,
}

impl<'a> Subject<'a> {
    /// A user of the pool.
    pub fn of(user: &'a User) -> Self {
        let mut attributes: Map<_, _> = user.attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        attributes.insert("sub".into(), json!(user.sub));
        attributes.insert("cognito:user_status".into(), json!(user.status.name()));
        Self { name: &user.username, attributes }
    }

    /// Somebody who is no user of the pool.
    pub fn nobody(name: &'a str) -> Self {
        Self { name, attributes: Map::new() }
    }
}

impl Pool {
    /// Calls the function that the pool has for that occasion of a user, if it has one. Its answer says nothing but that all goes on.
    ///
    /// # Errors
    /// What the function, or calling it, came to.
    pub fn trigger(&self, source: &str, sub: &str) -> Result<(), ServiceError> {
        self.invoke(source, &Subject::of(self.user(sub)?), json!({}), json!({})).map(drop)
    }

    /// Tells the pool's function that somebody of that name is about to sign in; where the client must not tell who is no user, it is
    /// told of them too.
    ///
    /// # Errors
    /// As for [`Pool::trigger`].
    pub fn announce(&self, client: &Client, name: &str) -> Result<(), ServiceError> {
        let user = self.find(name).ok().and_then(|sub| self.users.get(&sub));
        let subject = match user {
            Some(user) => Subject::of(user),
            None if client.hides_users() => Subject::nobody(name),
            None => return Ok(()),
        };
        let request = if client.hides_users() { json!({ "userNotFound": user.is_none() }) } else { json!({}) };
        self.invoke("PreAuthentication_Authentication", &subject, request, json!({})).map(drop)
    }

    /// Calls the function that the pool has for that occasion (`PreSignUp_SignUp`), if it has one: with what is told of the subject, the
    /// members of `request`, and `response` to be filled in. Gives the response.
    fn invoke(&self, source: &str, subject: &Subject<'_>, request: Value, response: Value) -> Result<Option<Value>, ServiceError> {
        let trigger = trigger_of(source);
        let Some((arn, version)) = self.function(trigger) else {
            return Ok(None);
        };
        let event = self.event(source, version, subject, request, response);
        let function = functions::find(arn).ok_or_else(|| {
            // As the service words it where it may not call the function (awslabs/service-workbench-on-aws#1136).
            let text = format!("{trigger} invocation failed due to error AccessDeniedException.");
            ServiceError::new("UnexpectedLambdaException", text)
        })?;
        let answer = function(event).map_err(|thrown| {
            let text = format!("{trigger} failed with error {thrown}.");
            ServiceError::new("UserLambdaValidationException", text)
        })?;
        response_of(answer).map(Some)
    }

    /// The ARN of the function for a trigger, and the version of the events that it wants.
    fn function(&self, trigger: &str) -> Option<(&str, &'static str)> {
        let config = self.description.get("LambdaConfig")?;
        let versioned = config.get("PreTokenGenerationConfig").filter(|_| trigger == "PreTokenGeneration");
        if let Some(arn) = versioned.and_then(|versioned| versioned.get("LambdaArn")?.as_str()) {
            let version = versioned.and_then(|versioned| versioned.get("LambdaVersion")?.as_str());
            return Some((
                arn,
                match version {
                    Some("V3_0") => "3",
                    Some("V2_0") => "2",
                    _ => "1",
                },
            ));
        }
        Some((config.get(trigger)?.as_str()?, "1"))
    }

    fn event(&self, source: &str, version: &str, subject: &Subject<'_>, request: Value, response: Value) -> Value {
        let mut members = json!({ "userAttributes": subject.attributes });
        for more in [self.occasion.told(trigger_of(source)), request] {
            if let (Value::Object(members), Value::Object(more)) = (&mut members, more) {
                members.extend(more);
            }
        }
        json!({
            "version": version,
            "region": self.id.split('_').next(),
            "userPoolId": self.id,
            "userName": subject.name,
            "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": self.occasion.client_id },
            "triggerSource": source,
            "request": members,
            "response": response,
        })
    }
}

/// The trigger (as LambdaConfig and messages call it) of a source.
fn trigger_of(source: &str) -> &str {
    match source.split('_').next() {
        Some("TokenGeneration") => "PreTokenGeneration",
        Some(trigger) => trigger,
        None => source,
    }
}

/// The response in a function's answer, which must be the event again.
fn response_of(mut answer: Value) -> Result<Value, ServiceError> {
    if answer.is_null() {
        return Err(unusable("Invalid lambda function output : Invalid JSON"));
    }
    let response = answer.get_mut("response").filter(|response| response.is_object()).map(Value::take);
    response.ok_or_else(|| unusable("Unrecognizable lambda output"))
}

/// An answer that cannot be used.
pub fn unusable(text: &str) -> ServiceError {
    ServiceError::new("InvalidLambdaResponseException", text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("PreSignUp_AdminCreateUser", "PreSignUp")]
    #[case("TokenGeneration_RefreshTokens", "PreTokenGeneration")]
    #[case("VerifyAuthChallengeResponse_Authentication", "VerifyAuthChallengeResponse")]
    fn a_source_belongs_to_a_trigger(#[case] source: &str, #[case] trigger: &str) {
        assert_eq!(trigger_of(source), trigger);
    }

    #[rstest]
    #[case::nothing(json!(null), Err("Invalid lambda function output : Invalid JSON"))]
    #[case::text(json!("done"), Err("Unrecognizable lambda output"))]
    #[case::no_response(json!({ "request": {} }), Err("Unrecognizable lambda output"))]
    #[case::the_event(json!({ "response": { "a": 1 } }), Ok(json!({ "a": 1 })))]
    fn an_answer_is_the_event_again(#[case] answer: Value, #[case] expected: Result<Value, &str>) {
        assert_eq!(response_of(answer), expected.map_err(unusable));
    }
}
