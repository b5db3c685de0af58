//! Time-based one-time passwords (RFC 6238) with Cognito's parameters: SHA-1, 6 digits, steps of 30 seconds.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret, Totp};

/// Length of a step in seconds.
pub const STEP_SECONDS: u64 = 30;

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// Not base32.
    #[error("read the TOTP secret: use base32 (A-Z and 2-7), as AssociateSoftwareToken returns it in SecretCode")]
    Secret,
    /// The offset leads before 1970 or beyond what a clock can say.
    #[error("compute a TOTP code {offset} steps away: use a smaller offset")]
    Offset {
        /// Steps away from the given time.
        offset: i64,
    },
}

/// The code of a base32 `secret` (any length, padding and lower case allowed), `offset` steps away from `time`
/// (seconds since 1970).
///
/// # Errors
/// When the secret is not base32, or the time with its offset is out of range.
pub fn code_at(secret: &str, time: u64, offset: i64) -> Result<String, TotpError> {
    let out_of_range = TotpError::Offset { offset };
    let seconds = offset.checked_mul(STEP_SECONDS as i64).ok_or_else(|| out_of_range.clone())?;
    let time = time.checked_add_signed(seconds).ok_or(out_of_range)?;
    Ok(device(secret)?.generate(time).to_string())
}

/// The code of `secret`, `offset` steps away from now by this machine's clock.
///
/// # Errors
/// As [`code_at`].
pub fn code_now(secret: &str, offset: i64) -> Result<String, TotpError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    code_at(secret, now, offset)
}

/// The step (number of 30-second steps since 1970) whose code `code` is, if that is the step of `time`, the one before
/// or the one after.
///
/// # Errors
/// When the secret is not base32.
pub fn matching_step(secret: &str, code: &str, time: u64) -> Result<Option<u64>, TotpError> {
    let device = device(secret)?;
    let current = time / STEP_SECONDS;
    let window = [current, current.saturating_sub(1), current + 1];
    Ok(window.into_iter().find(|step| device.generate(step * STEP_SECONDS).to_string() == code))
}

fn device(secret: &str) -> Result<Totp, TotpError> {
    let cleaned = secret.trim_end_matches('=').to_ascii_uppercase();
    let secret = Secret::try_from_base32(cleaned).map_err(|_| TotpError::Secret)?;
    // The checked builder refuses secrets under 128 bits; servers do hand out such.
    Ok(Builder::new().with_secret(secret).build_noncompliant())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // "12345678901234567890" in base32: the secret of RFC 6238, appendix B (its 8 digits cut to the last 6).
    const RFC_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[rstest]
    #[case(59, "287082")]
    #[case(1_111_111_109, "081804")]
    #[case(1_234_567_890, "005924")]
    #[case(20_000_000_000, "353130")]
    fn gives_the_codes_of_the_rfc(#[case] time: u64, #[case] code: &str) {
        assert_eq!(code_at(RFC_SECRET, time, 0).as_deref(), Ok(code));
    }

    #[test]
    fn an_offset_counts_in_steps() {
        assert_eq!(code_at(RFC_SECRET, 59 + 60, -2).as_deref(), Ok("287082"));
    }

    #[rstest]
    #[case("MFRGG", true)]
    #[case("mfrgg===", true)]
    #[case("not base32!", false)]
    fn takes_base32_of_any_length(#[case] secret: &str, #[case] good: bool) {
        assert_eq!(code_at(secret, 59, 0).is_ok(), good);
    }

    #[rstest]
    #[case(59, Some(1))]
    #[case(60, Some(1))]
    #[case(29, Some(1))]
    #[case(90, None)]
    fn finds_the_step_within_one_of_now(#[case] time: u64, #[case] step: Option<u64>) {
        assert_eq!(matching_step(RFC_SECRET, "287082", time), Ok(step));
    }

    #[test]
    fn an_offset_before_1970_is_refused() {
        assert_eq!(code_at(RFC_SECRET, 10, -1), Err(TotpError::Offset { offset: -1 }));
    }
}
