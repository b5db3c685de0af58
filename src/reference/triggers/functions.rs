//! The functions that this server has built in. They do what the files in `targets/lambda` do: whoever changes one changes the other.

use serde_json::{Value, json};

/// A function: the event in, the event out; null for nothing. The error is what it throws.
pub type Function = fn(Value) -> Result<Value, String>;

/// How the names of the functions begin.
const PREFIX: &str = "cognito-conformance-";
/// What is thrown by a function that refuses.
const REFUSAL: &str = "refused by the function";
/// The answer to the question of a custom challenge.
const ANSWER: &str = "open sesame";

/// The function of that ARN. There is no other, nor one that may not be called: to the caller that is all the same.
pub fn find(arn: &str) -> Option<Function> {
    Some(match arn.rsplit(':').next()?.strip_prefix(PREFIX)? {
        "refuse" => refuse,
        "garble" => garble,
        "confirm" => confirm,
        "challenge" => challenge,
        "claims" => claims,
        "migrate" => migrate,
        _ => return None,
    })
}

fn refuse(event: Value) -> Result<Value, String> {
    if is_meant(&event) { Err(REFUSAL.into()) } else { Ok(event) }
}

fn garble(event: Value) -> Result<Value, String> {
    if is_meant(&event) { Ok(Value::Null) } else { Ok(event) }
}

/// Whether the user's nickname, if there is one, names this occasion.
fn is_meant(event: &Value) -> bool {
    let nickname = &event["request"]["userAttributes"]["nickname"];
    nickname.is_null() || *nickname == event["triggerSource"]
}

fn confirm(mut event: Value) -> Result<Value, String> {
    if event["triggerSource"].as_str().is_some_and(|source| source.starts_with("PreSignUp_")) {
        let attributes = &event["request"]["userAttributes"];
        let has = |name: &str| !attributes[name].is_null() || attributes["nickname"] == "everywhere";
        event["response"] = json!({
            "autoConfirmUser": attributes["nickname"] != "unconfirmed",
            "autoVerifyEmail": has("email"),
            "autoVerifyPhone": has("phone_number"),
        });
    }
    Ok(event)
}

fn challenge(mut event: Value) -> Result<Value, String> {
    let response = match event["triggerSource"].as_str() {
        Some("DefineAuthChallenge_Authentication") => define(&event["request"]),
        Some("CreateAuthChallenge_Authentication") => create(&event["request"]),
        Some("VerifyAuthChallengeResponse_Authentication") => {
            let request = &event["request"];
            json!({ "answerCorrect": request["challengeAnswer"] == request["privateChallengeParameters"]["answer"] })
        }
        _ => return Ok(event),
    };
    event["response"] = response;
    Ok(event)
}

fn customs(request: &Value) -> impl Iterator<Item = &Value> {
    let session = request["session"].as_array();
    session.into_iter().flatten().filter(|round| round["challengeName"] == "CUSTOM_CHALLENGE")
}

