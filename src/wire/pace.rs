//! Not asking faster than a share of the published quotas: a token bucket for each category of operations, by governor.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde_json::Value;

use super::Request;
use crate::model::{Category, PUBLISHED, QuotaShare, UNPUBLISHED};

/// An operation and the pool that it is about.
type OneOfPool = (String, String);

/// Lets requests pass at a share of the quotas, evenly spaced.
pub struct Pace {
    categories: BTreeMap<&'static str, DefaultDirectRateLimiter>,
    pools: BTreeMap<u32, DefaultKeyedRateLimiter<OneOfPool>>,
    waited: AtomicU64,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("waited", &self.waited()).finish_non_exhaustive()
    }
}

impl Pace {
    /// At most this share of every quota.
    pub fn new(share: QuotaShare) -> Self {
        let all = || PUBLISHED.iter().chain([&UNPUBLISHED]);
        let quota = |per_second| evenly(share.of(per_second));
        Self {
            categories: all().filter_map(|category| Some((category.name, RateLimiter::direct(quota(category.per_second)?)))).collect(),
            pools: all().filter_map(|category| Some((category.per_pool?, RateLimiter::keyed(quota(category.per_pool?)?)))).collect(),
            waited: AtomicU64::new(0),
        }
    }

    /// Waits until the request may be sent.
    pub async fn wait(&self, request: &Request) {
        let started = Instant::now();
        for category in Category::of(&request.operation) {
            if let Some(pools) = category.per_pool.and_then(|rate| self.pools.get(&rate)) {
                pools.until_key_ready(&(request.operation.clone(), pool_of(request))).await;
            }
            if let Some(bucket) = self.categories.get(category.name) {
                bucket.until_ready().await;
            }
        }
        // In milliseconds: a request that could go at once did not wait.
        let waited = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.waited.fetch_add(waited, Ordering::Relaxed);
    }

    /// How long requests have waited, added up.
    pub fn waited(&self) -> Duration {
        Duration::from_millis(self.waited.load(Ordering::Relaxed))
    }
}

/// No bursts: each request waits for its turn.
fn evenly(per_second: f64) -> Option<Quota> {
    Quota::with_period(Duration::from_secs_f64(1.0 / per_second))
}

/// Requests that name no pool count as if they were about one and the same.
fn pool_of(request: &Request) -> String {
    let body: Option<Value> = serde_json::from_slice(&request.body).ok();
    body.and_then(|body| body.get("UserPoolId")?.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn time_for(requests: &[Request], share: &str) -> Duration {
        let pace = Pace::new(share.parse().expect("a share"));
        let started = Instant::now();
        for request in requests {
            pace.wait(request).await;
        }
        started.elapsed()
    }

    fn of_pool(operation: &str, pool: &str) -> Request {
        Request::new(operation, &json!({"UserPoolId": pool}), true)
    }

    /// Fifteen a second, of which all may be used: six requests are five fifteenths of a second.
    #[tokio::test]
    async fn a_category_is_shared_by_its_operations() {
        let operations = ["CreateUserPool", "DeleteUserPool", "UpdateUserPool"];
        let requests: Vec<_> = operations.iter().cycle().take(6).map(|operation| of_pool(operation, "p")).collect();
        let time = time_for(&requests, "100").await;
        assert!(time >= Duration::from_millis(325) && time < Duration::from_millis(900), "{time:?}");
    }

    #[tokio::test]
    async fn half_the_share_takes_twice_as_long_and_other_categories_go_on() {
        let requests = [of_pool("CreateUserPool", "p"), of_pool("DeleteUserPool", "p"), of_pool("AdminGetUser", "p")];
        let time = time_for(&requests, "50").await;
        assert!(time >= Duration::from_millis(130) && time < Duration::from_millis(500), "{time:?}");
    }

    /// Five a second for each operation and pool, fifteen for all together.
    #[tokio::test]
    async fn one_pool_is_asked_less_often_than_several() {
        let same = ["p", "p", "p"].map(|pool| of_pool("SetUserPoolMfaConfig", pool));
        let others = ["p", "q", "r"].map(|pool| of_pool("SetUserPoolMfaConfig", pool));
        let (same, others) = (time_for(&same, "100").await, time_for(&others, "100").await);
        assert!(same >= Duration::from_millis(395), "{same:?}");
        assert!(others < Duration::from_millis(390), "{others:?}");
    }
}
