//! Nothing goes to the real service without a word of the user.

use thiserror::Error;
use url::Url;

/// Requests would go to the real service, and nobody said that they may.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{host} is the real service, or stands for it: nothing was sent")]
pub struct NotPermitted {
    host: String,
}

impl NotPermitted {
    /// The host that is meant.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Whether requests may go to the endpoint: one that is not live takes them, a live one only where the user allowed it.
///
/// # Errors
/// They may not.
pub fn permitted(live: bool, endpoint: &Url, allowed: bool) -> Result<(), NotPermitted> {
    // A host of AWS counts whatever anybody thinks of it.
    if allowed || !(live || super::is_aws(endpoint)) {
        return Ok(());
    }
    Err(NotPermitted { host: endpoint.host_str().unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(false, "http://127.0.0.1:5000", false, true)]
    #[case(true, "http://127.0.0.1:5000", false, false)]
    #[case(true, "http://127.0.0.1:5000", true, true)]
    #[case(false, "https://cognito-idp.us-east-1.amazonaws.com", false, false)]
    #[case(true, "https://cognito-idp.us-east-1.amazonaws.com", true, true)]
    fn the_word_is_needed_for_what_is_live(#[case] live: bool, #[case] endpoint: &str, #[case] allowed: bool, #[case] may: bool) {
        assert_eq!(permitted(live, &Url::parse(endpoint).expect("a URL"), allowed).is_ok(), may);
    }
}
