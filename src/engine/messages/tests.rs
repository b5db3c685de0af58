use rstest::rstest;
use serde_json::json;

use super::*;
use crate::case::Suite;

const PASSWORD: &str = "USER_PASSWORD_AUTH";

/// A pool `p` that verifies phone numbers, with client `c`, and a user `u` with a phone.
fn stage(pool: Value) -> Messages {
    let mut messages = Messages::default();
    messages.made_pool("p", &pool);
    messages.made_client("c", "p");
    let user = json!({"UserPoolId": "p", "Username": "u", "MessageAction": "SUPPRESS", "UserAttributes": [{"Name": "phone_number", "Value": "+12065550100"}]});
    assert_eq!(messages.next("AdminCreateUser", &user), None);
    messages
}

fn sign_in(messages: &mut Messages, user: &str) -> Option<Medium> {
    messages.next("InitiateAuth", &json!({"ClientId": "c", "AuthFlow": PASSWORD, "AuthParameters": {"USERNAME": user}}))
}

#[rstest]
#[case("ForgotPassword", json!({}), Some(Medium::Either))]
#[case("AdminResetUserPassword", json!({}), Some(Medium::Either))]
#[case("ResendConfirmationCode", json!({}), Some(Medium::Either))]
#[case("GetUserAttributeVerificationCode", json!({"AttributeName": "email"}), Some(Medium::Email))]
#[case("GetUserAttributeVerificationCode", json!({"AttributeName": "$which"}), Some(Medium::Either))]
#[case("AdminCreateUser", json!({"UserPoolId": "p", "Username": "v"}), Some(Medium::Either))]
#[case("AdminCreateUser", json!({"UserPoolId": "p", "Username": "v", "MessageAction": "RESEND"}), Some(Medium::Either))]
#[case("AdminCreateUser", json!({"UserPoolId": "p", "Username": "v", "MessageAction": "SUPPRESS"}), None)]
#[case("SignUp", json!({"ClientId": "c", "UserAttributes": [{"Name": "phone_number", "Value": "+12065550100"}]}), Some(Medium::Sms))]
#[case("SignUp", json!({"ClientId": "c", "UserAttributes": "$attributes"}), Some(Medium::Sms))]
#[case("SignUp", json!({"ClientId": "c", "UserAttributes": [{"Name": "email", "Value": "a@example.com"}]}), None)]
#[case("SignUp", json!({"ClientId": "c"}), None)]
#[case("UpdateUserAttributes", json!({"UserPoolId": "p", "UserAttributes": [{"Name": "phone_number", "Value": "+12065550100"}]}), Some(Medium::Sms))]
#[case("UpdateUserAttributes", json!({"UserPoolId": "p", "UserAttributes": [{"Name": "name", "Value": "x"}]}), None)]
#[case(
    "AdminUpdateUserAttributes",
    json!({"UserPoolId": "p", "UserAttributes": [{"Name": "phone_number", "Value": "+12065550100"}, {"Name": "phone_number_verified", "Value": "true"}]}),
    None
)]
#[case(
    "AdminUpdateUserAttributes",
    json!({"UserPoolId": "p", "UserAttributes": [{"Name": "phone_number", "Value": "+12065550100"}, {"Name": "phone_number_verified", "Value": "false"}]}),
    Some(Medium::Sms)
)]
#[case("SetRiskConfiguration", json!({"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": {}}}), Some(Medium::Email))]
#[case("SetUserPoolMfaConfig", json!({"UserPoolId": "p", "MfaConfiguration": "ON", "SmsMfaConfiguration": {}}), None)]
#[case("InitiateAuth", json!({"ClientId": "c", "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "u"}}), Some(Medium::Email))]
#[case("InitiateAuth", json!({"ClientId": "c", "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "u", "PREFERRED_CHALLENGE": "PASSWORD"}}), None)]
#[case("GetUser", json!({}), None)]
fn single_requests(#[case] operation: &str, #[case] input: Value, #[case] sends: Option<Medium>) {
    let pool = json!({
        "AutoVerifiedAttributes": ["phone_number"],
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    });
    assert_eq!(stage(pool).next(operation, &input), sends);
}

