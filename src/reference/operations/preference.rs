//! SetUserMFAPreference and AdminSetUserMFAPreference.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        input::Input,
        user::{Factor, Status, User},
    },
    Call,
};

/// SetUserMFAPreference.
pub fn set_user_mfa_preference(call: &mut Call) -> Answer {
    let sub = call.signed_in()?;
    set(call, &sub)
}

/// AdminSetUserMFAPreference.
pub fn admin_set_user_mfa_preference(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    set(call, &sub)
}

/// What one block asks for a factor.
struct Wish {
    factor: Factor,
    enabled: bool,
    preferred: bool,
}

// WebAuthnMfaSettings adds nothing to the list (nothing is known of it). By the API reference it needs another factor to be on,
// and a pool that counts passkeys as MFA.
fn set(call: &mut Call, sub: &str) -> Answer {
    let wishes = wishes(call.input);
    let offered = call.pool.passkeys_can_be_mfa();
    let user = call.pool.user_mut(sub)?;
    if user.status == Status::Unconfirmed {
        return Err(ServiceError::new("UserNotConfirmedException", "User is not confirmed."));
    }
    fulfil(user, &wishes)?;
    if let Some(block) = call.input.object("WebAuthnMfaSettings") {
        let enabled = block.flag("Enabled");
        if enabled && (user.factors.is_empty() || !offered) {
            return Err(ServiceError::invalid("Invalid MFA settings given, WebAuthn needs another MFA to be enabled."));
        }
        user.passkeys.as_mfa = enabled;
    }
    Ok(json!({}))
}

// What contradicts itself is refused whole. Beyond that one block is done after the other, and what was done before a
// block is refused stays done (contested: seen in 2018 and not since).
fn fulfil(user: &mut User, wishes: &[Wish]) -> Result<(), ServiceError> {
    check_sense(wishes)?;
    for wish in wishes {
        check_delivery(user, wish)?;
        apply(user, wish);
    }
    Ok(())
}

fn wishes(input: Input) -> Vec<Wish> {
    let block = |factor| {
        let block = input.object(block_name(factor))?;
        Some(Wish { factor, enabled: block.flag("Enabled"), preferred: block.flag("PreferredMfa") })
    };
    Factor::ALL.into_iter().filter_map(block).collect()
}

fn block_name(factor: Factor) -> &'static str {
    match factor {
        Factor::Sms => "SMSMfaSettings",
        Factor::SoftwareToken => "SoftwareTokenMfaSettings",
        Factor::Email => "EmailMfaSettings",
    }
}

fn check_sense(wishes: &[Wish]) -> Result<(), ServiceError> {
    if wishes.iter().any(|wish| wish.preferred && !wish.enabled) {
        return Err(ServiceError::invalid("Invalid MFA settings given, a preferred MFA must be enabled."));
    }
    if wishes.iter().filter(|wish| wish.preferred).count() > 1 {
        return Err(ServiceError::invalid("Invalid MFA settings given, only one MFA can be preferred."));
    }
    Ok(())
}

// Contested: SMS was refused even when turned off (seen in 2021 and not since).
fn check_delivery(user: &User, wish: &Wish) -> Result<(), ServiceError> {
    let needed = wish.enabled || wish.factor == Factor::Sms;
    if needed && !can_use(user, wish.factor) {
        let name = wish.factor.name();
        return Err(ServiceError::invalid(format!("User does not have delivery config set to turn on {name}")));
    }
    Ok(())
}

/// An address need not be verified; an authenticator app must.
fn can_use(user: &User, factor: Factor) -> bool {
    match factor {
        Factor::Sms => user.attribute("phone_number").is_some(),
        Factor::SoftwareToken => user.software_token.is_some(),
        Factor::Email => user.attribute("email").is_some(),
    }
}

