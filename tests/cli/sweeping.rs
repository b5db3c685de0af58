//! A sweep of a live target finds exactly what is ours, to the last page, and does not stop at what it cannot remove.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use rstest::rstest;
use serde_json::{Map, Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, Request, ResponseTemplate};

use super::account::Account;
use super::{Ended, ended};

const HOUR: u64 = 3600;

/// A pool as far as a sweep cares.
#[derive(Debug, Clone, Default)]
struct Pool {
    name: String,
    age: u64,
    tags: Map<String, Value>,
    protected: bool,
    domain: Option<String>,
    stays: bool,
}

/// What the service holds, by id, and what it was asked.
#[derive(Debug, Default)]
struct Service {
    pools: BTreeMap<String, Pool>,
    operations: Vec<String>,
}

fn ours(age: u64) -> Pool {
    let tags = json!({"cognito-conformance": "0a1b2c3d", "cognito-conformance:created": "2026-01-01T00:00:00Z"});
    Pool { name: "cognito-conformance-0a1b2c3d-pool-1".into(), age, tags: tags.as_object().cloned().expect("tags"), ..Pool::default() }
}

impl Service {
    fn answer(&mut self, operation: &str, input: &Value) -> Result<Value, (&'static str, &'static str)> {
        self.operations.push(operation.to_owned());
        // Every so often it asks to slow down.
        if self.operations.len().is_multiple_of(97) {
            return Err(("TooManyRequestsException", "Rate exceeded"));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        if operation == "ListUserPools" {
            let size = usize::try_from(input["MaxResults"].as_u64().expect("a number")).expect("small");
            let start = input["NextToken"].as_str().map_or(0, |token| token.parse().expect("our own token"));
            let summary =
                |(id, pool): (&String, &Pool)| json!({"Id": id, "Name": pool.name, "CreationDate": (now - pool.age) as f64 - 0.5});
            let page: Vec<_> = self.pools.iter().skip(start).take(size.min(60)).map(summary).collect();
            let end = start + page.len();
            let more = (end < self.pools.len()).then(|| end.to_string());
            return Ok(json!({"UserPools": page, "NextToken": more}));
        }
        let id = input["UserPoolId"].as_str().unwrap_or_default().to_owned();
        let pool = self.pools.get_mut(&id).ok_or(("ResourceNotFoundException", "no such pool"))?;
        match operation {
            "DescribeUserPool" => {
                let protection = if pool.protected { "ACTIVE" } else { "INACTIVE" };
                return Ok(
                    json!({"UserPool": {"Id": id, "UserPoolTags": pool.tags, "DeletionProtection": protection, "Domain": pool.domain}}),
                );
            }
            "UpdateUserPool" => {
                pool.protected = input["DeletionProtection"] == "ACTIVE";
                pool.tags = input["UserPoolTags"].as_object().cloned().unwrap_or_default();
            }
            "DeleteUserPoolDomain" if pool.domain.as_deref() == input["Domain"].as_str() => pool.domain = None,
            "DeleteUserPool" if pool.protected => return Err(("InvalidParameterException", "deletion protection is activated")),
            "DeleteUserPool" if pool.domain.is_some() => return Err(("InvalidParameterException", "It has a domain configured")),
            "DeleteUserPool" if pool.stays => return Err(("InternalErrorException", "not today")),
            "DeleteUserPool" => drop(self.pools.remove(&id)),
            _ => return Err(("InvalidParameterException", "no")),
        }
        Ok(json!({}))
    }
}

/// A live target that holds these pools.
struct Stage {
    account: Account,
    service: Arc<Mutex<Service>>,
}

impl Stage {
    fn set(pools: impl IntoIterator<Item = Pool>) -> Self {
        let pools = pools.into_iter().enumerate().map(|(index, pool)| (format!("us-east-1_{index:09}"), pool)).collect();
        let (account, service) = (Account::open(), Arc::new(Mutex::new(Service { pools, ..Service::default() })));
        let state = service.clone();
        account.serve(Mock::given(any()).respond_with(move |request: &Request| {
            let target = request.headers["x-amz-target"].to_str().expect("a text").to_owned();
            let input = request.body_json().expect("JSON");
            match state.lock().expect("not poisoned").answer(target.rsplit('.').next().expect("a name"), &input) {
                Ok(body) => ResponseTemplate::new(200).set_body_json(body),
                Err((name, message)) => ResponseTemplate::new(400).set_body_json(json!({"__type": name, "message": message})),
            }
        }));
        Self { account, service }
    }

    fn sweep(&self, more: &[&str]) -> Ended {
        let mut sweep = self.account.program();
        sweep.args(["sweep", "--target", "./stand-in.yaml", "--allow-aws"]).args(more);
        ended(sweep.env("AWS_ACCESS_KEY_ID", "SOMEBODY").env("AWS_SECRET_ACCESS_KEY", "hush"))
    }

