//! What requests are signed with: keys that stay, or keys that are renewed before they expire.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::identity::Identity;
use thiserror::Error;

/// New keys are asked for so long before the old ones expire, or when a fifth of their life is left, whichever is later.
const EARLY: Duration = Duration::from_secs(300);

/// A source that gave nothing is asked again after this time, not for each request.
const PAUSE: Duration = Duration::from_secs(10);

/// A source that says nothing for so long gives nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// What requests are signed with. Clones share what was renewed. Never printed.
#[derive(Clone)]
pub struct Credentials(Source);

#[derive(Clone)]
enum Source {
    Fixed(Identity),
    Renewed(Arc<Renewed>),
}

/// There is nothing to sign with any more.
// Why not is for the user's terminal, where the run began; what a source says may name an account, and this text is in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the credentials have expired, and their source gives no new ones; log in again (`aws sso login`)")]
pub struct Expired;

impl Credentials {
    /// Keys that stay as they are.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>, session_token: Option<String>) -> Self {
        Self::fixed(Keys::new(access_key_id, secret_access_key, session_token, None, "cognito-conformance"))
    }

    /// Credentials that no account has, for servers that only look for a signature.
    pub fn made_up() -> Self {
        Self::new("testing", "testing", None)
    }

    fn fixed(keys: Keys) -> Self {
        Self(Source::Fixed(keys.into()))
    }

    /// Keys of a source that is asked again before they expire.
    pub fn renewed(first: Keys, source: SharedCredentialsProvider) -> Self {
        if first.expiry().is_none() {
            return Self::fixed(first);
        }
        let held = RwLock::new(Held::new(first, SystemTime::now()));
        Self(Source::Renewed(Arc::new(Renewed { source, held, renewing: tokio::sync::Mutex::new(()) })))
    }

    /// The keys as they are now, for what else acts as the same account.
    ///
    /// # Errors
    /// They have expired and cannot be renewed.
    pub async fn keys(&self) -> Result<Keys, Expired> {
        self.identity().await?.data().cloned().ok_or(Expired)
    }

    /// What to sign with now. Cheap: the source is asked only when the keys are about to expire.
    pub(super) async fn identity(&self) -> Result<Identity, Expired> {
        match &self.0 {
            Source::Fixed(identity) => Ok(identity.clone()),
            Source::Renewed(renewed) => renewed.identity(SystemTime::now()).await,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Keys, and where new ones come from.
struct Renewed {
    source: SharedCredentialsProvider,
    held: RwLock<Held>,
    /// Whoever holds this asks the source; one at a time.
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Held {
    identity: Identity,
    /// The source is not asked before. `None`: never again.
    ask_at: Option<SystemTime>,
}

impl Held {
    fn new(keys: Keys, now: SystemTime) -> Self {
        let ask_at = keys.expiry().map(|expiry| {
            let life = expiry.duration_since(now).unwrap_or_default();
            now + life.saturating_sub(EARLY).max(life * 4 / 5)
        });
        Self { identity: keys.into(), ask_at }
    }

    fn is_due(&self, now: SystemTime) -> bool {
        self.ask_at.is_some_and(|at| at <= now)
    }

    fn valid(&self, now: SystemTime) -> Result<Identity, Expired> {
        let is_valid = self.identity.expiration().is_none_or(|expiry| now < expiry);
        if is_valid { Ok(self.identity.clone()) } else { Err(Expired) }
    }
}

impl Renewed {
    async fn identity(&self, now: SystemTime) -> Result<Identity, Expired> {
        let held = self.held();
        if !held.is_due(now) {
            return held.valid(now);
        }
        let turn = match held.valid(now) {
            // Somebody renews them: these will do until then.
            Ok(identity) => match self.renewing.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(identity),
            },
            Err(Expired) => self.renewing.lock().await,
        };
        // Another request may have renewed them, or tried to, while this one waited.
        if self.held().is_due(now) {
            self.renew(now).await;
        }
        drop(turn);
        self.held().valid(now)
    }

    async fn renew(&self, now: SystemTime) {
        let answer = tokio::time::timeout(PATIENCE, self.source.provide_credentials()).await;
        let fresh = answer.ok().and_then(Result::ok).filter(|keys| keys.expiry().is_none_or(|expiry| now < expiry));
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        match fresh {
            Some(keys) => *held = Held::new(keys, now),
            None => held.ask_at = Some(now + PAUSE),
        }
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use aws_credential_types::provider::{self, error::CredentialsError, future};

    use super::*;

    /// Gives keys of ten minutes' life, numbered; or nothing.
    #[derive(Debug, Default)]
    struct Numbered {
        start: Option<SystemTime>,
        asked: Arc<AtomicU64>,
    }

    fn keys(number: u64, expiry: SystemTime) -> Keys {
        Keys::new(format!("AKID{number}"), "hush", None, Some(expiry), "test")
    }

    impl Numbered {
        async fn next(&self) -> provider::Result {
            let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            // Others come to wait meanwhile.
            tokio::task::yield_now().await;
            let life = Duration::from_secs(600 * u64::from(u32::try_from(number).expect("few") + 1));
            self.start.map(|start| keys(number, start + life)).ok_or_else(|| CredentialsError::not_loaded("none"))
        }
    }

    impl ProvideCredentials for Numbered {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(self.next())
        }
    }

    struct Stage {
        start: SystemTime,
        asked: Arc<AtomicU64>,
        renewed: Renewed,
    }

    impl Stage {
        fn set(gives: bool) -> Self {
            let (start, asked) = (SystemTime::now(), Arc::new(AtomicU64::new(0)));
            let source = Numbered { start: gives.then_some(start), asked: asked.clone() };
            let held = RwLock::new(Held::new(keys(0, start + Duration::from_secs(600)), start));
            let renewed = Renewed { source: SharedCredentialsProvider::new(source), held, renewing: tokio::sync::Mutex::default() };
            Self { start, asked, renewed }
        }

        async fn key_after(&self, seconds: u64) -> Result<String, Expired> {
            let identity = self.renewed.identity(self.start + Duration::from_secs(seconds)).await?;
            Ok(identity.data::<Keys>().expect("keys").access_key_id().to_owned())
        }

        fn asked(&self) -> u64 {
            self.asked.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn keys_are_kept_while_they_are_fresh_and_renewed_early() {
        let stage = Stage::set(true);
        for (after, key, asked) in [(0, "AKID0", 0), (479, "AKID0", 0), (480, "AKID1", 1), (700, "AKID1", 1), (1300, "AKID2", 2)] {
            assert_eq!((stage.key_after(after).await.as_deref(), stage.asked()), (Ok(key), asked), "after {after} s");
        }
    }

    #[tokio::test]
    async fn one_asks_and_the_others_wait_only_where_nothing_is_valid() {
        let due = Stage::set(true);
        assert_eq!(tokio::join!(due.key_after(500), due.key_after(500)), (Ok("AKID1".to_owned()), Ok("AKID0".to_owned())));
        let expired = Stage::set(true);
        assert_eq!(tokio::join!(expired.key_after(600), expired.key_after(600)), (Ok("AKID1".to_owned()), Ok("AKID1".to_owned())));
        assert_eq!((due.asked(), expired.asked()), (1, 1));
    }

    #[tokio::test]
    async fn a_source_that_gives_nothing_is_not_asked_for_each_request() {
        let stage = Stage::set(false);
        assert_eq!(stage.key_after(500).await.as_deref(), Ok("AKID0"), "still valid");
        assert_eq!(stage.key_after(509).await.as_deref(), Ok("AKID0"));
        assert_eq!(stage.asked(), 1);
        assert_eq!(stage.key_after(600).await, Err(Expired));
        assert_eq!(stage.key_after(609).await, Err(Expired));
        assert_eq!(stage.asked(), 2);
    }

    #[tokio::test]
    async fn keys_that_do_not_expire_are_never_asked_for_again() {
        let source = Numbered::default();
        let asked = source.asked.clone();
        let credentials = Credentials::renewed(Keys::new("AKID", "hush", None, None, "test"), SharedCredentialsProvider::new(source));
        assert_eq!(credentials.keys().await.expect("keys").access_key_id(), "AKID");
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn debug_output_hides_the_keys() {
        let shown = format!("{:?}", Credentials::new("AKID", "hush", Some("hush".into())));
        assert!(!shown.contains("hush") && !shown.contains("AKID"), "{shown}");
    }
}