fn apply(user: &mut User, wish: &Wish) {
    if wish.enabled {
        user.factors.insert(wish.factor);
    } else {
        user.factors.remove(&wish.factor);
    }
    if wish.preferred {
        user.preferred = Some(wish.factor);
    } else if user.preferred == Some(wish.factor) {
        user.preferred = None;
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::reference::user::SoftwareToken;

    fn user(factors: &[Factor], preferred: Option<Factor>) -> User {
        let mut user = User::new("u".into(), "s".into(), String::new(), Status::Confirmed, 0.0);
        user.attributes.insert("phone_number".into(), "+15555550100".into());
        user.software_token = Some(SoftwareToken { secret: "MFRGG".into(), device_name: None, last_step: 0 });
        user.factors.extend(factors);
        user.preferred = preferred;
        user
    }

    fn block(enabled: bool, preferred: bool) -> Value {
        json!({ "Enabled": enabled, "PreferredMfa": preferred })
    }

    use Factor::{Sms, SoftwareToken as Totp};

    #[rstest]
    #[case::one_on(&[], None, json!({"SMSMfaSettings": block(true, false)}), &[Sms], None)]
    #[case::one_preferred(&[], None, json!({"SMSMfaSettings": block(true, true)}), &[Sms], Some(Sms))]
    #[case::moves(&[Totp], Some(Totp), json!({"SMSMfaSettings": block(true, true)}), &[Sms, Totp], Some(Sms))]
    #[case::both_none_preferred(&[Sms, Totp], Some(Sms),
        json!({"SMSMfaSettings": block(true, false), "SoftwareTokenMfaSettings": block(true, false)}), &[Sms, Totp], None)]
    #[case::block_left_out(&[Sms, Totp], Some(Totp), json!({"SMSMfaSettings": block(false, false)}), &[Totp], Some(Totp))]
    #[case::off(&[Totp], Some(Totp), json!({"SoftwareTokenMfaSettings": {"Enabled": false}}), &[], None)]
    #[case::nothing(&[Sms], Some(Sms), json!({}), &[Sms], Some(Sms))]
    fn preferences_move(
        #[case] had: &[Factor],
        #[case] preferred: Option<Factor>,
        #[case] request: Value,
        #[case] has: &[Factor],
        #[case] prefers: Option<Factor>,
    ) {
        let mut user = user(had, preferred);
        let wishes = wishes(Input(&request));
        fulfil(&mut user, &wishes).expect("accepted");
        assert_eq!(user.factors.into_iter().collect::<Vec<_>>(), has);
        assert_eq!(user.preferred, prefers);
    }

    #[test]
    fn a_block_before_a_refused_one_is_applied() {
        let mut user = user(&[], None);
        let request = json!({ "SMSMfaSettings": block(true, true), "EmailMfaSettings": block(true, false) });
        fulfil(&mut user, &wishes(Input(&request))).expect_err("there is no email");
        assert_eq!(user.preferred, Some(Sms));
    }

    #[rstest]
    #[case::sms_off_without_a_phone(true)]
    #[case::totp_off_without_an_app(false)]
    fn turning_sms_off_needs_a_phone(#[case] sms: bool) {
        let name = if sms { "SMSMfaSettings" } else { "SoftwareTokenMfaSettings" };
        let mut bare = User::new("u".into(), "s".into(), String::new(), Status::Confirmed, 0.0);
        let request = json!({ (name): block(false, false) });
        assert_eq!(fulfil(&mut bare, &wishes(Input(&request))).is_err(), sms);
    }

    #[rstest]
    #[case::off_but_preferred(json!({"SMSMfaSettings": block(false, true)}))]
    #[case::two_preferred(json!({"SMSMfaSettings": block(true, true), "SoftwareTokenMfaSettings": block(true, true)}))]
    #[case::no_email(json!({"EmailMfaSettings": block(true, false)}))]
    fn refuses(#[case] request: Value) {
        let error = fulfil(&mut user(&[], None), &wishes(Input(&request))).expect_err("refused");
        assert_eq!(error.kind, "InvalidParameterException");
    }
}