    fn left(&self) -> Vec<String> {
        self.service.lock().expect("not poisoned").pools.values().map(|pool| pool.name.clone()).collect()
    }

    fn asked(&self, operation: &str) -> usize {
        self.service.lock().expect("not poisoned").operations.iter().filter(|asked| *asked == operation).count()
    }
}

fn foreign() -> Vec<Pool> {
    let named = |name: &str, pool: Pool| Pool { name: name.to_owned(), ..pool };
    vec![
        named("cognito-conformance-0a1b2c3d-without-a-tag", Pool { age: 2 * HOUR, ..Pool::default() }),
        named("a-tag-but-another-name", ours(2 * HOUR)),
        named("cognito-conformance-too-young", ours(HOUR / 2)),
        named("my-cognito-conformance-pool", ours(2 * HOUR)),
        named("production", Pool { age: 2 * HOUR, protected: true, domain: Some("login".into()), ..Pool::default() }),
    ]
}

#[test]
fn what_is_ours_goes_and_nothing_else() {
    let mine = (0..130).map(|index| Pool {
        protected: index % 10 == 0,
        domain: (index % 7 == 0).then(|| format!("domain-{index}")),
        stays: index == 60,
        ..ours(2 * HOUR)
    });
    // The foreign ones stand before, between and after ours.
    let mut pools: Vec<_> = foreign().into_iter().take(2).chain(mine).collect();
    pools.splice(70..70, foreign().into_iter().skip(2).take(1));
    pools.extend(foreign().into_iter().skip(3));
    let stage = Stage::set(pools);

    let swept = stage.sweep(&["--older-than", "1h", "--yes"]);
    swept.must(
        2,
        &["left user pool us-east-1_000000062 (cognito-conformance-0a1b2c3d-pool-1): DeleteUserPool: InternalErrorException: not today"],
    );
    let lines = |start: &str| swept.stdout.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((lines("to be removed: user pool "), lines("removed user pool "), lines("left ")), (130, 129, 1), "{}", swept.stdout);
    assert!(swept.stdout.contains(", 2h old, of run 0a1b2c3d, at http://"), "{}", swept.stdout);
    let shown = swept.stdout.find("to be removed").zip(swept.stdout.find("removed user pool"));
    assert!(shown.is_some_and(|(shown, removed)| shown < removed));
    let mut left = stage.left();
    left.sort();
    let mut expected: Vec<_> = foreign().into_iter().map(|pool| pool.name).chain([ours(0).name]).collect();
    expected.sort();
    assert_eq!(left, expected);

    // It still carries its tag, so that the next sweep finds it.
    stage.service.lock().expect("not poisoned").pools.values_mut().for_each(|pool| pool.stays = false);
    stage.sweep(&["--older-than", "1h", "--yes"]).must(0, &["removed user pool us-east-1_000000062"]);
    assert_eq!(stage.left().len(), foreign().len());
}

#[test]
fn the_young_ones_stay_unless_one_says_otherwise() {
    let stage = Stage::set([ours(HOUR / 2)]);
    stage.sweep(&["--yes"]).must(0, &["nothing was left behind"]);
    stage.sweep(&["--yes", "--older-than", "31m"]).must(0, &["nothing was left behind"]);
    stage.sweep(&["--yes", "--older-than", "20m"]).must(0, &["removed user pool"]);
}

#[rstest]
#[case::nobody_to_ask(&[], 2, "nobody is here to be asked: nothing was removed")]
#[case::no_age(&["--older-than", "soon"], 2, "not an age")]
#[case::a_start(&["--start", "my-server {port}"], 2, "a sweep starts no server")]
fn removes_nothing(#[case] more: &[&str], #[case] code: i32, #[case] said: &str) {
    let stage = Stage::set([ours(2 * HOUR)]);
    let ended = stage.sweep(more);
    ended.must(code, &[]);
    ended.must_tell(said);
    assert_eq!((stage.left().len(), stage.asked("DeleteUserPool")), (1, 0));
}

#[test]
fn a_dry_run_only_looks() {
    let stage = Stage::set([ours(2 * HOUR)]);
    let said = "would remove user pool us-east-1_000000000 (cognito-conformance-0a1b2c3d-pool-1), 2h old, of run 0a1b2c3d, at http";
    stage.sweep(&["--dry-run", "--yes"]).must(0, &[said]);
    assert_eq!((stage.left().len(), stage.asked("DeleteUserPool")), (1, 0));
}

/// Half a list is no ground to say that nothing was left.
#[test]
fn a_service_that_does_not_list_is_told_of() {
    let account = Account::open();
    let mut sweep = account.program();
    sweep.args(["sweep", "--yes", "--target", "./stand-in.yaml", "--allow-aws"]);
    let ended = ended(sweep.env("AWS_ACCESS_KEY_ID", "SOMEBODY").env("AWS_SECRET_ACCESS_KEY", "hush"));
    ended.must(3, &["ListUserPools was answered with InvalidParameterException: no"]);
}