#[rstest]
#[case("AdminSetUserMFAPreference", json!({"UserPoolId": "p", "Username": "u", "SMSMfaSettings": {"Enabled": true}}), Some(Medium::Sms))]
#[case("AdminSetUserMFAPreference", json!({"UserPoolId": "p", "Username": "u", "EmailMfaSettings": {"Enabled": "$on"}}), Some(Medium::Email))]
#[case("AdminSetUserMFAPreference", json!({"UserPoolId": "p", "Username": "u", "SMSMfaSettings": {"Enabled": false}}), None)]
#[case("AdminSetUserMFAPreference", json!({"UserPoolId": "p", "Username": "u", "SoftwareTokenMfaSettings": {"Enabled": true}}), None)]
#[case("AdminSetUserSettings", json!({"UserPoolId": "p", "Username": "u", "MFAOptions": [{"DeliveryMedium": "SMS"}]}), Some(Medium::Sms))]
#[case("AdminSetUserSettings", json!({"UserPoolId": "p", "Username": "u", "MFAOptions": []}), None)]
#[case("SetUserPoolMfaConfig", json!({"UserPoolId": "p", "MfaConfiguration": "ON", "SmsMfaConfiguration": {}}), Some(Medium::Sms))]
#[case("SetUserPoolMfaConfig", json!({"UserPoolId": "p", "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}}), None)]
#[case("SetUserPoolMfaConfig", json!({"UserPoolId": "p", "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {}}), None)]
fn a_sign_in_after_a_setting(#[case] operation: &str, #[case] setting: Value, #[case] sends: Option<Medium>) {
    let mut messages = stage(json!({}));
    assert_eq!(sign_in(&mut messages, "u"), None);
    assert_eq!(messages.next(operation, &setting), None, "only the sign-in sends it");
    assert_eq!(sign_in(&mut messages, "u"), sends);
    let refresh = json!({"ClientId": "c", "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {}});
    assert_eq!(messages.next("InitiateAuth", &refresh), None);
}

#[test]
fn one_users_factor_is_not_the_others_by_whatever_name() {
    let mut messages = stage(json!({}));
    messages.next("AdminCreateUser", &json!({"UserPoolId": "p", "Username": "v", "MessageAction": "SUPPRESS"}));
    messages.next("AdminSetUserMFAPreference", &json!({"UserPoolId": "p", "Username": "u", "SMSMfaSettings": {"Enabled": true}}));
    messages.made_user(&json!({"UserPoolId": "p", "Username": "u"}), "0b7bafb9-0000-4000-8000-000000000000");
    for others in ["v", "nobody", "0b7bafb9-0000-4000-8000-000000000001"] {
        assert_eq!(sign_in(&mut messages, others), None, "{others}");
    }
    for own in ["u", "U", "+12065550100", "0b7bafb9-0000-4000-8000-000000000000"] {
        assert_eq!(sign_in(&mut messages, own), Some(Medium::Sms), "{own}");
    }
}

#[test]
fn nobody_without_a_phone_gets_one_from_a_pool_that_requires_it() {
    let mut messages = stage(json!({"MfaConfiguration": "ON", "SmsConfiguration": {}}));
    messages.next("AdminCreateUser", &json!({"UserPoolId": "p", "Username": "v", "MessageAction": "SUPPRESS", "UserAttributes": []}));
    assert_eq!([sign_in(&mut messages, "u"), sign_in(&mut messages, "v")], [Some(Medium::Sms), None]);
}

#[rstest]
#[case(json!({"ChallengeName": "SELECT_MFA_TYPE", "ChallengeResponses": {"USERNAME": "u", "ANSWER": "SMS_MFA"}}), Some(Medium::Sms))]
#[case(json!({"ChallengeName": "SELECT_MFA_TYPE", "ChallengeResponses": {"USERNAME": "u", "ANSWER": "SOFTWARE_TOKEN_MFA"}}), None)]
#[case(json!({"ChallengeName": "SELECT_CHALLENGE", "ChallengeResponses": {"USERNAME": "u", "ANSWER": "EMAIL_OTP"}}), Some(Medium::Either))]
#[case(json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": {"USERNAME": "u"}}), Some(Medium::Sms))]
#[case(json!({"ChallengeName": "SOFTWARE_TOKEN_MFA", "ChallengeResponses": {"USERNAME": "u"}}), None)]
fn answers_to_challenges(#[case] mut answer: Value, #[case] sends: Option<Medium>) {
    let mut messages = stage(json!({"MfaConfiguration": "ON", "SmsConfiguration": {}}));
    answer["ClientId"] = json!("c");
    assert_eq!(messages.next("RespondToAuthChallenge", &answer), sends);
}

#[rstest]
#[case("SignUp::code_by_sms", &["SignUp SMS"])]
#[case("InitiateAuth::base_request_is_accepted", &[])]
#[case("InitiateAuth::preferred_factor_is_asked_for::sms", &["InitiateAuth SMS"])]
#[case("SetUserSettings::turns_sms_on", &[])]
#[case("GetUserPoolMfaConfig::shows_sms", &[])]
fn cases_as_they_are_written(#[case] name: &str, #[case] expected: &[&str]) {
    let suite = Suite::embedded().expect("the cases are right");
    let sent = of_case(&suite, suite.case(name).expect("a case"));
    let sent: Vec<_> = sent.iter().map(|sent| format!("{} {}", sent.operation, sent.medium)).collect();
    assert_eq!(sent, expected);
}