// After the password, if it began with one and the user is not nicknamed `no password`: questions until as many are answered rightly as
// the nickname says, or two wrongly.
fn define(request: &Value) -> Value {
    let count = |result: bool| customs(request).filter(|round| round["challengeResult"] == result).count();
    let nickname = request["userAttributes"]["nickname"].as_str();
    let wanted = nickname.and_then(|text| text.parse().ok()).unwrap_or(1);
    let last = request["session"].as_array().and_then(|session| session.last());
    if last.is_some_and(|last| last["challengeName"] == "SRP_A") && nickname != Some("no password") {
        return json!({ "challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false });
    }
    match (count(true) >= wanted, count(false) >= 2) {
        (_, true) => json!({ "issueTokens": false, "failAuthentication": true }),
        (true, false) => json!({ "issueTokens": true, "failAuthentication": false }),
        (false, false) => json!({ "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false }),
    }
}

fn create(request: &Value) -> Value {
    let round = (customs(request).count() + 1).to_string();
    let mut public = json!({ "question": "What is the magic word?", "round": round });
    if let Some(word) = request["clientMetadata"]["word"].as_str() {
        public["word"] = json!(word);
    }
    json!({
        "publicChallengeParameters": public,
        "privateChallengeParameters": { "answer": ANSWER },
        "challengeMetadata": format!("ROUND_{round}"),
    })
}

fn claims(mut event: Value) -> Result<Value, String> {
    let mut added = json!({ "conformance": event["triggerSource"], "family_name": "overridden" });
    if let Some(word) = event["request"]["clientMetadata"]["word"].as_str() {
        added["word"] = json!(word);
    }
    let changes = json!({ "claimsToAddOrOverride": added, "claimsToSuppress": ["email"] });
    let groups = json!({ "groupsToOverride": ["conformance-a", "conformance-b"] });
    event["response"] = if event["version"] == "1" {
        let mut details = changes;
        details["groupOverrideDetails"] = groups;
        json!({ "claimsOverrideDetails": details })
    } else {
        let mut access = changes.clone();
        access["scopesToAdd"] = json!(["conformance/read"]);
        access["scopesToSuppress"] = json!(["aws.cognito.signin.user.admin"]);
        let details = json!({ "idTokenGeneration": changes, "accessTokenGeneration": access, "groupOverrideDetails": groups });
        json!({ "claimsAndScopeOverrideDetails": details })
    };
    Ok(event)
}

fn migrate(mut event: Value) -> Result<Value, String> {
    let is_called = |word: &str| event["userName"].as_str().is_some_and(|name| name.contains(word));
    if !is_called("migrant") {
        return Err("nobody of that name".into());
    }
    let renamed = is_called("renamed");
    event["response"] = json!({
        "userAttributes": { "phone_number": "+12065550100", "phone_number_verified": "true", "name": "Migrant" },
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
    });
    if renamed {
        event["response"]["userAttributes"]["username"] = json!("conformance-renamed");
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("arn:aws:lambda:us-east-1:123456789012:function:cognito-conformance-refuse", true)]
    #[case("arn:aws:lambda:us-east-1:123456789012:function:cognito-conformance-forbidden", false)]
    #[case("arn:aws:lambda:us-east-1:123456789012:function:refuse", false)]
    fn functions_are_found_by_their_names(#[case] arn: &str, #[case] known: bool) {
        assert_eq!(find(arn).is_some(), known);
    }

    #[rstest]
    #[case::nobody_in_particular(json!({}), true)]
    #[case::this(json!({ "nickname": "PreSignUp_SignUp" }), true)]
    #[case::another(json!({ "nickname": "PostConfirmation_ConfirmSignUp" }), false)]
    fn a_nickname_says_who_is_meant(#[case] attributes: Value, #[case] refused: bool) {
        let event = json!({ "triggerSource": "PreSignUp_SignUp", "request": { "userAttributes": attributes } });
        assert_eq!(refuse(event.clone()).is_err(), refused);
        assert_eq!(garble(event) == Ok(Value::Null), refused);
    }

    #[rstest]
    #[case::first(&[], "CUSTOM_CHALLENGE")]
    #[case::password_first(&[("SRP_A", true)], "PASSWORD_VERIFIER")]
    #[case::then_the_question(&[("SRP_A", true), ("PASSWORD_VERIFIER", true)], "CUSTOM_CHALLENGE")]
    #[case::wrong_once(&[("CUSTOM_CHALLENGE", false)], "CUSTOM_CHALLENGE")]
    #[case::wrong_twice(&[("CUSTOM_CHALLENGE", false), ("CUSTOM_CHALLENGE", false)], "fail")]
    #[case::right(&[("CUSTOM_CHALLENGE", false), ("CUSTOM_CHALLENGE", true)], "tokens")]
    fn defines_what_comes_next(#[case] rounds: &[(&str, bool)], #[case] expected: &str) {
        let round = |(name, result): &(&str, bool)| json!({ "challengeName": name, "challengeResult": result });
        let answer = define(&json!({ "session": rounds.iter().map(round).collect::<Vec<_>>() }));
        let next = match (&answer["issueTokens"], &answer["failAuthentication"]) {
            (Value::Bool(true), _) => "tokens",
            (_, Value::Bool(true)) => "fail",
            _ => answer["challengeName"].as_str().unwrap_or_default(),
        };
        assert_eq!(next, expected);
    }
}
